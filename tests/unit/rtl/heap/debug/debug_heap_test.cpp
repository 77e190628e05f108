// SPDX-License-Identifier: MIT
#include "surroundings_native.h"

#include "../../native.h"

#include <ntdll-emu/rtl/heap/debug/block_information.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>
#include <ntdll-emu/rtl/heap/debug/refusals.h>

#include <oriel/refusal_rule.h>

#include <gtest/gtest.h>

#include <cstring>
#include <map>

namespace oriel::rtl::heap::debug {

using nt::HeapFaultKind;
using test::surroundings_now;

class DebugHeapTest : public testing::Test {
protected:
    DebugHeapTest() { surroundings_now() = {}; }
    ~DebugHeapTest() override {
        if (heap != nullptr) heap::destroy(*heap);
        if (other != nullptr) heap::destroy(*other);
        EXPECT_EQ(pages.reserved, 0u) << "every reservation went back";
    }
    Heap* make(std::uint32_t page_heap_flags, std::uint32_t global = global_flag::page_allocations) {
        surroundings_now().options[u"PageHeapFlags"] = page_heap_flags;
        auto made = heap::create(Pages(pages), {.flags = flag::growable, .global_flags = global});
        return made.ok() ? made.value() : nullptr;
    }
    void full(std::uint32_t more = 0) { heap = make(page_heap_flag::enable | page_heap_flag::collect_stack_traces | more); }
    void normal() { heap = make(page_heap_flag::collect_stack_traces); }
    std::uint8_t* get(std::size_t size, std::uint32_t flags = 0) {
        return static_cast<std::uint8_t*>(heap::allocate(*heap, flags, size));
    }
    BlockVerdict give_back(void* data) { return heap::release(*heap, 0, data); }
    static std::vector<nt::HeapFaultRecord>& faults() { return surroundings_now().faults; }
    static HeapFaultKind only_fault() {
        EXPECT_EQ(faults().size(), 1u);
        return faults().empty() ? HeapFaultKind{} : faults().back().kind;
    }
    /// What the CPU would tell of an access there.
    static void touch(const void* at) {
        ASSERT_NE(surroundings_now().observer, nullptr);
        surroundings_now().observer(reinterpret_cast<std::uintptr_t>(at), 1, nullptr);
    }

    rtl::test::FakePages pages;
    Heap* heap = nullptr;
    Heap* other = nullptr;
};

TEST_F(DebugHeapTest, A_page_heaps_handle_shows_its_flags_and_nothing_else) {
    full();
    EXPECT_EQ(heap->Flags, flag::growable | flag::page_allocations);
    EXPECT_EQ(heap->ForceFlags, flag::growable | flag::page_allocations);
    EXPECT_EQ(heap->SegmentSignature, 0xEEEEEEEEu);
    EXPECT_TRUE(is_heap(heap));
}

TEST_F(DebugHeapTest, A_block_of_a_full_page_heap_ends_at_its_page) {
    full();
    for (std::size_t size : {1u, 15u, 16u, 40u, 4000u, 4096u, 4097u, 70000u}) {
        std::uint8_t* const data = get(size);
        ASSERT_NE(data, nullptr);
        const auto end = reinterpret_cast<std::uintptr_t>(data) + align_up(size, 2 * pointer_bytes);
        EXPECT_EQ(end % page_size, 0u) << size;
        EXPECT_EQ(data[0], 0xC0);
        EXPECT_EQ(data[size - 1], 0xC0);
        EXPECT_EQ(heap::size_of(*heap, 0, data), size);
    }
}

TEST_F(DebugHeapTest, Zeroed_memory_is_zero) {
    full();
    const std::uint8_t* const data = get(100, flag::zero_memory);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(data[i], 0);
}

TEST_F(DebugHeapTest, With_backwards_a_block_begins_at_its_page) {
    full(page_heap_flag::catch_backward_overruns);
    std::uint8_t* const data = get(40);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % page_size, 0u);
    touch(data - 1);
    EXPECT_EQ(only_fault(), HeapFaultKind::AccessBefore);
}

TEST_F(DebugHeapTest, With_unaligned_a_block_ends_at_the_very_byte) {
    full(page_heap_flag::unaligned_allocations);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(get(41)) % page_size, page_size - 41);
}

TEST_F(DebugHeapTest, An_access_behind_a_block_is_told_with_the_block_and_its_stack) {
    full();
    surroundings_now().stack = {0xA1, 0xA2, 0xA3};
    std::uint8_t* const data = get(48);
    touch(data + 48 + 7);
    ASSERT_EQ(only_fault(), HeapFaultKind::AccessBehind);
    const auto& fault = faults().back();
    EXPECT_EQ(fault.block, reinterpret_cast<std::uintptr_t>(data));
    EXPECT_EQ(fault.size, 48u);
    EXPECT_EQ(fault.allocated.count, 3u);
    EXPECT_EQ(fault.allocated.frames[2], 0xA3u);
    EXPECT_EQ(fault.freed.count, 0u);
}

TEST_F(DebugHeapTest, An_access_to_a_freed_block_is_told_with_both_stacks) {
    full();
    surroundings_now().stack = {0xA1};
    std::uint8_t* const data = get(48);
    surroundings_now().stack = {0xF1, 0xF2};
    EXPECT_EQ(give_back(data), BlockVerdict::Good);
    touch(data + 5);
    ASSERT_EQ(only_fault(), HeapFaultKind::AccessFreed);
    EXPECT_EQ(faults().back().allocated.frames[0], 0xA1u);
    EXPECT_EQ(faults().back().freed.count, 2u);
    EXPECT_EQ(faults().back().freed.frames[0], 0xF1u);
}

TEST_F(DebugHeapTest, An_address_that_is_no_blocks_is_not_told) {
    full();
    get(48);
    touch(&pages);
    EXPECT_TRUE(faults().empty());
}

TEST_F(DebugHeapTest, What_alignment_leaves_behind_a_block_is_looked_at_when_it_is_freed) {
    full();
    std::uint8_t* const data = get(41);
    data[41] = 1;
    EXPECT_EQ(give_back(data), BlockVerdict::Good) << "it is freed all the same";
    ASSERT_EQ(only_fault(), HeapFaultKind::Overrun);
    EXPECT_EQ(faults().back().address, reinterpret_cast<std::uintptr_t>(data + 41));
    EXPECT_EQ(faults().back().found[0], 1);
    EXPECT_EQ(faults().back().expected, 0xD0);
    EXPECT_EQ(surroundings_now().breaks, 1u);
}

TEST_F(DebugHeapTest, The_information_before_a_block_is_looked_at_when_it_is_freed) {
    for (const bool pages_of_its_own : {true, false}) {
        surroundings_now() = {};
        heap = make(pages_of_its_own ? 3 : 2);
        std::uint8_t* const data = get(40);
        data[-4] = 1;
        give_back(data);
        EXPECT_EQ(only_fault(), HeapFaultKind::Underrun);
        EXPECT_EQ(faults().back().address, reinterpret_cast<std::uintptr_t>(data - 4));
        heap::destroy(*heap);
        heap = nullptr;
    }
}

TEST_F(DebugHeapTest, A_second_free_is_told_with_both_stacks) {
    for (const std::uint32_t flags : {3u, 2u}) {
        surroundings_now() = {};
        heap = make(flags);
        std::uint8_t* const data = get(40);
        EXPECT_EQ(give_back(data), BlockVerdict::Good);
        EXPECT_EQ(give_back(data), BlockVerdict::Reported);
        EXPECT_EQ(only_fault(), HeapFaultKind::DoubleFree);
        EXPECT_NE(faults().back().allocated.count, 0u);
        EXPECT_NE(faults().back().freed.count, 0u);
        heap::destroy(*heap);
        heap = nullptr;
    }
}

TEST_F(DebugHeapTest, A_block_of_another_heap_is_told_as_such_and_stays) {
    full();
    other = make(3);
    void* const data = heap::allocate(*other, 0, 24);
    EXPECT_EQ(give_back(data), BlockVerdict::Reported);
    ASSERT_EQ(only_fault(), HeapFaultKind::WrongHeap);
    EXPECT_EQ(faults().back().owner, reinterpret_cast<std::uintptr_t>(other));
    EXPECT_EQ(heap::size_of(*other, 0, data), 24u);
}

TEST_F(DebugHeapTest, A_pointer_into_a_block_is_told_with_the_block) {
    full();
    std::uint8_t* const data = get(64);
    EXPECT_EQ(give_back(data + 16), BlockVerdict::Reported);
    ASSERT_EQ(only_fault(), HeapFaultKind::NotABlock);
    EXPECT_EQ(faults().back().block, reinterpret_cast<std::uintptr_t>(data));
    EXPECT_EQ(give_back(&pages), BlockVerdict::Reported);
    EXPECT_EQ(faults().back().block, 0u);
}

TEST_F(DebugHeapTest, A_write_after_the_free_is_seen_by_validation) {
    normal();
    std::uint8_t* const data = get(100);
    EXPECT_EQ(data[0], 0xE0);
    give_back(data);
    EXPECT_EQ(heap::validate(*heap, 0, nullptr), BlockVerdict::Good);
    data[10] = 1;
    EXPECT_EQ(heap::validate(*heap, 0, nullptr), BlockVerdict::Reported);
    EXPECT_EQ(only_fault(), HeapFaultKind::FreedBlockWritten);
    EXPECT_EQ(surroundings_now().breaks, 0u) << "HeapValidate answers, it does not stop";
    data[10] = 0xF0;
}

TEST_F(DebugHeapTest, Blocks_leave_the_queue_of_the_freed_in_time) {
    // By its bytes a full page heap's queue is full sooner than by its blocks.
    const struct { std::uint32_t flags; int times; std::size_t size; } cases[] = {{3, 6000, 300'000}, {2, 40'000, 100}};
    for (const auto& each : cases) {
        heap = make(each.flags);
        for (int i = 0; i < each.times; ++i)
            ASSERT_EQ(give_back(get(each.size, flag::zero_memory)), BlockVerdict::Good) << i;
        EXPECT_TRUE(faults().empty());
        heap::destroy(*heap);
        heap = nullptr;
    }
}

TEST_F(DebugHeapTest, A_write_after_the_free_is_told_when_the_block_leaves_the_queue) {
    normal();
    std::uint8_t* const data = get(100);
    give_back(data);
    data[10] = 1;
    for (int i = 0; i < 20000; ++i) give_back(get(100));
    EXPECT_EQ(only_fault(), HeapFaultKind::FreedBlockWritten);
}

TEST_F(DebugHeapTest, Reallocation_moves_keeps_the_contents_and_frees_the_old_block) {
    for (const std::uint32_t flags : {3u, 2u}) {
        heap = make(flags);
        std::uint8_t* const data = get(100);
        std::memset(data, 7, 100);
        const Reallocated answer = heap::reallocate(*heap, flag::zero_memory, data, 5000);
        auto* const moved = static_cast<std::uint8_t*>(answer.data);
        ASSERT_NE(moved, nullptr);
        EXPECT_NE(moved, data);
        EXPECT_EQ(moved[99], 7);
        EXPECT_EQ(moved[100], 0);
        EXPECT_EQ(moved[4999], 0);
        EXPECT_EQ(heap::size_of(*heap, 0, moved), 5000u);
        EXPECT_EQ(heap::size_of(*heap, 0, data), ~std::size_t{0});
        heap::destroy(*heap);
        heap = nullptr;
    }
}

TEST_F(DebugHeapTest, In_place_a_block_shrinks_and_grows_back_within_its_room) {
    full();
    std::uint8_t* const data = get(100);
    EXPECT_EQ(heap::reallocate(*heap, flag::realloc_in_place_only, data, 50).data, data);
    EXPECT_EQ(heap::size_of(*heap, 0, data), 50u);
    EXPECT_EQ(heap::reallocate(*heap, flag::realloc_in_place_only, data, 100).data, data);
    EXPECT_EQ(heap::reallocate(*heap, flag::realloc_in_place_only, data, 5000).data, nullptr);
    EXPECT_EQ(give_back(data), BlockVerdict::Good);
    EXPECT_TRUE(faults().empty());
}

TEST_F(DebugHeapTest, Above_the_number_of_guarded_blocks_patterns_guard) {
    surroundings_now().options[u"OrielGuardedBlocks"] = 3;
    full();
    std::uint8_t* blocks[6];
    for (auto& block : blocks) ASSERT_NE(block = get(64), nullptr);
    EXPECT_EQ(blocks[2][0], 0xC0);
    EXPECT_EQ(blocks[3][0], 0xE0);
    blocks[4][64] = 1;
    for (auto* block : blocks) EXPECT_EQ(give_back(block), BlockVerdict::Good);
    EXPECT_EQ(only_fault(), HeapFaultKind::Overrun);
}

TEST_F(DebugHeapTest, A_walk_shows_every_living_block_once) {
    full();
    const void* const kept = get(10);
    give_back(get(20));
    const void* const last = get(30);
    NtHeapWalkEntry entry{};
    ASSERT_EQ(heap::walk(*heap, entry), Status::Success);
    EXPECT_EQ(entry.DataAddress.get(), heap);
    std::map<const void*, std::size_t> seen;
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(heap::walk(*heap, entry), Status::Success);
        seen[entry.DataAddress.get()] = entry.DataSize;
    }
    EXPECT_EQ(seen, (std::map<const void*, std::size_t>{{kept, 10}, {last, 30}}));
    EXPECT_EQ(heap::walk(*heap, entry), Status::NoMoreEntries);
}

TEST_F(DebugHeapTest, User_value_and_flags_follow_the_block) {
    full();
    std::uint8_t* data = get(10, flag::settable_user_value | flag::settable_user_flag1);
    int something = 0;
    EXPECT_TRUE(heap::set_user_value(*heap, 0, data, &something));
    data = static_cast<std::uint8_t*>(heap::reallocate(*heap, 0, data, 20).data);
    UserInfo info;
    ASSERT_TRUE(heap::get_user_info(*heap, 0, data, info));
    EXPECT_EQ(info.value, &something);
    EXPECT_EQ(info.flags, flag::settable_user_flag1);
    EXPECT_TRUE(info.has_value);
}

TEST_F(DebugHeapTest, No_memory_is_an_answer) {
    full();
    pages.commit_limit = pages.committed + 4 * page_size;
    unsigned made = 0;
    while (made < 100 && get(100) != nullptr) ++made;
    EXPECT_LT(made, 100u);
    pages.commit_limit = ~std::uint64_t{0};
    EXPECT_NE(get(100), nullptr);
    EXPECT_EQ(get(~std::size_t{0}), nullptr);
}

TEST_F(DebugHeapTest, A_heap_with_stack_traces_has_ordinary_blocks) {
    heap = make(0, global_flag::user_stack_trace_db);
    EXPECT_EQ(heap->Flags, flag::growable | flag::capture_stack_backtraces);
    std::uint8_t* const data = get(40);
    EXPECT_EQ(heap::size_of(*heap, 0, data), 40u);
    auto* const larger = heap::reallocate(*heap, 0, data, 4000).data;
    EXPECT_EQ(heap::size_of(*heap, 0, larger), 4000u);
    EXPECT_EQ(give_back(larger), BlockVerdict::Good);
    EXPECT_NE(give_back(larger), BlockVerdict::Good);
    EXPECT_EQ(heap::validate(*heap, 0, nullptr), BlockVerdict::Good);
}

TEST_F(DebugHeapTest, Leaks_are_counted_by_the_stack_of_their_allocation) {
    surroundings_now().options[u"OrielHeapLeaks"] = 1;
    heap = make(0, global_flag::user_stack_trace_db);
    surroundings_now().stack = {0x111};
    get(10), get(20);
    give_back(get(30));
    surroundings_now().stack = {0x222};
    get(5);
    report_leaks();
    ASSERT_EQ(surroundings_now().leaks.size(), 2u);
    const auto& first = surroundings_now().leaks[0];
    EXPECT_EQ(first.blocks, 2u);
    EXPECT_EQ(first.bytes, 30u);
    EXPECT_EQ(first.first_size, 10u);
    EXPECT_EQ(first.allocated.frames[0], 0x111u);
    EXPECT_EQ(surroundings_now().leaks[1].bytes, 5u);
}

TEST_F(DebugHeapTest, Refusals_begin_with_the_program_and_follow_their_rule) {
    surroundings_now().options[u"OrielFailEvery"] = 3;
    heap = make(0, global_flag::application_verifier);
    for (int i = 0; i < 10; ++i) EXPECT_NE(get(1), nullptr) << "the loader's own are not counted";
    program_begins();
    for (int i = 1; i <= 9; ++i) EXPECT_EQ(get(1) == nullptr, i % 3 == 0) << i;
    EXPECT_EQ(surroundings_now().refusals.size(), 3u);
    std::uint8_t* const data = get(1);
    ASSERT_NE(get(1), nullptr);
    EXPECT_EQ(heap::reallocate(*heap, 0, data, 100).data, nullptr);
    EXPECT_EQ(heap::size_of(*heap, 0, data), 1u) << "the block is as it was";
}

TEST(RefusalRule, The_same_seed_refuses_the_same_requests) {
    const RefusalRule rule{.seed = 42, .per_million = 10'000};
    const RefusalRule same = rule, another{.seed = 43, .per_million = 10'000};
    unsigned refused = 0, different = 0;
    for (std::uint64_t number = 1; number <= 100'000; ++number) {
        ASSERT_EQ(rule.refuses(number), same.refuses(number));
        refused += rule.refuses(number);
        different += rule.refuses(number) != another.refuses(number);
    }
    EXPECT_NEAR(refused, 1000, 150);
    EXPECT_GT(different, 1000u);
}

} // namespace oriel::rtl::heap::debug
