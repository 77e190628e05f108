// SPDX-License-Identifier: MIT
#include "heap_fixture.h"

#include <ntdll-emu/rtl/heap/front_end/subsegments.h>
#include <ntdll-emu/rtl/heap/registry.h>

#include <thread>
#include <vector>

namespace oriel::rtl::heap {

namespace {

constexpr std::size_t asked = 40; ///< bytes of the usual block

class FrontEndTest : public HeapTest {
protected:
    bool is_front(void* data) { return front_end::subsegment_around(*heap, data) != nullptr; }
    /// Blocks of `asked` bytes until one comes from the front end.
    void turn_on(std::size_t of = asked) {
        for (int i = 0; i < 0x12; ++i) blocks.push_back(get(of));
        ASSERT_TRUE(is_front(blocks.back()));
    }
    void give_all_back() {
        for (void* block : blocks) EXPECT_EQ(give_back(block), BlockVerdict::Good);
        blocks.clear();
    }
    std::size_t listed(std::uint16_t flags) {
        std::size_t count = 0;
        NtHeapWalkEntry entry{};
        while (walk(*heap, entry) == Status::Success) count += (entry.Flags & flags) == flags;
        return count;
    }
    std::vector<void*> blocks;
};

} // namespace

TEST(FrontEndSizes, A_bucket_wastes_at_most_a_sixteenth) {
    for (std::size_t request = 0; request <= front_end::largest_request; ++request) {
        const std::size_t bytes = front_end::units_of_bucket(front_end::bucket_of(request)) * unit;
        ASSERT_GE(bytes, request + header_bytes);
        ASSERT_LE(bytes, (request + header_bytes) * 17 / 16 + 2 * unit);
    }
}

TEST(FrontEndHeader, Any_changed_byte_is_noticed) {
    using front_end::Entry;
    const Entry busy = Entry::busy(0x1234, 567);
    EXPECT_TRUE(busy.sound_at(0x1234));
    EXPECT_TRUE(Entry::with_flags(busy, 0x21).sound_at(0x1234));
    EXPECT_EQ(Entry::with_flags(Entry::with_flags(busy, 0x21), 1), busy);
    for (unsigned byte = 0; byte < header_bytes; ++byte) {
        for (std::uint64_t value = 1; value < 256; ++value)
            ASSERT_FALSE(Entry(busy.bits() ^ value << (byte * 8)).sound_at(0x1234)) << byte;
    }
}

TEST_F(FrontEndTest, The_eighteenth_block_of_a_size_comes_from_it) { // observed on Windows
    make();
    for (int i = 0; i < 0x11; ++i) EXPECT_FALSE(is_front(get(asked)));
    EXPECT_EQ(heap->FrontEndHeapType, 0u);
    EXPECT_TRUE(is_front(get(asked)));
    EXPECT_EQ(heap->FrontEndHeapType, 2u);
    EXPECT_FALSE(is_front(get(asked * 4))) << "each size for itself";
}

TEST_F(FrontEndTest, Seventeen_blocks_freed_and_made_again_do_not_turn_it_on) { // observed on Windows
    make();
    for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < 0x11; ++i) blocks.push_back(get(asked));
        give_all_back();
    }
    EXPECT_EQ(heap->FrontEndHeapType, 0u);
}

TEST_F(FrontEndTest, Heaps_that_are_fixed_unserialized_or_checked_have_none) { // "Low-fragmentation Heap"
    const CreateRequest requests[] = {{.flags = 0, .reserve = 0x100000},
                                      {.flags = flag::growable | flag::no_serialize},
                                      {.flags = flag::growable, .global_flags = 0x20}};
    for (const CreateRequest& request : requests) {
        make(request);
        for (int i = 0; i < 100; ++i) EXPECT_FALSE(is_front(get(asked)));
        destroy(*heap);
        heap = nullptr;
    }
}

TEST_F(FrontEndTest, A_block_knows_what_was_asked_for) {
    make();
    turn_on(100);
    for (std::size_t request = 90; request < 104; ++request) {
        void* const block = get(request);
        EXPECT_TRUE(is_front(block));
        EXPECT_EQ(HeapTest::size(block), request);
    }
}

TEST_F(FrontEndTest, A_block_freed_twice_or_shifted_is_refused) {
    make();
    turn_on();
    auto* const block = get(asked);
    EXPECT_NE(give_back(block + unit), BlockVerdict::Good);
    EXPECT_NE(give_back(block + 1), BlockVerdict::Good);
    EXPECT_EQ(give_back(block), BlockVerdict::Good);
    EXPECT_NE(give_back(block), BlockVerdict::Good);
    EXPECT_EQ(HeapTest::size(block), ~std::size_t{0});
    std::thread([&] { EXPECT_NE(give_back(block), BlockVerdict::Good); }).join();
}

TEST_F(FrontEndTest, An_overrun_into_the_next_header_is_found) {
    make();
    turn_on();
    std::uint8_t* const first = get(asked);
    std::uint8_t* const second = get(asked);
    ASSERT_EQ(second - first, static_cast<std::ptrdiff_t>(48));
    EXPECT_TRUE(sound());
    first[asked] ^= 1;
    EXPECT_FALSE(sound());
    EXPECT_NE(give_back(second), BlockVerdict::Good);
    first[asked] ^= 1;
    EXPECT_EQ(give_back(second), BlockVerdict::Good);
}

TEST_F(FrontEndTest, A_free_block_whose_header_was_overwritten_is_reported_and_not_handed_out) {
    make();
    turn_on();
    std::uint8_t* const first = get(asked);
    std::uint8_t* const second = get(asked);
    give_back(second);
    first[asked + 4] ^= 0x55;
    test::recorded().raised = {};
    for (int i = 0; i < 200; ++i) EXPECT_NE(get(asked), second);
    EXPECT_EQ(test::recorded().raised, Status::HeapCorruption);
}

TEST_F(FrontEndTest, It_changes_no_block_in_place) { // observed on Windows by way of GlobalReAlloc
    make();
    turn_on();
    std::uint8_t* const block = get(asked);
    std::memset(block, 0x77, asked);
    for (const std::size_t to : {asked - 1, asked, asked + 1})
        EXPECT_EQ(reallocate(*heap, flag::realloc_in_place_only, block, to).data, nullptr);
    EXPECT_EQ(HeapTest::size(block), asked);
    auto* const moved = static_cast<std::uint8_t*>(reallocate(*heap, flag::zero_memory, block, asked + 8).data);
    ASSERT_NE(moved, nullptr);
    EXPECT_NE(moved, block);
    EXPECT_EQ(moved[asked - 1], 0x77);
    EXPECT_EQ(moved[asked], 0);
}

TEST_F(FrontEndTest, User_flags_can_be_set_on_its_blocks) {
    make();
    turn_on();
    void* const block = get(asked);
    EXPECT_TRUE(set_user_flags(*heap, 0, block, 0, flag::settable_user_flag2));
    UserInfo info;
    ASSERT_TRUE(get_user_info(*heap, 0, block, info));
    EXPECT_EQ(info.flags, flag::settable_user_flag2);
    EXPECT_FALSE(set_user_value(*heap, 0, block, this)) << "there is no room for a value";
    EXPECT_TRUE(sound());
    EXPECT_EQ(give_back(block), BlockVerdict::Good);
}

TEST_F(FrontEndTest, A_walk_shows_its_blocks_used_and_free) {
    make();
    turn_on();
    EXPECT_EQ(listed(nt::heap_entry_flag::busy), 0x12u);
    EXPECT_EQ(listed(nt::heap_entry_flag::front_end | nt::heap_entry_flag::busy), 1u);
    EXPECT_GT(listed(nt::heap_entry_flag::front_end), 24u);
    give_all_back();
    EXPECT_EQ(listed(nt::heap_entry_flag::busy), 0u);
}

TEST_F(FrontEndTest, What_is_empty_goes_back_to_the_backend) {
    make();
    turn_on();
    for (int i = 0; i < 20000; ++i) blocks.push_back(get(asked));
    const std::size_t before = heap->TotalFreeSize;
    give_all_back();
    EXPECT_GT(heap->TotalFreeSize, before + 10000);
    compact(*heap, 0);
    EXPECT_LT(listed(nt::heap_entry_flag::front_end), 200u);
    EXPECT_TRUE(sound());
}

TEST_F(FrontEndTest, Another_thread_allocates_while_the_heap_is_locked) { // observed on Windows
    make();
    turn_on();
    enter(*heap->LockVariable);
    std::thread([&] {
        void* const block = get(asked);
        EXPECT_TRUE(is_front(block));
        EXPECT_EQ(give_back(block), BlockVerdict::Good);
    }).join();
    leave(*heap->LockVariable);
    EXPECT_TRUE(sound());
}

TEST_F(FrontEndTest, Blocks_freed_by_another_thread_come_back_to_their_owner) {
    make();
    turn_on();
    std::size_t segments_before = 0;
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 3000; ++i) blocks.push_back(get(asked));
        std::thread([&] { give_all_back(); }).join();
        if (round == 4) segments_before = pages.reserved;
    }
    EXPECT_EQ(pages.reserved, segments_before) << "memory that was freed elsewhere is used again";
    EXPECT_TRUE(sound());
}

TEST_F(FrontEndTest, What_a_thread_leaves_behind_is_used_by_others) {
    make();
    ASSERT_TRUE(register_heap(*heap).ok());
    turn_on();
    std::uint64_t reserved_before = 0;
    for (int round = 0; round < 30; ++round) {
        std::vector<void*> left;
        std::thread([&] {
            for (int i = 0; i < 2000; ++i) left.push_back(get(asked));
            for (int i = 0; i < 2000; i += 2) give_back(left[static_cast<std::size_t>(i)]);
            front_end::end_thread();
        }).join();
        for (int i = 1; i < 2000; i += 2) give_back(left[static_cast<std::size_t>(i)]);
        if (round == 4) reserved_before = pages.reserved;
    }
    EXPECT_EQ(pages.reserved, reserved_before);
    EXPECT_TRUE(sound());
    unregister_heap(*heap);
}

TEST_F(FrontEndTest, Many_threads_allocate_and_free_each_other_s_blocks) {
    make();
    ASSERT_TRUE(register_heap(*heap).ok());
    constexpr int threads = 4, slots = 256, steps = 20000;
    static std::atomic<std::uint8_t*> shared[slots];
    std::atomic<int> damaged = 0;
    std::vector<std::thread> running;
    for (int number = 0; number < threads; ++number) {
        running.emplace_back([&, number] {
            std::uint32_t random = static_cast<std::uint32_t>(number) * 77777 + 1;
            for (int i = 0; i < steps; ++i) {
                random = random * 1664525 + 1013904223;
                const std::size_t bytes = 2 + (random >> 8) % 600;
                std::uint8_t* const fresh = get(bytes);
                fresh[0] = fresh[bytes - 1] = static_cast<std::uint8_t>(bytes);
                std::uint8_t* const old = shared[(random >> 20) % slots].exchange(fresh);
                if (old == nullptr) continue;
                const std::size_t old_bytes = HeapTest::size(old);
                if (old[0] != static_cast<std::uint8_t>(old_bytes) || old[old_bytes - 1] != old[0]) ++damaged;
                if (give_back(old) != BlockVerdict::Good) ++damaged;
                if (i % 4096 == 0 && !sound()) ++damaged;
            }
            front_end::end_thread();
        });
    }
    for (std::thread& thread : running) thread.join();
    EXPECT_EQ(damaged, 0);
    for (auto& slot : shared) {
        if (std::uint8_t* block = slot.exchange(nullptr)) EXPECT_EQ(give_back(block), BlockVerdict::Good);
    }
    EXPECT_TRUE(sound());
    EXPECT_EQ(listed(nt::heap_entry_flag::busy), 0u);
    unregister_heap(*heap);
}

} // namespace oriel::rtl::heap
