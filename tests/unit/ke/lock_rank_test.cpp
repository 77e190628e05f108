// SPDX-License-Identifier: MIT
#include <ntdll-emu/ke/growing_table.h>
#include <ntdll-emu/ke/lock_rank.h>

#include <gtest/gtest.h>

#include <mutex>

namespace oriel::ke::test {
namespace {

TEST(GrowingTable, Elements_stay_where_they_are_while_it_grows) {
    GrowingTable<int, 3, 10> table;
    EXPECT_EQ(table.find(0), nullptr);
    table.ensure(0);
    int* const first = table.find(0);
    for (std::uint32_t i = 0; i < table.max_size; ++i) {
        table.ensure(i);
        table[i] = static_cast<int>(i);
    }
    EXPECT_EQ(table.find(0), first);
    for (std::uint32_t i = 0; i < table.max_size; ++i) ASSERT_EQ(table[i], static_cast<int>(i));
    EXPECT_EQ(table.find(table.max_size), nullptr);
}

TEST(LockRank, Locks_may_be_taken_from_the_outermost_to_the_innermost) {
    RankedLock<LockRank::Namespace> outer;
    RankedLock<LockRank::Dispatcher> inner;
    const std::lock_guard first(outer);
    const std::lock_guard second(inner);
}

#if !defined(NDEBUG)
TEST(LockRank, The_wrong_order_stops_the_program_with_both_names) {
    RankedLock<LockRank::Namespace> outer;
    RankedLock<LockRank::Dispatcher> inner;
    const std::lock_guard first(inner);
    EXPECT_TRUE(any_ranked_lock_held());
    EXPECT_DEATH(outer.lock(), "Namespace is taken while Dispatcher is held");
}
#endif

} // namespace
} // namespace oriel::ke::test
