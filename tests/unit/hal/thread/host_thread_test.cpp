// SPDX-License-Identifier: MIT
// host_thread_test.cpp: locks, futexes, stacks and clocks of the host.
#include <ntdll-emu/hal/clock.h>
#include <ntdll-emu/hal/futex.h>
#include <ntdll-emu/hal/futex_lock.h>
#include <ntdll-emu/hal/host_stack.h>
#include <ntdll-emu/hal/host_thread.h>

#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

namespace oriel::hal {
namespace {

TEST(FutexLock, Only_one_thread_at_a_time_holds_it) {
    FutexLock lock;
    int count = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 20000; ++i) {
                const std::lock_guard guard(lock);
                ++count;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(count, 4 * 20000);
}

TEST(FutexLock, Trying_a_held_lock_fails_at_once) {
    FutexLock lock;
    EXPECT_TRUE(lock.try_lock());
    EXPECT_FALSE(lock.try_lock());
    lock.unlock();
    EXPECT_TRUE(lock.try_lock());
}

TEST(Futex, A_wait_for_another_value_returns_at_once) {
    const std::atomic<std::uint32_t> word{1};
    EXPECT_EQ(futex_wait(word, 0), FutexWait::Woken);
}

TEST(Futex, A_wait_ends_at_its_deadline) {
    const std::atomic<std::uint32_t> word{0};
    const Ticks deadline = host_interrupt_time() + Ticks::milliseconds(10);
    while (futex_wait(word, 0, deadline) != FutexWait::TimedOut) {}
    EXPECT_GE(host_interrupt_time(), deadline);
    EXPECT_EQ(futex_wait(word, 0, Ticks{-5}), FutexWait::TimedOut) << "long past";
}

TEST(Ticks, Adding_to_never_stays_never) {
    EXPECT_TRUE((Ticks::never() + Ticks{1}).is_never());
    EXPECT_EQ(Ticks::milliseconds(2).count, 20'000);
}

TEST(Clock, System_time_counts_from_1601) {
    constexpr std::int64_t year_2020 = 132'223'104'000'000'000;
    EXPECT_GT(host_system_time().count, year_2020);
}

TEST(HostStack, It_is_aligned_to_its_size_and_has_its_record_at_the_base) {
    auto stack = allocate_host_stack();
    ASSERT_TRUE(stack.ok());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(stack.value().lowest) % host_stack_size, 0u);
    EXPECT_EQ(reinterpret_cast<std::byte*>(stack.value().base() + 1), stack.value().lowest + host_stack_size);
    *stack.value().limit() = std::byte{1};
    EXPECT_DEATH(*const_cast<volatile std::byte*>(stack.value().limit() - 1) = std::byte{1}, "");
    free_host_stack(stack.value());
}

TEST(HostThread, A_thread_finds_its_record_from_its_stack) {
    auto stack = allocate_host_stack();
    ASSERT_TRUE(stack.ok());
    HostStackBase* found = nullptr;
    const auto thread = start_host_thread(stack.value(), [](void* answer) { *static_cast<HostStackBase**>(answer) = host_stack_base(); }, &found);
    ASSERT_TRUE(thread.ok());
    join_host_thread(thread.value());
    EXPECT_EQ(found, stack.value().base());
    free_host_stack(stack.value());
}

} // namespace
} // namespace oriel::hal
