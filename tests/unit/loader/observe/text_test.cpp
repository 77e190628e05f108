// SPDX-License-Identifier: MIT
// Golden text: what a reader sees, character by character.
#include "snapshots.h"

#include <loader/observe/text.h>
#include <loader/observe/words.h>

#include <gtest/gtest.h>

#include <sstream>

using namespace oriel::observe;

namespace {

std::string heaps(const Snapshot& snapshot, const HeapTextRequest& request = {}) {
    std::ostringstream out;
    write_heaps(out, snapshot, request);
    return out.str();
}

} // namespace

TEST(HeapText, Golden) {
    EXPECT_EQ(heaps(small_snapshot()), R"(Heaps of sample.exe (process 4000, host process 1000), at exit

                  Heap    Flags  Reserve   Commit     Busy     Free    Busy    Free   Large  Uncomm  Ext.  Lock         Front
                                      (KB)     (KB)     (KB)     (KB)  blocks  blocks  blocks  ranges  frag               end
   1  0000000000230000 00000002     2176     2060     2049        3       4       3       1       1    3%  thread 8     LFH

Heap 1 at 0000000000230000
    Flags            00000002  HEAP_GROWABLE
    Front end        low-fragmentation heap
    Lock             held by thread 8 (2 deep), 1 waiting
    Large blocks     requests above 0xFF000 bytes
    Reserved         2.1 MB
    Committed        2.0 MB, 0% of it headers, rounding and the heap's own
    Busy             4 blocks, 2.0 MB asked for, 32 B over
    Free             2 blocks, 2.0 KB, the largest 1.9 KB; external fragmentation 3%
    In the front end 1 busy blocks, 1 kept for the next request (32 B)
    Segment 0 at 0000000000230000 to 0000000000240000: 8.0 KB committed, 56.0 KB not
        0000000000232000: 0000d000            uncommitted
    Large blocks, each a reservation of its own: 1
        0000000000540040: 200000
    Front-end buckets  block bytes      busy      kept
                                32         1         1
    Free blocks        bytes from     blocks       bytes
                               64          1          64
                             1024          1        1984
    Most memory is in  size asked for   blocks       bytes
                              2097152        1     2097152
                                  100        1         100
                                   24        1          24
                                   20        1          20
)");
}

TEST(HeapText, Blocks_are_listed_on_request) {
    const std::string text = heaps(small_snapshot(), {.blocks = true, .only = {}});
    EXPECT_NE(text.find("        0000000000230740: 00000020 . 00000014  busy\n"
                        "        0000000000230760: 00000040 . 00000020  free\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("        0000000000230810: 00000020 . 00000018  front-end busy\n"), std::string::npos) << text;
}

TEST(HeapText, One_heap_can_be_asked_for_by_number_or_handle) {
    EXPECT_NE(heaps(small_snapshot(), {.blocks = false, .only = 1}).find("Heap 1 at"), std::string::npos);
    EXPECT_NE(heaps(small_snapshot(), {.blocks = false, .only = 0x230000}).find("Heap 1 at"), std::string::npos);
    EXPECT_NE(heaps(small_snapshot(), {.blocks = false, .only = 7}).find("There is no heap 0x7."), std::string::npos);
}

TEST(HeapText, Addresses_of_a_32_bit_program_have_eight_digits) {
    Snapshot snapshot = small_snapshot();
    snapshot.bits = 32;
    EXPECT_NE(heaps(snapshot).find("Heap 1 at 00230000\n"), std::string::npos);
}

TEST(MemoryText, Golden) {
    std::ostringstream out;
    write_memory(out, small_snapshot());
    EXPECT_EQ(out.str(), R"(Address space of sample.exe (process 4000, host process 1000), at exit

              base              end         size  type     state      protection                       use
  0000000000010000 0000000000230000       220000           free                                        free
+ 0000000000230000 0000000000232000         2000  private  committed  PAGE_READWRITE                   heap  heap 1, segment 0
  0000000000232000 0000000000240000         e000  private  reserved                                    heap  heap 1, segment 0
+ 0000000140000000 0000000140001000         1000  image    committed  PAGE_READONLY                    image  sample.exe header
  0000000140001000 0000000140002000         1000  image    committed  PAGE_READWRITE                   image  sample.exe .data  (copied)

Use               regions         size    committed
free                    1       2.1 MB          0 B
image                   2       8.0 KB       8.0 KB
heap                    2      64.0 KB       8.0 KB

Type              regions         size    committed
private                 2      64.0 KB       8.0 KB
mapped                  0          0 B          0 B
image                   2       8.0 KB       8.0 KB

Committed            16.0 KB
Reserved only        56.0 KB
Largest free range   2.1 MB at 0000000000010000
Commit charge        64.0 KB, at most so far 128.0 KB, limit 1.0 GB
)");
}

TEST(Words, Numbers_and_names) {
    EXPECT_EQ(bytes(1023), "1023 B");
    EXPECT_EQ(bytes(1536), "1.5 KB");
    EXPECT_EQ(bytes(std::uint64_t{64} << 30), "64.0 GB");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(protection_name(0x104), "PAGE_READWRITE | PAGE_GUARD");
    EXPECT_EQ(heap_flags(0x00040003), "HEAP_NO_SERIALIZE | HEAP_GROWABLE | HEAP_CREATE_ENABLE_EXECUTE");
    EXPECT_EQ(heap_flags(0x80000002), "HEAP_GROWABLE | 0x80000000");
}
