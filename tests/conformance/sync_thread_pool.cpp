// SPDX-License-Identifier: MIT
// sync_thread_pool.cpp: work, timers, waits and cleanup groups of the thread pool; the older calls; barriers.
// Sources: "Thread Pools", the pages of the functions by their names, "Synchronization Barriers", Microsoft
// documentation.
#include <gtest/gtest.h>

#include <windows.h>

namespace {

constexpr DWORD long_time = 20000;

struct Counter {
    volatile LONG calls = 0;
    HANDLE started = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    HANDLE gate = CreateEventW(nullptr, TRUE, TRUE, nullptr); ///< callbacks pass while it is set
    ~Counter() {
        CloseHandle(started);
        CloseHandle(gate);
    }
    void call() {
        InterlockedIncrement(&calls);
        SetEvent(started);
        WaitForSingleObject(gate, long_time);
    }
};

/// Relative to now.
FILETIME in(LONGLONG milliseconds) {
    const LONGLONG time = -milliseconds * 10000;
    return {static_cast<DWORD>(time), static_cast<DWORD>(static_cast<ULONGLONG>(time) >> 32)};
}

void CALLBACK count_work(PTP_CALLBACK_INSTANCE, void* counter, PTP_WORK) { static_cast<Counter*>(counter)->call(); }
void CALLBACK count_simple(PTP_CALLBACK_INSTANCE, void* counter) { static_cast<Counter*>(counter)->call(); }
void CALLBACK count_timer(PTP_CALLBACK_INSTANCE, void* counter, PTP_TIMER) { static_cast<Counter*>(counter)->call(); }

TEST(ThreadPoolWork, Runs_as_often_as_it_was_submitted) {
    Counter counter;
    PTP_WORK work = CreateThreadpoolWork(count_work, &counter, nullptr);
    ASSERT_NE(work, nullptr);
    for (int i = 0; i < 1000; ++i) SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    EXPECT_EQ(counter.calls, 1000);
    CloseThreadpoolWork(work);
}

TEST(ThreadPoolWork, What_has_not_begun_can_be_cancelled) {
    Counter counter;
    ResetEvent(counter.gate);
    PTP_POOL pool = CreateThreadpool(nullptr);
    ASSERT_NE(pool, nullptr);
    SetThreadpoolThreadMaximum(pool, 1);
    EXPECT_TRUE(SetThreadpoolThreadMinimum(pool, 1));
    TP_CALLBACK_ENVIRON environment;
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    PTP_WORK work = CreateThreadpoolWork(count_work, &counter, &environment);
    for (int i = 0; i < 10; ++i) SubmitThreadpoolWork(work);
    ASSERT_EQ(WaitForSingleObject(counter.started, long_time), DWORD{WAIT_OBJECT_0});
    SetEvent(counter.gate); // the one that runs goes on only now, or after the others were cancelled
    WaitForThreadpoolWorkCallbacks(work, TRUE);
    EXPECT_GE(counter.calls, 1);
    EXPECT_LE(counter.calls, 10);
    const LONG calls = counter.calls;
    Sleep(20);
    EXPECT_EQ(counter.calls, calls);
    CloseThreadpoolWork(work);
    CloseThreadpool(pool);
}

// Callbacks that wait for each other need as many threads.
struct Crowd {
    volatile LONG there = 0;
    HANDLE all = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    LONG wanted = 0;
};
void CALLBACK waits_for_the_others(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) {
    auto& crowd = *static_cast<Crowd*>(context);
    EXPECT_TRUE(CallbackMayRunLong(instance));
    if (InterlockedIncrement(&crowd.there) == crowd.wanted) SetEvent(crowd.all);
    EXPECT_EQ(WaitForSingleObject(crowd.all, long_time), DWORD{WAIT_OBJECT_0});
}
TEST(ThreadPoolWork, Gets_threads_while_others_wait) {
    Crowd crowd;
    crowd.wanted = 24;
    PTP_WORK work = CreateThreadpoolWork(waits_for_the_others, &crowd, nullptr);
    for (LONG i = 0; i < crowd.wanted; ++i) SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    EXPECT_EQ(crowd.there, crowd.wanted);
    CloseThreadpoolWork(work);
    CloseHandle(crowd.all);
}

TEST(ThreadPoolWork, A_simple_callback_needs_no_object) {
    Counter counter;
    EXPECT_TRUE(TrySubmitThreadpoolCallback(count_simple, &counter, nullptr));
    EXPECT_EQ(WaitForSingleObject(counter.started, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(counter.calls, 1);
    Sleep(20);
}

// "SetEventWhenCallbackReturns function" and its siblings.
struct Ends {
    HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    HANDLE semaphore = CreateSemaphoreW(nullptr, 0, 5, nullptr);
    bool returned = false;
};
void CALLBACK asks_for_ends(PTP_CALLBACK_INSTANCE instance, void* context) {
    auto& ends = *static_cast<Ends*>(context);
    SetEventWhenCallbackReturns(instance, ends.event);
    ReleaseSemaphoreWhenCallbackReturns(instance, ends.semaphore, 3);
    EXPECT_EQ(WaitForSingleObject(ends.event, 0), DWORD{WAIT_TIMEOUT});
    ends.returned = true;
}
TEST(ThreadPoolWork, Does_what_is_to_be_done_when_a_callback_returns) {
    Ends ends;
    ASSERT_TRUE(TrySubmitThreadpoolCallback(asks_for_ends, &ends, nullptr));
    ASSERT_EQ(WaitForSingleObject(ends.event, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_TRUE(ends.returned);
    LONG previous = -1;
    ASSERT_EQ(WaitForSingleObject(ends.semaphore, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_TRUE(ReleaseSemaphore(ends.semaphore, 1, &previous));
    EXPECT_EQ(previous, 2);
    CloseHandle(ends.event);
    CloseHandle(ends.semaphore);
}

TEST(ThreadPoolTimer, Strikes_once_or_again_and_again) {
    Counter counter;
    PTP_TIMER timer = CreateThreadpoolTimer(count_timer, &counter, nullptr);
    ASSERT_NE(timer, nullptr);
    EXPECT_FALSE(IsThreadpoolTimerSet(timer));
    FILETIME due = in(5);
    SetThreadpoolTimer(timer, &due, 0, 0);
    ASSERT_EQ(WaitForSingleObject(counter.started, long_time), DWORD{WAIT_OBJECT_0});
    WaitForThreadpoolTimerCallbacks(timer, FALSE);
    EXPECT_EQ(counter.calls, 1);
    due = in(1);
    SetThreadpoolTimer(timer, &due, 2, 0);
    for (int i = 0; i < 5; ++i) ASSERT_EQ(WaitForSingleObject(counter.started, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_TRUE(IsThreadpoolTimerSet(timer));
    SetThreadpoolTimer(timer, nullptr, 0, 0);
    EXPECT_FALSE(IsThreadpoolTimerSet(timer));
    WaitForThreadpoolTimerCallbacks(timer, TRUE);
    const LONG calls = counter.calls;
    EXPECT_GE(calls, 6);
    Sleep(20);
    EXPECT_EQ(counter.calls, calls);
    CloseThreadpoolTimer(timer);
}

TEST(ThreadPoolTimer, Of_many_each_strikes) {
    Counter counter;
    PTP_TIMER timers[40];
    for (int i = 0; i < 40; ++i) {
        timers[i] = CreateThreadpoolTimer(count_timer, &counter, nullptr);
        FILETIME due = in(1 + (i * 7) % 20);
        SetThreadpoolTimer(timers[i], &due, 0, 0);
    }
    for (int i = 0; i < 40; i += 2) SetThreadpoolTimer(timers[i], nullptr, 0, 0);
    for (int i = 0; i < 40; i += 2) {
        FILETIME due = in(30 - i / 2);
        SetThreadpoolTimer(timers[i], &due, 0, 0);
    }
    for (DWORD slept = 0; counter.calls < 40 && slept < long_time; slept += 5) Sleep(5);
    EXPECT_GE(counter.calls, 40);
    for (PTP_TIMER timer : timers) {
        WaitForThreadpoolTimerCallbacks(timer, FALSE);
        CloseThreadpoolTimer(timer);
    }
}

struct Waited {
    HANDLE done = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    volatile LONG calls = 0;
    TP_WAIT_RESULT result = 12345;
};
void CALLBACK note_wait(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT, TP_WAIT_RESULT result) {
    auto& waited = *static_cast<Waited*>(context);
    waited.result = result;
    InterlockedIncrement(&waited.calls);
    SetEvent(waited.done);
}
TEST(ThreadPoolWait, Calls_back_once_for_each_time_it_is_set) {
    Waited waited;
    HANDLE event = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, &waited, nullptr);
    ASSERT_NE(wait, nullptr);
    SetThreadpoolWait(wait, event, nullptr);
    EXPECT_EQ(WaitForSingleObject(waited.done, 20), DWORD{WAIT_TIMEOUT});
    SetEvent(event);
    ASSERT_EQ(WaitForSingleObject(waited.done, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(waited.result, DWORD{WAIT_OBJECT_0});
    SetEvent(event); // nobody waits any more
    EXPECT_EQ(WaitForSingleObject(waited.done, 20), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(WaitForSingleObject(event, 0), DWORD{WAIT_OBJECT_0});
    FILETIME soon = in(5);
    SetThreadpoolWait(wait, event, &soon);
    ASSERT_EQ(WaitForSingleObject(waited.done, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(waited.result, DWORD{WAIT_TIMEOUT});
    SetThreadpoolWait(wait, event, nullptr);
    SetThreadpoolWait(wait, nullptr, nullptr);
    WaitForThreadpoolWaitCallbacks(wait, TRUE);
    EXPECT_EQ(waited.calls, 2);
    CloseThreadpoolWait(wait);
    CloseHandle(event);
    CloseHandle(waited.done);
}
TEST(ThreadPoolWait, More_than_one_thread_can_wait_for) {
    Waited waited;
    HANDLE events[100];
    PTP_WAIT waits[100];
    for (int i = 0; i < 100; ++i) {
        events[i] = CreateEventW(nullptr, TRUE, FALSE, nullptr);
        waits[i] = CreateThreadpoolWait(note_wait, &waited, nullptr);
        SetThreadpoolWait(waits[i], events[i], nullptr);
    }
    for (HANDLE event : events) SetEvent(event);
    for (DWORD slept = 0; waited.calls < 100 && slept < long_time; slept += 5) Sleep(5);
    EXPECT_EQ(waited.calls, 100);
    for (int i = 0; i < 100; ++i) {
        WaitForThreadpoolWaitCallbacks(waits[i], FALSE);
        CloseThreadpoolWait(waits[i]);
        CloseHandle(events[i]);
    }
    CloseHandle(waited.done);
}

// "CloseThreadpoolCleanupGroupMembers function".
volatile LONG cancelled = 0;
void CALLBACK note_cancelled(void* object, void* cleanup) {
    EXPECT_EQ(cleanup, &cancelled);
    EXPECT_NE(object, nullptr);
    InterlockedIncrement(&cancelled);
}
TEST(ThreadPoolGroup, Closes_all_of_its_members) {
    Counter counter;
    Waited waited;
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    ASSERT_NE(group, nullptr);
    TP_CALLBACK_ENVIRON environment;
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackCleanupGroup(&environment, group, note_cancelled);
    PTP_WORK work = CreateThreadpoolWork(count_work, &counter, &environment);
    PTP_TIMER timer = CreateThreadpoolTimer(count_timer, &counter, &environment);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, &waited, &environment);
    SubmitThreadpoolWork(work);
    FILETIME late = in(100000);
    SetThreadpoolTimer(timer, &late, 0, 0);
    HANDLE never = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    SetThreadpoolWait(wait, never, nullptr);
    ASSERT_EQ(WaitForSingleObject(counter.started, long_time), DWORD{WAIT_OBJECT_0});
    cancelled = 0;
    CloseThreadpoolCleanupGroupMembers(group, TRUE, const_cast<LONG*>(&cancelled));
    EXPECT_EQ(counter.calls, 1);
    EXPECT_EQ(waited.calls, 0);
    EXPECT_EQ(cancelled, 3);
    CloseThreadpoolCleanupGroup(group);
    CloseHandle(never);
    CloseHandle(waited.done);
}

// ------------------------------------------------------------------------------------- the older calls

DWORD WINAPI count_item(void* counter) {
    static_cast<Counter*>(counter)->call();
    return 0;
}
TEST(OldPool, Runs_work_items) {
    Counter counter;
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(QueueUserWorkItem(count_item, &counter, WT_EXECUTEDEFAULT));
    for (DWORD slept = 0; counter.calls < 50 && slept < long_time; slept += 5) Sleep(5);
    EXPECT_EQ(counter.calls, 50);
    Sleep(20);
}

void CALLBACK note_fired(void* context, BOOLEAN timed_out) {
    auto& waited = *static_cast<Waited*>(context);
    waited.result = timed_out;
    InterlockedIncrement(&waited.calls);
    SetEvent(waited.done);
}
TEST(OldPool, A_registered_wait_is_called_back_each_time) {
    Waited waited;
    HANDLE event = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    HANDLE wait = nullptr;
    ASSERT_TRUE(RegisterWaitForSingleObject(&wait, event, note_fired, &waited, INFINITE, WT_EXECUTEDEFAULT));
    for (int i = 0; i < 3; ++i) {
        SetEvent(event);
        ASSERT_EQ(WaitForSingleObject(waited.done, long_time), DWORD{WAIT_OBJECT_0});
        EXPECT_EQ(waited.result, DWORD{FALSE});
    }
    EXPECT_TRUE(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    SetEvent(event);
    EXPECT_EQ(WaitForSingleObject(waited.done, 20), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(waited.calls, 3);

    ResetEvent(event);
    ASSERT_TRUE(RegisterWaitForSingleObject(&wait, event, note_fired, &waited, 5, WT_EXECUTEONLYONCE));
    ASSERT_EQ(WaitForSingleObject(waited.done, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(waited.result, DWORD{TRUE});
    HANDLE ended = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (!UnregisterWaitEx(wait, ended)) EXPECT_EQ(GetLastError(), DWORD{ERROR_IO_PENDING});
    EXPECT_EQ(WaitForSingleObject(ended, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_FALSE(UnregisterWait(nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    for (HANDLE handle : {event, ended, waited.done}) CloseHandle(handle);
}

TEST(OldPool, Timers_of_a_queue_end_with_it) {
    Waited waited;
    HANDLE queue = CreateTimerQueue();
    HANDLE once = nullptr, often = nullptr;
    ASSERT_NE(queue, nullptr);
    ASSERT_TRUE(CreateTimerQueueTimer(&once, queue, note_fired, &waited, 1, 0, WT_EXECUTEDEFAULT));
    ASSERT_EQ(WaitForSingleObject(waited.done, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(waited.result, DWORD{TRUE});
    EXPECT_TRUE(ChangeTimerQueueTimer(queue, once, 1, 0)); // it has struck: nothing happens
    EXPECT_EQ(WaitForSingleObject(waited.done, 30), DWORD{WAIT_TIMEOUT});
    EXPECT_TRUE(DeleteTimerQueueTimer(queue, once, INVALID_HANDLE_VALUE));
    ASSERT_TRUE(CreateTimerQueueTimer(&often, queue, note_fired, &waited, 1, 2, WT_EXECUTEINTIMERTHREAD));
    for (int i = 0; i < 4; ++i) ASSERT_EQ(WaitForSingleObject(waited.done, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_TRUE(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    const LONG calls = waited.calls;
    Sleep(20);
    EXPECT_EQ(waited.calls, calls);
    CloseHandle(waited.done);
}

// ------------------------------------------------------------------------------------- barriers

struct Meeting {
    SYNCHRONIZATION_BARRIER barrier;
    volatile LONG last = 0;
    volatile LONG in_phase[50] = {};
    volatile LONG wrong = 0;
};
DWORD WINAPI meets(void* argument) {
    auto& meeting = *static_cast<Meeting*>(argument);
    for (int phase = 0; phase < 50; ++phase) {
        InterlockedIncrement(&meeting.in_phase[phase]);
        if (EnterSynchronizationBarrier(&meeting.barrier, phase % 2 ? SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY : 0))
            InterlockedIncrement(&meeting.last);
        if (meeting.in_phase[phase] != 4) InterlockedIncrement(&meeting.wrong);
    }
    return 0;
}
TEST(Barrier, Lets_all_go_when_the_last_has_come) {
    Meeting meeting;
    ASSERT_TRUE(InitializeSynchronizationBarrier(&meeting.barrier, 4, -1));
    HANDLE threads[4];
    for (HANDLE& thread : threads) thread = CreateThread(nullptr, 0, meets, &meeting, 0, nullptr);
    ASSERT_EQ(WaitForMultipleObjects(4, threads, TRUE, long_time), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(meeting.last, 50);
    EXPECT_EQ(meeting.wrong, 0);
    EXPECT_TRUE(DeleteSynchronizationBarrier(&meeting.barrier));
    for (HANDLE thread : threads) CloseHandle(thread);
    EXPECT_FALSE(InitializeSynchronizationBarrier(&meeting.barrier, 0, -1));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

} // namespace
