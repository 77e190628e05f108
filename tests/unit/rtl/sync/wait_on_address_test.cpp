// SPDX-License-Identifier: MIT
#include "../native.h"

#include <ntdll-emu/rtl/sync/wait_on_address.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace oriel::rtl;

namespace {
constexpr std::int64_t ten_milliseconds = -100'000;
}

TEST(WaitOnAddress, A_value_that_differs_already_does_not_wait) {
    for (const std::size_t size : {1, 2, 4, 8}) {
        const std::uint64_t value = 1, undesired = 2;
        EXPECT_EQ(wait_on_address(&value, &undesired, size, nullptr), Status::Success);
    }
}

TEST(WaitOnAddress, Only_the_bytes_of_the_size_are_compared) {
    const std::uint64_t value = 0x1111111100000001, undesired = 1;
    EXPECT_EQ(wait_on_address(&value, &undesired, 4, &ten_milliseconds), Status::Timeout);
    EXPECT_EQ(wait_on_address(&value, &undesired, 8, &ten_milliseconds), Status::Success);
}

TEST(WaitOnAddress, Odd_sizes_are_refused) {
    const std::uint64_t value = 1;
    for (const std::size_t size : {0, 3, 5, 16}) {
        EXPECT_EQ(wait_on_address(&value, &value, size, nullptr), Status::InvalidParameter);
    }
}

TEST(WaitOnAddress, A_wake_of_one_lets_one_go_and_a_wake_of_all_the_rest) {
    std::atomic<std::uint32_t> value = 0;
    std::atomic<int> gone = 0, started = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            const std::uint32_t undesired = 0;
            ++started;
            EXPECT_EQ(wait_on_address(&value, &undesired, sizeof undesired, nullptr), Status::Success);
            ++gone;
        });
    }
    while (started != 4) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(gone, 0);
    wake_address_one(&value); // the value need not have changed
    while (gone != 1) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(gone, 1);
    value = 1;
    wake_address_all(&value);
    for (std::thread& thread : threads) thread.join();
}

TEST(WaitOnAddress, No_wake_is_lost_between_the_look_and_the_sleep) {
    std::atomic<std::uint32_t> turn = 0;
    const auto play = [&](std::uint32_t me) {
        for (int i = 0; i < 3000; ++i) {
            const std::uint32_t other = 1 - me;
            while (turn != me) wait_on_address(&turn, &other, sizeof other, nullptr);
            turn = other;
            wake_address_one(&turn);
        }
    };
    std::thread other(play, 1u);
    play(0);
    other.join();
}
