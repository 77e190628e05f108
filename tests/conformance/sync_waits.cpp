// SPDX-License-Identifier: MIT
// sync_waits.cpp: waiting for any and for all, timeouts, APCs and alerts, suspension, timers.
// Sources: "WaitForMultipleObjects function", "SignalObjectAndWait function", "QueueUserAPC function",
// "Asynchronous Procedure Calls", "SleepEx function", "SetWaitableTimer function", "SuspendThread function",
// Microsoft documentation.
#include "callback.h"
#include "nt_object_calls.h"

#include <vector>

namespace {

HANDLE event(BOOL manual, BOOL set) { return CreateEventW(nullptr, manual, set, nullptr); }
HANDLE thread(LPTHREAD_START_ROUTINE routine, void* argument) {
    return CreateThread(nullptr, 0, routine, argument, 0, nullptr);
}
DWORD exit_code(HANDLE thread) {
    DWORD code = 0;
    EXPECT_EQ(WaitForSingleObject(thread, 10000), DWORD{WAIT_OBJECT_0});
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

TEST(SyncWait, Any_answers_the_first_signalled_object) {
    const HANDLE handles[] = {event(TRUE, FALSE), event(TRUE, TRUE), event(TRUE, TRUE)};
    EXPECT_EQ(WaitForMultipleObjects(3, handles, FALSE, 0), DWORD{WAIT_OBJECT_0 + 1});
    EXPECT_EQ(WaitForMultipleObjects(3, handles, TRUE, 0), DWORD{WAIT_TIMEOUT});
    SetEvent(handles[0]);
    EXPECT_EQ(WaitForMultipleObjects(3, handles, TRUE, 0), DWORD{WAIT_OBJECT_0});
    for (const HANDLE handle : handles) CloseHandle(handle);
}
TEST(SyncWait, All_takes_nothing_until_it_can_take_everything) {
    const HANDLE handles[] = {event(FALSE, TRUE), event(FALSE, FALSE)};
    EXPECT_EQ(WaitForMultipleObjects(2, handles, TRUE, 10), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(WaitForSingleObject(handles[0], 0), DWORD{WAIT_OBJECT_0}) << "it is still set";
    for (const HANDLE handle : handles) CloseHandle(handle);
}
TEST(SyncWait, Counts_and_types_have_limits) {
    std::vector<HANDLE> handles(65, event(TRUE, TRUE));
    LARGE_INTEGER none = {};
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_1, nt_wait_multiple(0, handles.data(), 1, FALSE, &none));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_1, nt_wait_multiple(65, handles.data(), 1, FALSE, &none));
    EXPECT_STATUS(STATUS_WAIT_0, nt_wait_multiple(64, handles.data(), 1, FALSE, &none));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_MIX, nt_wait_multiple(2, handles.data(), 0, FALSE, &none))
        << "twice the same";
    handles[1] = nullptr;
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_wait_multiple(2, handles.data(), 1, FALSE, &none));
    CloseHandle(handles[0]);
}
TEST(SyncWait, A_wait_lasts_as_long_as_it_is_told) {
    const HANDLE never = event(TRUE, FALSE);
    const ULONGLONG before = GetTickCount64();
    EXPECT_EQ(WaitForSingleObject(never, 60), DWORD{WAIT_TIMEOUT});
    EXPECT_GE(GetTickCount64() - before + 16, 60u);
    CloseHandle(never);
}
TEST(SyncWait, A_thread_and_a_process_can_be_waited_for) {
    const HANDLE worker = thread(callback([](void*) -> DWORD { return 7; }), nullptr);
    EXPECT_EQ(exit_code(worker), 7u);
    EXPECT_EQ(WaitForSingleObject(GetCurrentProcess(), 0), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(WaitForSingleObject(GetCurrentThread(), 0), DWORD{WAIT_TIMEOUT});
}
TEST(SyncWait, Signal_and_wait_sets_and_waits) {
    static HANDLE request, answer;
    request = event(FALSE, FALSE);
    answer = event(FALSE, FALSE);
    const HANDLE worker = thread(callback([](void*) -> DWORD {
        for (int i = 0; i < 50; ++i) {
            WaitForSingleObject(request, INFINITE);
            SetEvent(answer);
        }
        return 0;
    }), nullptr);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(SignalObjectAndWait(request, answer, 5000, FALSE), DWORD{WAIT_OBJECT_0});
    exit_code(worker);
    const HANDLE mutex = CreateMutexW(nullptr, FALSE, nullptr);
    EXPECT_EQ(SignalObjectAndWait(mutex, answer, 0, FALSE), DWORD{WAIT_FAILED});
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_OWNER});
    for (const HANDLE handle : {request, answer, mutex}) CloseHandle(handle);
}
TEST(SyncWait, Many_threads_pass_one_mutex) {
    struct Shared {
        HANDLE mutex;
        int count;
    } shared = {CreateMutexW(nullptr, FALSE, nullptr), 0};
    std::vector<HANDLE> workers;
    for (int i = 0; i < 8; ++i) {
        workers.push_back(thread(callback([](void* raw) -> DWORD {
            auto& all = *static_cast<Shared*>(raw);
            for (int round = 0; round < 500; ++round) {
                WaitForSingleObject(all.mutex, INFINITE);
                ++all.count;
                ReleaseMutex(all.mutex);
            }
            return 0;
        }), &shared));
    }
    for (const HANDLE worker : workers) exit_code(worker);
    EXPECT_EQ(shared.count, 8 * 500);
    CloseHandle(shared.mutex);
}

std::vector<ULONG_PTR> ran;
void CALLBACK note(ULONG_PTR value) { ran.push_back(value); }

TEST(SyncApc, APCs_run_in_order_when_the_thread_waits_alertably) {
    ran.clear();
    for (ULONG_PTR i = 1; i <= 3; ++i) EXPECT_TRUE(QueueUserAPC(note, GetCurrentThread(), i));
    EXPECT_EQ(SleepEx(0, FALSE), 0u);
    EXPECT_TRUE(ran.empty());
    EXPECT_EQ(SleepEx(INFINITE, TRUE), DWORD{WAIT_IO_COMPLETION});
    EXPECT_EQ(ran, (std::vector<ULONG_PTR>{1, 2, 3}));
    EXPECT_EQ(SleepEx(1, TRUE), 0u);
}
TEST(SyncApc, A_signalled_object_comes_first) {
    ran.clear();
    const HANDLE set = event(TRUE, TRUE);
    QueueUserAPC(note, GetCurrentThread(), 5);
    EXPECT_EQ(WaitForSingleObjectEx(set, INFINITE, TRUE), DWORD{WAIT_OBJECT_0});
    EXPECT_STATUS(STATUS_SUCCESS, nt_test_alert());
    EXPECT_EQ(ran, (std::vector<ULONG_PTR>{5}));
    CloseHandle(set);
}
TEST(SyncApc, An_APC_wakes_an_alertable_wait_of_another_thread) {
    ran.clear();
    static HANDLE never;
    never = event(TRUE, FALSE);
    const HANDLE sleeper = thread(callback([](void*) -> DWORD { return WaitForSingleObjectEx(never, 10000, TRUE); }), nullptr);
    Sleep(30);
    EXPECT_TRUE(QueueUserAPC(note, sleeper, 9));
    EXPECT_EQ(exit_code(sleeper), DWORD{WAIT_IO_COMPLETION});
    EXPECT_EQ(ran, (std::vector<ULONG_PTR>{9}));
    CloseHandle(never);
}
TEST(SyncApc, An_APC_may_queue_another_one) {
    ran.clear();
    QueueUserAPC(
        callback([](ULONG_PTR) {
            QueueUserAPC(note, GetCurrentThread(), 2);
            ran.push_back(1);
        }),
        GetCurrentThread(), 0);
    EXPECT_EQ(SleepEx(INFINITE, TRUE), DWORD{WAIT_IO_COMPLETION});
    EXPECT_EQ(ran, (std::vector<ULONG_PTR>{1, 2}));
}
TEST(SyncApc, An_alert_ends_the_next_alertable_wait) {
    EXPECT_STATUS(STATUS_SUCCESS, nt_alert_thread(GetCurrentThread()));
    LARGE_INTEGER soon = milliseconds(10);
    EXPECT_STATUS(STATUS_SUCCESS, nt_delay(FALSE, &soon));
    EXPECT_STATUS(STATUS_ALERTED, nt_delay(TRUE, &soon));
    EXPECT_STATUS(STATUS_SUCCESS, nt_delay(TRUE, &soon));
    nt_alert_thread(GetCurrentThread());
    EXPECT_STATUS(STATUS_ALERTED, nt_test_alert());
    EXPECT_STATUS(STATUS_SUCCESS, nt_test_alert());
}

TEST(SyncSuspend, Suspension_counts) {
    const HANDLE stopped = CreateThread(
        nullptr, 0, callback([](void*) -> DWORD { return 3; }), nullptr, CREATE_SUSPENDED, nullptr);
    EXPECT_EQ(WaitForSingleObject(stopped, 30), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(SuspendThread(stopped), 1u);
    EXPECT_EQ(ResumeThread(stopped), 2u);
    EXPECT_EQ(WaitForSingleObject(stopped, 30), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(ResumeThread(stopped), 1u);
    EXPECT_EQ(exit_code(stopped), 3u);
}
TEST(SyncSuspend, The_count_has_a_limit) {
    const HANDLE stopped = CreateThread(
        nullptr, 0, callback([](void*) -> DWORD { return 0; }), nullptr, CREATE_SUSPENDED, nullptr);
    for (DWORD i = 1; i < MAXIMUM_SUSPEND_COUNT; ++i) EXPECT_EQ(SuspendThread(stopped), i);
    EXPECT_EQ(SuspendThread(stopped), DWORD(-1));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_SIGNAL_REFUSED});
    while (ResumeThread(stopped) > 1) {}
    exit_code(stopped);
}
TEST(SyncSuspend, A_suspended_thread_takes_no_event_from_others) {
    static HANDLE shared;
    shared = event(FALSE, FALSE);
    const HANDLE sleeper = thread(callback([](void*) -> DWORD { return WaitForSingleObject(shared, 10000); }), nullptr);
    Sleep(30);
    EXPECT_EQ(SuspendThread(sleeper), 0u);
    Sleep(10);
    SetEvent(shared);
    EXPECT_EQ(WaitForSingleObject(shared, 0), DWORD{WAIT_OBJECT_0});
    ResumeThread(sleeper);
    SetEvent(shared);
    EXPECT_EQ(exit_code(sleeper), DWORD{WAIT_OBJECT_0});
    CloseHandle(shared);
}

LARGE_INTEGER due(LONGLONG ms) { return milliseconds(ms); }

TEST(SyncTimer, A_timer_is_signalled_when_due) {
    const HANDLE timer = CreateWaitableTimerW(nullptr, TRUE, nullptr);
    LARGE_INTEGER soon = due(30);
    ASSERT_TRUE(SetWaitableTimer(timer, &soon, 0, nullptr, nullptr, FALSE));
    EXPECT_EQ(WaitForSingleObject(timer, 0), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(WaitForSingleObject(timer, 5000), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(WaitForSingleObject(timer, 0), DWORD{WAIT_OBJECT_0}) << "manual reset";
    soon = due(60000);
    SetWaitableTimer(timer, &soon, 0, nullptr, nullptr, FALSE);
    EXPECT_EQ(WaitForSingleObject(timer, 0), DWORD{WAIT_TIMEOUT}) << "setting resets";
    EXPECT_TRUE(CancelWaitableTimer(timer));
    CloseHandle(timer);
}
TEST(SyncTimer, A_periodic_timer_fires_again) {
    const HANDLE timer = CreateWaitableTimerW(nullptr, FALSE, nullptr);
    LARGE_INTEGER soon = due(10);
    ASSERT_TRUE(SetWaitableTimer(timer, &soon, 10, nullptr, nullptr, FALSE));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(WaitForSingleObject(timer, 5000), DWORD{WAIT_OBJECT_0});
    CancelWaitableTimer(timer);
    CloseHandle(timer);
}
TEST(SyncTimer, A_timer_runs_its_APC_in_the_thread_that_set_it) {
    const HANDLE timer = CreateWaitableTimerW(nullptr, FALSE, nullptr);
    LARGE_INTEGER soon = due(10);
    DWORD seen_low = 0;
    ASSERT_TRUE(SetWaitableTimer(
        timer, &soon, 0, callback([](void* seen, DWORD low, DWORD) { *static_cast<DWORD*>(seen) = low | 1; }), &seen_low,
        FALSE));
    EXPECT_EQ(SleepEx(5000, TRUE), DWORD{WAIT_IO_COMPLETION});
    EXPECT_NE(seen_low, 0u);
    CloseHandle(timer);
}
TEST(SyncTimer, A_time_in_the_past_is_now) {
    const HANDLE timer = CreateWaitableTimerW(nullptr, TRUE, nullptr);
    LARGE_INTEGER past;
    past.QuadPart = 1;
    ASSERT_TRUE(SetWaitableTimer(timer, &past, 0, nullptr, nullptr, FALSE));
    EXPECT_EQ(WaitForSingleObject(timer, 100), DWORD{WAIT_OBJECT_0});
    EXPECT_FALSE(SetWaitableTimer(timer, &past, -1, nullptr, nullptr, FALSE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    CloseHandle(timer);
}

} // namespace
