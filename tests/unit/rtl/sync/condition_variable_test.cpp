// SPDX-License-Identifier: MIT
#include "../native.h"

#include <ntdll-emu/rtl/sync/condition_variable.h>

#include <gtest/gtest.h>

#include <deque>
#include <thread>
#include <vector>

using namespace oriel::rtl;

namespace {
constexpr std::int64_t ten_milliseconds = -100'000; // relative, 100 ns
}

TEST(ConditionVariable, A_sleep_that_nobody_ends_times_out_with_the_lock_held) {
    ConditionVariable variable{};
    CriticalSection section;
    initialize(section, 0);
    enter(section);
    EXPECT_EQ(sleep(variable, section, &ten_milliseconds), Status::Timeout);
    EXPECT_TRUE(is_held_by_caller(section));
    leave(section);
    SrwLock lock{};
    acquire_shared(lock);
    EXPECT_EQ(sleep(variable, lock, SrwMode::Shared, &ten_milliseconds), Status::Timeout);
    release_shared(lock);
    wake_all(variable); // the sleepers left nothing behind that would hurt
}

TEST(ConditionVariable, Consumers_get_everything_that_producers_put) {
    ConditionVariable filled{};
    SrwLock lock{};
    std::deque<int> queue;
    constexpr int items = 4000;
    long sum = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&] {
            for (;;) {
                acquire_exclusive(lock);
                while (queue.empty()) EXPECT_EQ(sleep(filled, lock, SrwMode::Exclusive, nullptr), Status::Success);
                const int item = queue.front();
                queue.pop_front();
                sum += item;
                release_exclusive(lock);
                if (item == 0) return;
            }
        });
    }
    for (int i = 1; i <= items + 2; ++i) {
        acquire_exclusive(lock);
        queue.push_back(i <= items ? i : 0);
        release_exclusive(lock);
        wake_one(filled);
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(sum, static_cast<long>(items) * (items + 1) / 2);
}

TEST(ConditionVariable, Wake_all_wakes_all) {
    ConditionVariable variable{};
    CriticalSection section;
    initialize(section, 0);
    bool go = false;
    int sleeping = 0, awake = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 5; ++t) {
        threads.emplace_back([&] {
            CriticalSectionHold hold(section);
            ++sleeping;
            while (!go) sleep(variable, section, nullptr);
            ++awake;
        });
    }
    for (;;) {
        CriticalSectionHold hold(section);
        if (sleeping == 5) break;
    }
    {
        CriticalSectionHold hold(section);
        go = true;
        wake_all(variable);
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(awake, 5);
    EXPECT_EQ(variable.Value, 0u);
}
