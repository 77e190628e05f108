// SPDX-License-Identifier: MIT
#include "../native.h"

#include <ntdll-emu/rtl/sync/critical_section.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace oriel::rtl;

namespace {

CriticalSection made(std::uint32_t spins = 0) {
    CriticalSection section;
    initialize(section, spins);
    return section;
}

} // namespace

TEST(CriticalSection, A_free_one_has_a_lock_count_of_minus_one) {
    CriticalSection section = made();
    EXPECT_EQ(section.LockCount, -1);
    EXPECT_EQ(section.RecursionCount, 0);
    EXPECT_EQ(section.OwningThread, 0u);
    EXPECT_FALSE(is_locked(section));
}

TEST(CriticalSection, Its_owner_may_enter_again) {
    CriticalSection section = made();
    enter(section);
    enter(section);
    EXPECT_TRUE(try_enter(section));
    EXPECT_EQ(section.RecursionCount, 3);
    EXPECT_EQ(section.LockCount, -2); // bit 0 clear: locked; nobody waits
    EXPECT_EQ(section.OwningThread, platform::current_thread_id());
    leave(section);
    leave(section);
    EXPECT_TRUE(is_held_by_caller(section));
    leave(section);
    EXPECT_EQ(section.LockCount, -1);
}

TEST(CriticalSection, Another_thread_cannot_enter_or_leave) {
    CriticalSection section = made();
    enter(section);
    std::thread([&] {
        EXPECT_FALSE(try_enter(section));
        EXPECT_FALSE(is_held_by_caller(section));
        try {
            leave(section);
            ADD_FAILURE() << "left a section it does not hold";
        } catch (const test::Raised& raised) {
            EXPECT_EQ(raised.status, Status::ResourceNotOwned);
        }
    }).join();
    leave(section);
}

TEST(CriticalSection, A_waiter_shows_in_the_lock_count_and_gets_it_when_it_is_left) {
    CriticalSection section = made();
    enter(section);
    std::atomic<bool> got = false;
    std::thread waiter([&] {
        enter(section);
        got = true;
        leave(section);
    });
    while (std::atomic_ref(section.LockCount).load() != -2 - 4) std::this_thread::yield();
    EXPECT_FALSE(got);
    leave(section);
    waiter.join();
    EXPECT_TRUE(got);
    EXPECT_EQ(section.LockCount, -1);
}

TEST(CriticalSection, Many_threads_count_without_losing_one) {
    for (const std::uint32_t spins : {0u, 4000u}) {
        CriticalSection section = made(spins);
        int count = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 5000; ++i) {
                    CriticalSectionHold hold(section);
                    CriticalSectionHold again(section);
                    ++count;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        EXPECT_EQ(count, 20000);
        EXPECT_EQ(section.LockCount, -1);
    }
}
