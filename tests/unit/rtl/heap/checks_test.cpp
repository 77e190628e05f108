// SPDX-License-Identifier: MIT
// Heaps that NtGlobalFlag makes watchful: FLG_HEAP_ENABLE_TAIL_CHECK 0x10, FREE_CHECK 0x20,
// VALIDATE_PARAMETERS 0x40, VALIDATE_ALL 0x80.
#include "heap_fixture.h"

#include <ntdll-emu/rtl/heap/checks.h>

#include <vector>

namespace oriel::rtl::heap {

TEST_F(HeapTest, Global_flags_become_flags_of_the_heap) {
    make({.flags = flag::growable, .global_flags = 0x10});
    EXPECT_EQ(heap->Flags, flag::growable | flag::tail_checking);
    EXPECT_EQ(heap->ForceFlags, flag::tail_checking);
    destroy(*heap);
    make({.flags = flag::growable, .global_flags = 0x40});
    EXPECT_EQ(heap->Flags, flag::growable | flag::validate_parameters | flag::tail_checking | flag::free_checking);
}

TEST_F(HeapTest, A_checked_block_has_a_tail_of_two_words) {
    make({.flags = flag::growable, .global_flags = 0x10});
    std::uint8_t* const data = get(20);
    for (std::size_t i = 0; i < 2 * pointer_bytes; ++i) EXPECT_EQ(data[20 + i], 0xAB);
}

TEST_F(HeapTest, New_memory_is_filled_only_where_free_blocks_are_checked) {
    make({.flags = flag::growable, .global_flags = 0x20});
    std::uint8_t* const data = get(10);
    std::uint32_t word;
    std::memcpy(&word, data + 4, sizeof word);
    EXPECT_EQ(word, 0xBAADF00D);
    EXPECT_NE(data[8], 0x0D); // the rest of a word is not filled
    const std::uint8_t* const large = get(0x200000);
    EXPECT_EQ(large[0], 0); // nor are large blocks
}

TEST_F(HeapTest, Freed_memory_is_filled_and_watched) {
    make({.flags = flag::growable, .global_flags = 0x20});
    std::uint8_t* const data = get(200);
    get(10);
    give_back(data);
    std::uint32_t word;
    std::memcpy(&word, data + 100, sizeof word);
    EXPECT_EQ(word, 0xFEEEFEEE);
    EXPECT_TRUE(sound());
    data[100] = 0;
    EXPECT_FALSE(sound());
}

TEST_F(HeapTest, A_damaged_tail_is_found_when_the_block_is_freed) {
    make({.flags = flag::growable, .global_flags = 0x10});
    std::uint8_t* const data = get(20);
    data[20] = 0;
    EXPECT_FALSE(sound());
    EXPECT_EQ(give_back(data), BlockVerdict::Bad);
}

TEST_F(HeapTest, A_free_block_written_over_whole_is_bad_and_its_links_are_not_followed) {
    for (const std::uint32_t global : {0x0u, 0x30u}) {
        make({.flags = flag::growable, .global_flags = global});
        std::uint8_t* const data = get(200);
        get(10);
        give_back(data);
        for (const int junk : {0x00, 0x41, 0xFF}) {
            std::uint8_t before[free_links_bytes];
            std::memcpy(before, data, sizeof before);
            std::memset(data, junk, sizeof before);
            EXPECT_EQ(sound(), junk == 0 && std::memcmp(before, data, sizeof before) == 0) << junk;
            std::memset(data, 0, sizeof before);
            void* const links[] = {heap, data + 8};
            std::memcpy(data, links, sizeof links);
            EXPECT_FALSE(sound());
            std::memcpy(data, before, sizeof before);
            EXPECT_TRUE(sound());
        }
        destroy(*heap);
        heap = nullptr;
    }
}

TEST_F(HeapTest, What_a_large_block_s_underrun_destroys_is_bad) {
    make();
    std::uint8_t* const data = get(0x200000);
    std::uint8_t before[sizeof(LargeBlock)];
    std::memcpy(before, data - sizeof before, sizeof before);
    std::memset(data - sizeof before, 0x41, sizeof before);
    EXPECT_FALSE(sound());
    std::memcpy(data - sizeof before, before, sizeof before);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_subsegment_s_structure_written_over_is_bad) {
    make();
    std::vector<std::uint8_t*> blocks;
    for (int i = 0; i < 40; ++i) blocks.push_back(get(40));
    auto* const subsegment = front_end::subsegment_around(*heap, blocks.back());
    ASSERT_NE(subsegment, nullptr);
    std::uint8_t before[sizeof *subsegment];
    std::memcpy(before, static_cast<void*>(subsegment), sizeof before);
    for (const int junk : {0x41, 0xFF}) {
        std::memset(static_cast<void*>(subsegment), junk, sizeof before);
        EXPECT_FALSE(sound());
    }
    std::memcpy(static_cast<void*>(subsegment), before, sizeof before);
    EXPECT_TRUE(sound());
}

} // namespace oriel::rtl::heap
