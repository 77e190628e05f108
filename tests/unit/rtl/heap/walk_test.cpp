// SPDX-License-Identifier: MIT
#include "heap_fixture.h"

#include <vector>

namespace oriel::rtl::heap {

namespace {

namespace kind = nt::heap_entry_flag;

std::vector<NtHeapWalkEntry> walk_all(Heap& heap) {
    std::vector<NtHeapWalkEntry> entries;
    NtHeapWalkEntry entry{};
    while (walk(heap, entry) == Status::Success) entries.push_back(entry);
    return entries;
}

} // namespace

TEST_F(HeapTest, A_fresh_heap_is_three_entries) {
    // Observed on Windows: the region, one free block, the uncommitted range.
    make();
    const auto entries = walk_all(*heap);
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].Flags, kind::region);
    EXPECT_EQ(entries[0].DataAddress.get(), heap);
    EXPECT_LE(entries[0].DataSize, 0x1000u);
    EXPECT_EQ(entries[0].OverheadBytes, 0);
    EXPECT_EQ(entries[0].Segment.CommittedSize, 0x400 * pointer_bytes);
    EXPECT_EQ(entries[0].Segment.UnCommittedSize, 0x10000 - 0x400 * pointer_bytes);
    EXPECT_EQ(static_cast<std::uint8_t*>(entries[0].Segment.FirstEntry.get()),
              static_cast<std::uint8_t*>(entries[0].DataAddress.get()) + entries[0].DataSize + 2 * pointer_bytes);
    EXPECT_EQ(entries[1].Flags, 0);
    EXPECT_EQ(entries[1].OverheadBytes, 4 * pointer_bytes);
    EXPECT_EQ(entries[2].Flags, kind::uncommitted);
    // Since Windows 8 the last page of a segment is never committed, and not part of the range.
    EXPECT_EQ(entries[2].DataSize, entries[0].Segment.UnCommittedSize - 0x1000);
}

TEST_F(HeapTest, Busy_blocks_are_listed_with_the_size_that_was_asked_for) {
    make();
    void* const data = get(5 * unit - 8);
    const auto entries = walk_all(*heap);
    ASSERT_EQ(entries.size(), 4u);
    EXPECT_EQ(entries[1].Flags, kind::busy | kind::block);
    EXPECT_EQ(entries[1].DataAddress.get(), data);
    EXPECT_EQ(entries[1].DataSize, 5 * unit - 8);
    EXPECT_EQ(entries[1].OverheadBytes, 8);
}

TEST_F(HeapTest, A_walk_that_is_broken_off_goes_on_behind_a_free_block) {
    make();
    std::uint8_t* const first = get(40000);
    std::uint8_t* const second = get(200);
    give_back(first);
    NtHeapWalkEntry entry{};
    ASSERT_EQ(walk(*heap, entry), Status::Success);
    ASSERT_EQ(walk(*heap, entry), Status::Success);
    EXPECT_EQ(entry.DataAddress.get(), first + hidden_links);
    EXPECT_EQ(data_of(entry), first);
    NtHeapWalkEntry cursor{}; // HeapWalk's knows no more
    cursor.DataAddress = entry.DataAddress;
    ASSERT_EQ(walk(*heap, cursor), Status::Success);
    EXPECT_EQ(cursor.DataAddress.get(), second);
}

TEST_F(HeapTest, Large_blocks_come_last_as_region_sixty_four) {
    make();
    void* const data = get(0x200000);
    const auto entries = walk_all(*heap);
    ASSERT_EQ(entries.size(), 4u);
    EXPECT_EQ(entries[3].DataAddress.get(), data);
    EXPECT_EQ(entries[3].DataSize, 0x200000u);
    EXPECT_EQ(entries[3].SegmentIndex, 64);
    EXPECT_EQ(entries[3].OverheadBytes, 0);
    EXPECT_TRUE(entries[3].Flags & kind::busy);
}

TEST_F(HeapTest, Every_segment_is_a_region) {
    make();
    for (int i = 0; i < 500; ++i) get(4000);
    std::size_t regions = 0;
    for (const NtHeapWalkEntry& entry : walk_all(*heap)) {
        if (!(entry.Flags & kind::region)) continue;
        EXPECT_EQ(entry.SegmentIndex, regions);
        ++regions;
    }
    EXPECT_GE(regions, 2u);
}

TEST_F(HeapTest, A_cursor_that_is_none_of_the_heap_s_is_refused) {
    make();
    NtHeapWalkEntry entry{};
    entry.DataAddress = reinterpret_cast<void*>(0xdeadbe00);
    EXPECT_EQ(walk(*heap, entry), Status::InvalidParameter);
    entry.DataAddress = reinterpret_cast<std::uint8_t*>(heap) + 0x100;
    EXPECT_EQ(walk(*heap, entry), Status::InvalidParameter);
}

} // namespace oriel::rtl::heap
