// SPDX-License-Identifier: MIT
#include "../native.h"

#include <ntdll-emu/rtl/sync/run_once.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace oriel::rtl;
namespace flag = nt::run_once_flag;

namespace {
void* const context = reinterpret_cast<void*>(0x1230);
}

TEST(RunOnce, The_first_initialises_and_the_others_get_its_context) {
    RunOnce once{};
    void* found = nullptr;
    EXPECT_EQ(begin(once, flag::check_only, &found), Status::Unsuccessful);
    EXPECT_EQ(begin(once, 0, &found), Status::Pending);
    EXPECT_EQ(complete(once, 0, context), Status::Success);
    EXPECT_EQ(begin(once, 0, &found), Status::Success);
    EXPECT_EQ(found, context);
    EXPECT_EQ(begin(once, flag::check_only, &found), Status::Success);
}

TEST(RunOnce, After_a_failure_another_may_try) {
    RunOnce once{};
    EXPECT_EQ(begin(once, 0, nullptr), Status::Pending);
    EXPECT_EQ(complete(once, flag::init_failed, nullptr), Status::Success);
    EXPECT_EQ(begin(once, 0, nullptr), Status::Pending);
}

TEST(RunOnce, Asynchronously_many_may_run_and_the_first_to_complete_wins) {
    RunOnce once{};
    EXPECT_EQ(begin(once, flag::async, nullptr), Status::Pending);
    EXPECT_EQ(begin(once, flag::async, nullptr), Status::Pending);
    EXPECT_EQ(complete(once, flag::async, context), Status::Success);
    EXPECT_EQ(complete(once, flag::async, nullptr), Status::ObjectNameCollision);
    void* found = nullptr;
    EXPECT_EQ(begin(once, flag::async, &found), Status::Success);
    EXPECT_EQ(found, context);
}

TEST(RunOnce, A_context_with_its_low_bits_set_is_refused) {
    RunOnce once{};
    EXPECT_EQ(begin(once, 0, nullptr), Status::Pending);
    EXPECT_EQ(complete(once, 0, reinterpret_cast<void*>(0x1231)), Status::InvalidParameter);
}

TEST(RunOnce, Waiters_run_after_the_first_has_completed) {
    RunOnce once{};
    std::atomic<int> initialised = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&] {
            void* found = nullptr;
            if (begin(once, 0, &found) == Status::Pending) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
                ++initialised;
                EXPECT_EQ(complete(once, 0, context), Status::Success);
            } else {
                EXPECT_EQ(found, context);
                EXPECT_EQ(initialised, 1);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}
