// SPDX-License-Identifier: MIT
#include "heap_fixture.h"

#include <vector>

namespace oriel::rtl::heap {

TEST_F(HeapTest, A_heap_begins_as_Windows_makes_it) {
    make();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(heap) % allocation_granularity, 0u);
    EXPECT_EQ(pages.reserved, 0x10000u);
    EXPECT_EQ(pages.committed, 0x400 * pointer_bytes);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(heap);
    std::uint32_t signature;
    std::memcpy(&signature, bytes + 0x10, sizeof signature);
    EXPECT_EQ(signature, 0xFFEEFFEE);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, Flags_and_forced_flags_stand_where_Windows_has_them) {
    make({.flags = flag::growable | flag::private_class | flag::generate_exceptions});
    std::uint32_t flags[2];
    std::memcpy(flags, reinterpret_cast<const std::uint8_t*>(heap) + 0x70, sizeof flags);
    EXPECT_EQ(flags[0], flag::growable | flag::private_class | flag::generate_exceptions);
    EXPECT_EQ(flags[1], flag::generate_exceptions);
}

TEST_F(HeapTest, Check_flags_of_the_caller_are_stripped) {
    make({.flags = flag::growable | flag::tail_checking | flag::free_checking});
    EXPECT_EQ(heap->Flags, flag::growable);
}

TEST_F(HeapTest, The_size_is_exactly_what_was_asked_for) {
    make();
    for (std::size_t wanted : {0, 1, 7, 8, 9, 15, 16, 17, 100, 4096, 0x10000}) {
        std::uint8_t* const data = get(wanted);
        ASSERT_NE(data, nullptr);
        EXPECT_EQ(size(data), wanted);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % unit, 0u);
    }
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_block_costs_eight_bytes) {
    make();
    // A multiple of the unit less 8 fills its units without a rest.
    const std::uint8_t* const first = get(5 * unit - 8);
    const std::uint8_t* const second = get(5 * unit - 8);
    EXPECT_EQ(second - first, static_cast<std::ptrdiff_t>(5 * unit));
}

TEST_F(HeapTest, A_freed_block_is_given_out_again) {
    make();
    std::uint8_t* const data = get(100);
    get(100);
    EXPECT_EQ(give_back(data), BlockVerdict::Good);
    EXPECT_EQ(get(100), data);
}

TEST_F(HeapTest, Neighbours_that_are_free_become_one_block) {
    make();
    std::uint8_t* const a = get(100);
    std::uint8_t* const b = get(100);
    std::uint8_t* const c = get(100);
    get(100);
    give_back(a);
    give_back(c);
    give_back(b);
    EXPECT_EQ(get(300), a);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_pointer_into_nowhere_is_an_answer) {
    make();
    std::uint8_t* const data = get(64);
    EXPECT_EQ(give_back(reinterpret_cast<void*>(0xdeadbe00)), BlockVerdict::Unreadable);
    EXPECT_NE(give_back(data + 16), BlockVerdict::Good);
    EXPECT_NE(give_back(data + 1), BlockVerdict::Good);
    EXPECT_NE(give_back(heap), BlockVerdict::Good);
    EXPECT_EQ(size(reinterpret_cast<void*>(16)), ~std::size_t{0});
    EXPECT_EQ(give_back(data), BlockVerdict::Good);
    EXPECT_NE(give_back(data), BlockVerdict::Good);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_block_of_another_heap_is_refused) {
    make();
    Heap* const other = create(Pages(pages), {.flags = flag::growable}).value();
    void* const data = allocate(*other, 0, 10);
    EXPECT_NE(give_back(data), BlockVerdict::Good);
    EXPECT_EQ(release(*other, 0, data), BlockVerdict::Good);
    destroy(*other);
}

TEST_F(HeapTest, An_overrun_is_noticed_when_the_neighbour_is_freed) {
    make();
    std::uint8_t* const first = get(24);
    std::uint8_t* const second = get(24);
    EXPECT_TRUE(sound());
    first[24] ^= 0x55; // the first byte behind a block that has no rest is the next header
    EXPECT_FALSE(sound());
    EXPECT_NE(give_back(second), BlockVerdict::Good);
    first[24] ^= 0x55;
    EXPECT_EQ(give_back(second), BlockVerdict::Good);
}

TEST_F(HeapTest, Zeroed_memory_is_zero_also_where_blocks_were_used_before) {
    make();
    for (int round = 0; round < 3; ++round) {
        std::uint8_t* const data = get(3000, flag::zero_memory);
        for (int i = 0; i < 3000; ++i) ASSERT_EQ(data[i], 0);
        std::memset(data, 0xEE, 3000);
        give_back(data);
    }
}

TEST_F(HeapTest, Segments_come_and_of_the_empty_ones_some_stay) {
    make();
    std::vector<void*> blocks;
    for (int i = 0; i < 4000; ++i) blocks.push_back(get(20000)); // too large for the front end
    EXPECT_GT(pages.reserved, 4000u * 20000u);
    EXPECT_TRUE(sound());
    for (void* block : blocks) give_back(block);
    EXPECT_TRUE(sound());
    EXPECT_LE(pages.reserved, 0x10000u + (32u << 20));
    EXPECT_GE(pages.reserved, 16u << 20);
    // They go when that is asked for, or when a large block needs the memory.
    pages.commit_limit = 0;
    EXPECT_EQ(get(0x200000), nullptr);
    EXPECT_EQ(pages.reserved, 0x10000u);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, Compacting_gives_empty_segments_back) {
    make();
    std::vector<void*> blocks;
    for (int i = 0; i < 200; ++i) blocks.push_back(get(20000));
    for (void* block : blocks) give_back(block);
    EXPECT_GT(pages.reserved, 1u << 20);
    compact(*heap, 0);
    EXPECT_EQ(pages.reserved, 0x10000u);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, Without_memory_an_allocation_fails_and_everything_stays_as_it_was) {
    make();
    std::vector<void*> blocks;
    pages.commit_limit = pages.committed + 0x20000;
    while (void* block = get(1000)) blocks.push_back(block);
    EXPECT_TRUE(sound());
    EXPECT_EQ(get(0x200000), nullptr);
    EXPECT_TRUE(sound());
    for (void* block : blocks) EXPECT_EQ(give_back(block), BlockVerdict::Good);
    EXPECT_NE(get(1000), nullptr);
}

TEST_F(HeapTest, Sizes_that_cannot_be_meant_fail) {
    make();
    std::uint8_t* const data = get(10);
    EXPECT_EQ(get(~std::size_t{0}), nullptr);
    EXPECT_EQ(get(~std::size_t{0} - 7), nullptr);
    EXPECT_EQ(reallocate(*heap, 0, data, ~std::size_t{0} - 7).data, nullptr);
    EXPECT_EQ(size(data), 10u);
}

TEST_F(HeapTest, A_large_block_is_a_reservation_of_its_own_aligned_to_eight_words) {
    make();
    const std::uint64_t before = pages.reserved;
    std::uint8_t* const data = get(0x200000);
    ASSERT_NE(data, nullptr);
    EXPECT_GT(pages.reserved, before + 0x200000);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % allocation_granularity, 8 * pointer_bytes);
    EXPECT_EQ(size(data), 0x200000u);
    data[0x1FFFFF] = 1;
    EXPECT_EQ(give_back(data), BlockVerdict::Good);
    EXPECT_NE(give_back(data), BlockVerdict::Good);
    compact(*heap, 0);
    EXPECT_EQ(pages.reserved, before);
}

TEST_F(HeapTest, A_freed_large_block_is_kept_for_the_next_of_its_size) {
    make();
    const std::uint64_t before = pages.reserved;
    std::uint8_t* const data = get(0x200000);
    ASSERT_NE(data, nullptr);
    data[0x1000] = 7;
    EXPECT_EQ(give_back(data), BlockVerdict::Good);
    EXPECT_NE(validate(*heap, 0, data), BlockVerdict::Good);
    EXPECT_EQ(get(0x1F0000) == data, false);
    EXPECT_EQ(allocate(*heap, flag::zero_memory, 0x200000 - 8), data);
    EXPECT_EQ(data[0x1000], 0);
    EXPECT_EQ(size(data), 0x200000u - 8);
    // Not more of them than a few.
    std::vector<std::uint8_t*> blocks;
    for (int i = 0; i < 20; ++i) blocks.push_back(get(0x200000));
    for (std::uint8_t* const block : blocks) EXPECT_EQ(give_back(block), BlockVerdict::Good);
    EXPECT_LE(pages.reserved, before + 2 * 0x210000 + most_spare_bytes);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_large_block_that_shrank_is_not_kept) {
    make();
    const std::uint64_t before = pages.reserved;
    std::uint8_t* const data = get(0x200000);
    EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, data, 0x110000).data, data);
    EXPECT_EQ(give_back(data), BlockVerdict::Good);
    EXPECT_EQ(pages.reserved, before);
}

TEST_F(HeapTest, A_large_block_shrinks_in_place_and_does_not_grow_back) {
    // Observed on Windows: HEAP_REALLOC_IN_PLACE_ONLY shrinks a virtual block, and cannot undo it.
    make();
    std::uint8_t* const data = get(0x200000);
    EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, data, 0x10000).data, data);
    EXPECT_EQ(size(data), 0x10000u);
    EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, data, 0x200000).data, nullptr);
    EXPECT_EQ(size(data), 0x10000u);
}

TEST_F(HeapTest, The_threshold_between_ordinary_and_large_blocks_is_Windows) {
    make();
    const auto is_large = [&](std::size_t wanted) {
        void* const data = get(wanted);
        const bool large = find_block(*heap, data).large != nullptr;
        give_back(data);
        return large;
    };
    EXPECT_FALSE(is_large(0x20000 * pointer_bytes - 0x3000));
    EXPECT_TRUE(is_large(0x20000 * pointer_bytes - 0x1000));
}

TEST_F(HeapTest, Reallocation_keeps_the_contents_and_zeroes_what_is_new) {
    make();
    std::uint8_t* data = get(100);
    std::memset(data, 7, 100);
    get(10); // no room to grow in place
    data = static_cast<std::uint8_t*>(reallocate(*heap, flag::zero_memory, data, 5000).data);
    EXPECT_EQ(data[99], 7);
    EXPECT_EQ(data[100], 0);
    EXPECT_EQ(data[4999], 0);
    data = static_cast<std::uint8_t*>(reallocate(*heap, flag::zero_memory, data, 0x300000).data);
    EXPECT_EQ(data[99], 7);
    EXPECT_EQ(data[0x2FFFFF], 0);
    data = static_cast<std::uint8_t*>(reallocate(*heap, 0, data, 50).data);
    EXPECT_EQ(data[49], 7);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, Reallocation_to_nothing_keeps_the_block) {
    make();
    void* const data = get(100);
    void* const empty = reallocate(*heap, 0, data, 0).data;
    ASSERT_NE(empty, nullptr);
    EXPECT_EQ(size(empty), 0u);
}

TEST_F(HeapTest, A_block_shrinks_and_grows_back_in_place) {
    make();
    void* const data = get(1000);
    EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, data, 100).data, data);
    EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, data, 1000).data, data);
    get(10);
    EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, data, 100000).data, nullptr);
    EXPECT_EQ(size(data), 1000u);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, The_last_block_grows_in_place_by_committing_pages) {
    make();
    void* const data = get(1000);
    EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, data, 0x8000).data, data);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, User_values_and_flags_stay_with_a_block_that_moves) {
    make();
    void* data = get(100, flag::settable_user_value | flag::settable_user_flag1);
    EXPECT_TRUE(set_user_value(*heap, 0, data, &pages));
    get(10);
    data = reallocate(*heap, 0, data, 4000).data;
    UserInfo info;
    ASSERT_TRUE(get_user_info(*heap, 0, data, info));
    EXPECT_EQ(info.value, &pages);
    EXPECT_EQ(info.flags, flag::settable_user_flag1);
    EXPECT_TRUE(set_user_flags(*heap, 0, data, flag::settable_user_flag1, flag::settable_user_flag3));
    ASSERT_TRUE(get_user_info(*heap, 0, data, info));
    EXPECT_EQ(info.flags, flag::settable_user_flag3);
    void* const plain = get(10);
    EXPECT_FALSE(set_user_value(*heap, 0, plain, nullptr));
}

TEST_F(HeapTest, A_large_block_has_a_user_value_too) {
    make();
    void* const data = get(0x200000, flag::settable_user_value);
    EXPECT_TRUE(set_user_value(*heap, 0, data, heap));
    UserInfo info;
    ASSERT_TRUE(get_user_info(*heap, 0, data, info));
    EXPECT_EQ(info.value, heap);
}

TEST_F(HeapTest, An_executable_heap_commits_code_pages) {
    make({.flags = flag::growable | flag::enable_execute});
    get(0x8000);
    EXPECT_EQ(pages.committed_as_code, pages.committed);
}

TEST_F(HeapTest, Destroying_gives_everything_back) {
    make();
    for (int i = 0; i < 2000; ++i) get(2000);
    get(0x300000);
    void* const data = get(10);
    destroy(*heap);
    heap = nullptr;
    EXPECT_EQ(pages.reserved, 0u);
    EXPECT_EQ(Region(nullptr).segment(), nullptr);
    make();
    EXPECT_NE(give_back(data), BlockVerdict::Good);
}

TEST_F(HeapTest, Compacting_answers_the_largest_free_block) {
    make();
    get(100);
    const std::size_t largest = compact(*heap, 0);
    EXPECT_GT(largest, 0x100u);
    EXPECT_EQ(heap->NumberOfUnCommittedPages, (0x10000u - 0x2000u) / page_size);
    EXPECT_NE(get(largest), nullptr);
    EXPECT_EQ(heap->NumberOfUnCommittedPages, (0x10000u - 0x2000u) / page_size);
}

TEST_F(HeapTest, No_reservation_no_heap) {
    pages.refuse_reserve = true;
    EXPECT_EQ(create(Pages(pages), {.flags = flag::growable}).status(), Status::NoMemory);
    pages.refuse_reserve = false;
    pages.commit_limit = 0;
    EXPECT_FALSE(create(Pages(pages), {.flags = flag::growable}).ok());
    EXPECT_EQ(pages.reserved, 0u);
}

} // namespace oriel::rtl::heap
