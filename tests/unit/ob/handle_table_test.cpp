// SPDX-License-Identifier: MIT
#include "test_object.h"

#include <ntdll-emu/ob/handle_table.h>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace oriel::ob::test {
namespace {

constexpr nt::Handle handle(std::uint64_t value) { return nt::Handle{value}; }

TEST(HandleTable, Handles_begin_at_4_and_are_multiples_of_4) {
    HandleTable table;
    EXPECT_EQ(table.insert(make<Apple>(), 1).value(), handle(4));
    EXPECT_EQ(table.insert(make<Apple>(), 1).value(), handle(8));
    EXPECT_EQ(table.insert(make<Apple>(), 1).value(), handle(12));
    EXPECT_EQ(table.count(), 3u);
    EXPECT_STREQ(table.fault(), nullptr);
}

TEST(HandleTable, The_handle_that_was_closed_last_is_given_out_first) {
    HandleTable table;
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(table.insert(make<Apple>(), 1).ok());
    ASSERT_TRUE(table.close(handle(8)).ok());
    ASSERT_TRUE(table.close(handle(12)).ok());
    EXPECT_EQ(table.insert(make<Apple>(), 1).value(), handle(12));
    EXPECT_EQ(table.insert(make<Apple>(), 1).value(), handle(8));
    EXPECT_EQ(table.insert(make<Apple>(), 1).value(), handle(20));
    EXPECT_STREQ(table.fault(), nullptr);
}

TEST(HandleTable, The_two_low_bits_of_a_handle_are_ignored) {
    HandleTable table;
    const nt::Handle four = table.insert(make<Apple>(), 1).value();
    EXPECT_TRUE(table.lookup<Apple>(four, 1).ok());
    EXPECT_TRUE(table.lookup<Apple>(handle(7), 1).ok());
    EXPECT_TRUE(table.close(handle(5)).ok());
}

TEST(HandleTable, A_handle_that_is_not_in_use_is_invalid) {
    HandleTable table;
    const nt::Handle closed = table.insert(make<Apple>(), 1).value();
    ASSERT_TRUE(table.close(closed).ok());
    for (const nt::Handle wrong : {closed, handle(0), handle(3), handle(400), handle(0xFFFF'FFFC),
                                   nt::current_process_handle, nt::current_thread_handle}) {
        EXPECT_EQ(table.lookup<Apple>(wrong, 0).error(), Status::InvalidHandle);
        EXPECT_EQ(table.close(wrong).error(), Status::InvalidHandle);
        EXPECT_EQ(table.entry(wrong).error(), Status::InvalidHandle);
        EXPECT_EQ(table.set_flags(wrong, 0).error(), Status::InvalidHandle);
    }
}

TEST(HandleTable, The_wrong_type_is_reported_before_the_missing_right) {
    HandleTable table;
    const nt::Handle apple = table.insert(make<Apple>(), 1).value();
    EXPECT_EQ(table.lookup<Pear>(apple, 2).error(), Status::ObjectTypeMismatch);
    EXPECT_EQ(table.lookup<Apple>(apple, 2).error(), Status::AccessDenied);
    EXPECT_EQ(table.lookup<Apple>(apple, 3).error(), Status::AccessDenied);
    EXPECT_TRUE(table.lookup<Apple>(apple, 1).ok());
    EXPECT_TRUE(table.lookup_any(apple, 0).ok());
}

TEST(HandleTable, A_protected_handle_cannot_be_closed) {
    HandleTable table;
    const nt::Handle kept = table.insert(make<Apple>(), 1, handle_protect_from_close).value();
    EXPECT_EQ(table.close(kept).error(), Status::HandleNotClosable);
    ASSERT_TRUE(table.set_flags(kept, handle_inherit).ok());
    EXPECT_EQ(table.entry(kept)->flags, handle_inherit);
    EXPECT_TRUE(table.close(kept).ok());
}

TEST(HandleTable, An_object_lives_as_long_as_a_handle_or_a_reference) {
    int alive = 0;
    HandleTable table;
    const nt::Handle first = table.insert(make<Apple>(&alive), 1).value();
    Ref<Apple> reference = table.lookup<Apple>(first, 0).value();
    EXPECT_EQ(reference->handles(), 1u);
    ASSERT_TRUE(table.close(first).ok());
    EXPECT_EQ(reference->handles(), 0u);
    EXPECT_EQ(reference->last_closes, 1);
    EXPECT_EQ(alive, 1);
    reference = nullptr;
    EXPECT_EQ(alive, 0);
}

TEST(HandleTable, A_table_that_goes_closes_everything_protected_handles_too) {
    int alive = 0;
    {
        HandleTable table;
        for (int i = 0; i < 1000; ++i)
            ASSERT_TRUE(table.insert(make<Apple>(&alive), 1, handle_protect_from_close).ok());
        EXPECT_EQ(alive, 1000);
    }
    EXPECT_EQ(alive, 0);
}

TEST(HandleTable, A_child_inherits_marked_handles_with_their_numbers) {
    HandleTable parent;
    const nt::Handle plain = parent.insert(make<Apple>(), 1).value();
    const nt::Handle inherited = parent.insert(make<Apple>(), 3, handle_inherit).value();
    HandleTable child;
    ASSERT_TRUE(parent.inherit_into(child).ok());
    EXPECT_EQ(child.lookup<Apple>(plain, 0).error(), Status::InvalidHandle);
    EXPECT_EQ(child.lookup<Apple>(inherited, 3)->get(), parent.lookup<Apple>(inherited, 3)->get());
    EXPECT_EQ(child.insert(make<Apple>(), 1).value(), plain) << "the lowest free handle comes first";
    EXPECT_STREQ(child.fault(), nullptr);
}

TEST(HandleTable, Threads_may_open_look_up_and_close_at_once) {
    HandleTable table;
    const nt::Handle shared = table.insert(make<Apple>(), 1).value();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 3000; ++i) {
                const auto mine = table.insert(make<Apple>(), 1);
                ASSERT_TRUE(mine.ok());
                EXPECT_TRUE(table.lookup<Apple>(shared, 1).ok());
                EXPECT_TRUE(table.lookup<Apple>(mine.value(), 1).ok());
                EXPECT_TRUE(table.close(mine.value()).ok());
                (void)table.lookup<Apple>(handle(8), 0).ok(); // may be anybody's, or nobody's
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(table.count(), 1u);
    EXPECT_STREQ(table.fault(), nullptr);
}

TEST(Type, Generic_rights_become_what_they_stand_for) {
    const Type& type = Apple::object_type;
    EXPECT_EQ(type.granted(access::generic_read), 0x00020001u);
    EXPECT_EQ(type.granted(access::generic_write | access::synchronize), 0x00120002u);
    EXPECT_EQ(type.granted(access::generic_all), 0x001F0003u);
    EXPECT_EQ(type.granted(access::maximum_allowed), 0x001F0003u);
    EXPECT_EQ(type.granted(0x8001), 0x1u) << "bits that the type does not have are dropped";
}

} // namespace
} // namespace oriel::ob::test
