// SPDX-License-Identifier: MIT
// Posting, cancelling, timers and groups of the thread pool from several threads, and barriers.
#include <ntdll-emu/rtl/pool/pool.h>

#include <ntdll-emu/rtl/platform.h>
#include <ntdll-emu/rtl/sync/barrier.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace oriel::rtl::pool {
namespace {

std::atomic<int> calls = 0;
void count(NtTpInstance*, void*, NtTpMember*) { ++calls; }

NtTpMember* make(Kind kind, void (*callback)(NtTpInstance*, void*, NtTpMember*), void* context = nullptr,
                 const NtTpEnvironment* environment = nullptr) {
    return make_member(kind, reinterpret_cast<void*>(callback), context, environment);
}
void let_member_go(NtTpMember& member) {
    const Hold hold;
    release(member);
}

TEST(ThreadPool, Every_callback_runs_or_was_cancelled) {
    constexpr int posts = 2000;
    calls = 0;
    std::atomic<int> cancelled = 0;
    std::array<NtTpMember*, 4> works;
    for (NtTpMember*& work : works) work = make(Kind::Work, count);
    std::vector<std::thread> threads;
    for (int seed = 0; seed < 4; ++seed) {
        threads.emplace_back([&, seed] {
            std::minstd_rand random(static_cast<unsigned>(seed));
            for (int i = 0; i < posts; ++i) {
                NtTpMember& work = *works[random() % works.size()];
                const Hold hold;
                post(work);
                if (random() % 50 == 0) cancelled += static_cast<int>(cancel_pending(work));
                if (random() % 50 == 0) wait_for_callbacks(work, false);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (NtTpMember* work : works) {
        const Hold hold;
        wait_for_callbacks(*work, false);
        release(*work);
    }
    EXPECT_EQ(calls + cancelled, 4 * posts);
}

TEST(ThreadPool, Timers_strike_once_each_in_any_order) {
    calls = 0;
    std::minstd_rand random(1);
    std::vector<NtTpMember*> timers(200);
    int set = 0;
    for (NtTpMember*& timer : timers) {
        timer = make(Kind::Timer, count);
        const Hold hold;
        arm_timer(*timer, platform::monotonic_time() + static_cast<std::int64_t>(random() % 50'000), 0);
    }
    for (NtTpMember* timer : timers) { // set anew, before or after it struck; or stopped
        const Hold hold;
        wait_for_callbacks(*timer, true);
        const bool was_armed = disarm_timer(*timer);
        wait_for_callbacks(*timer, false);
        if (random() % 4 == 0) continue;
        arm_timer(*timer, platform::monotonic_time() + static_cast<std::int64_t>(random() % 20'000), 0);
        set += was_armed;
    }
    for (NtTpMember* timer : timers) {
        for (bool armed = true; armed;) {
            platform::yield();
            const Hold hold;
            armed = timer->armed;
        }
        const Hold hold;
        wait_for_callbacks(*timer, false);
        release(*timer);
    }
    EXPECT_GE(calls, set);
    EXPECT_LE(calls, static_cast<int>(2 * timers.size()));
}

std::atomic<int> told = 0;
void note_cancelled(void*, void* cleanup) { told += cleanup == &told; }

TEST(ThreadPool, A_group_lets_all_of_its_members_go) {
    for (int round = 0; round < 50; ++round) {
        told = 0;
        NtTpGroup* group = nullptr;
        ASSERT_EQ(TpAllocCleanupGroup(&group), Status::Success);
        NtTpEnvironment environment{};
        environment.Version = 1;
        environment.CleanupGroup = group;
        environment.CleanupGroupCancelCallback = reinterpret_cast<void*>(&note_cancelled);
        for (int i = 0; i < 10; ++i) {
            NtTpMember* const member = make(i % 2 ? Kind::Work : Kind::Timer, count, nullptr, &environment);
            const Hold hold;
            if (i % 2) post(*member);
            else arm_timer(*member, platform::monotonic_time() + i, 1);
            if (i == 9) release(*member);
        }
        TpReleaseCleanupGroupMembers(group, true, &told);
        EXPECT_EQ(told, 9);
        EXPECT_EQ(group->first, nullptr);
        TpReleaseCleanupGroup(group);
    }
}

void waits_for_itself(NtTpInstance*, void* done, NtTpMember* member) {
    const Hold hold;
    wait_for_callbacks(*member, true);
    static_cast<std::atomic<bool>*>(done)->store(true);
}
TEST(ThreadPool, A_callback_that_waits_for_its_own_member_does_not_wait_for_itself) {
    std::atomic<bool> done = false;
    NtTpMember* const work = make(Kind::Work, waits_for_itself, &done);
    {
        const Hold hold;
        post(*work);
        wait_for_callbacks(*work, false);
    }
    EXPECT_TRUE(done);
    let_member_go(*work);
}

TEST(Barrier, One_thread_of_each_phase_is_told_that_it_was_the_last) {
    constexpr unsigned count_of_threads = 3, phases = 500;
    Barrier barrier;
    initialize(barrier, count_of_threads, 10);
    std::atomic<unsigned> last = 0;
    std::array<std::atomic<unsigned>, phases> there = {};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < count_of_threads; ++i) {
        threads.emplace_back([&] {
            for (std::atomic<unsigned>& phase : there) {
                ++phase;
                last += enter(barrier, 0);
                EXPECT_EQ(phase, count_of_threads);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    wait_until_left(barrier);
    EXPECT_EQ(last, phases);
}

} // namespace
} // namespace oriel::rtl::pool
