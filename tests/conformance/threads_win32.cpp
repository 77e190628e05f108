// SPDX-License-Identifier: MIT
// threads_win32.cpp: threads, thread-local storage, waits and fiber-local storage, as Win32 has them.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include "callback.h"

#include <vector>
#include <windows.h>

namespace {

DWORD WINAPI answer(void* value) { return static_cast<DWORD>(reinterpret_cast<ULONG_PTR>(value)); }

volatile LONG fls_callbacks = 0;
void WINAPI fls_callback(void* value) {
    if (value == &fls_callbacks) InterlockedIncrement(&fls_callbacks);
}

} // namespace

// "CreateThread function", "GetExitCodeThread function".
TEST(Thread, Has_an_exit_code) {
    DWORD id = 0, code = 0;
    HANDLE thread = CreateThread(nullptr, 0, answer, reinterpret_cast<void*>(1234), CREATE_SUSPENDED, &id);
    ASSERT_NE(thread, nullptr);
    EXPECT_EQ(GetThreadId(thread), id);
    EXPECT_TRUE(GetExitCodeThread(thread, &code));
    EXPECT_EQ(code, DWORD{STILL_ACTIVE});
    EXPECT_EQ(WaitForSingleObject(thread, 0), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(ResumeThread(thread), 1u);
    EXPECT_EQ(WaitForSingleObject(thread, INFINITE), DWORD{WAIT_OBJECT_0});
    EXPECT_TRUE(GetExitCodeThread(thread, &code));
    EXPECT_EQ(code, 1234u);
    CloseHandle(thread);
}

// "SuspendThread function": counts.
TEST(Thread, Is_suspended_by_a_count) {
    HANDLE thread = CreateThread(nullptr, 0, answer, nullptr, CREATE_SUSPENDED, nullptr);
    EXPECT_EQ(SuspendThread(thread), 1u);
    EXPECT_EQ(ResumeThread(thread), 2u);
    EXPECT_EQ(ResumeThread(thread), 1u);
    EXPECT_EQ(WaitForSingleObject(thread, 10000), DWORD{WAIT_OBJECT_0});
    CloseHandle(thread);
}

// "TlsAlloc function": at least 1,088 slots; a new slot holds null in every thread.
TEST(Tls, Has_more_slots_than_the_TEB) {
    std::vector<DWORD> slots;
    for (int i = 0; i < 200; ++i) {
        const DWORD slot = TlsAlloc();
        ASSERT_NE(slot, TLS_OUT_OF_INDEXES);
        EXPECT_EQ(TlsGetValue(slot), nullptr);
        EXPECT_TRUE(TlsSetValue(slot, reinterpret_cast<void*>(static_cast<ULONG_PTR>(i + 1))));
        slots.push_back(slot);
    }
    for (int i = 0; i < 200; ++i)
        EXPECT_EQ(TlsGetValue(slots[i]), reinterpret_cast<void*>(static_cast<ULONG_PTR>(i + 1)));
    for (DWORD slot : slots) EXPECT_TRUE(TlsFree(slot));
}

// "FlsAlloc function": the callback runs when a thread ends with a value, and when the index is freed.
TEST(Fls, Calls_back_at_the_end_of_a_thread) {
    const DWORD index = FlsAlloc(fls_callback);
    ASSERT_NE(index, FLS_OUT_OF_INDEXES);
    EXPECT_EQ(FlsGetValue(index), nullptr);
    HANDLE thread = CreateThread(
        nullptr, 0,
        callback([](void* index) -> DWORD {
            FlsSetValue(static_cast<DWORD>(reinterpret_cast<ULONG_PTR>(index)), const_cast<LONG*>(&fls_callbacks));
            return 0;
        }),
        reinterpret_cast<void*>(static_cast<ULONG_PTR>(index)), 0, nullptr);
    ASSERT_NE(thread, nullptr);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    EXPECT_EQ(fls_callbacks, 1);
    EXPECT_TRUE(FlsSetValue(index, const_cast<LONG*>(&fls_callbacks)));
    EXPECT_TRUE(FlsFree(index));
    EXPECT_EQ(fls_callbacks, 2);
}

// "WaitForMultipleObjects function".
TEST(Wait, For_several_objects) {
    HANDLE events[3];
    for (HANDLE& event : events) event = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    SetEvent(events[2]);
    EXPECT_EQ(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_OBJECT_0 + 2u);
    EXPECT_EQ(WaitForMultipleObjects(3, events, FALSE, 0), DWORD{WAIT_TIMEOUT});
    SetEvent(events[0]);
    SetEvent(events[1]);
    EXPECT_EQ(WaitForMultipleObjects(3, events, TRUE, 10), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(WaitForMultipleObjects(2, events, TRUE, 0), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(WaitForMultipleObjects(0, events, FALSE, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    for (HANDLE event : events) CloseHandle(event);
}

// "WaitForSingleObject function": a mutex whose owner ended is abandoned.
TEST(Wait, An_abandoned_mutex_says_so) {
    HANDLE mutex = CreateMutexW(nullptr, FALSE, nullptr);
    HANDLE thread = CreateThread(
        nullptr, 0, callback([](void* mutex) -> DWORD { return WaitForSingleObject(mutex, INFINITE); }), mutex, 0, nullptr);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    EXPECT_EQ(WaitForSingleObject(mutex, 0), DWORD{WAIT_ABANDONED});
    EXPECT_TRUE(ReleaseMutex(mutex));
    EXPECT_FALSE(ReleaseMutex(mutex));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_OWNER});
    CloseHandle(mutex);
}

// "ReleaseSemaphore function".
TEST(Wait, A_semaphore_has_a_limit) {
    HANDLE semaphore = CreateSemaphoreW(nullptr, 1, 2, nullptr);
    LONG previous = -1;
    EXPECT_TRUE(ReleaseSemaphore(semaphore, 1, &previous));
    EXPECT_EQ(previous, 1);
    EXPECT_FALSE(ReleaseSemaphore(semaphore, 1, &previous));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_TOO_MANY_POSTS});
    CloseHandle(semaphore);
    EXPECT_EQ(CreateSemaphoreW(nullptr, 3, 2, nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "QueueUserAPC function", "SleepEx function".
TEST(Apc, Runs_in_an_alertable_wait) {
    static volatile LONG runs = 0;
    ASSERT_NE(QueueUserAPC(callback([](ULONG_PTR by) { InterlockedExchangeAdd(&runs, static_cast<LONG>(by)); }),
                           GetCurrentThread(), 5),
              0u);
    SleepEx(0, FALSE);
    EXPECT_EQ(runs, 0);
    EXPECT_EQ(SleepEx(1000, TRUE), DWORD{WAIT_IO_COMPLETION});
    EXPECT_EQ(runs, 5);
}

// "SetWaitableTimer function".
TEST(Timer, Becomes_signaled) {
    HANDLE timer = CreateWaitableTimerW(nullptr, TRUE, nullptr);
    LARGE_INTEGER due;
    due.QuadPart = -200000; // 20 ms
    EXPECT_TRUE(SetWaitableTimer(timer, &due, 0, nullptr, nullptr, FALSE));
    EXPECT_EQ(WaitForSingleObject(timer, 10000), DWORD{WAIT_OBJECT_0});
    due.QuadPart = -100000000;
    EXPECT_TRUE(SetWaitableTimer(timer, &due, 0, nullptr, nullptr, FALSE));
    EXPECT_EQ(WaitForSingleObject(timer, 0), DWORD{WAIT_TIMEOUT});
    EXPECT_TRUE(CancelWaitableTimer(timer));
    CloseHandle(timer);
}

// "SleepConditionVariableSRW function", "InitOnceExecuteOnce function".
TEST(Locks, Condition_variables_time_out) {
    SRWLOCK lock = SRWLOCK_INIT;
    CONDITION_VARIABLE variable = CONDITION_VARIABLE_INIT;
    AcquireSRWLockExclusive(&lock);
    EXPECT_FALSE(SleepConditionVariableSRW(&variable, &lock, 10, 0));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_TIMEOUT});
    ReleaseSRWLockExclusive(&lock);
    INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    int runs = 0;
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(InitOnceExecuteOnce(
            &once,
            callback([](INIT_ONCE*, void* runs, void**) -> BOOL {
                ++*static_cast<int*>(runs);
                return TRUE;
            }),
            &runs, nullptr));
    EXPECT_EQ(runs, 1);
}

// "GetThreadContext function": of a thread that does not stand still the context is not to be used, but asking never blocks
// for ever, even where two threads ask for each other's.
namespace {

struct Pair {
    HANDLE other;
    LONG failures;
};
DWORD WINAPI look_at_the_other(void* argument) {
    auto& pair = *static_cast<Pair*>(argument);
    for (int i = 0; i < 500; ++i) {
        CONTEXT context = {};
        context.ContextFlags = CONTEXT_CONTROL;
        if (!GetThreadContext(pair.other, &context)) ++pair.failures;
    }
    return 0;
}

} // namespace

TEST(Thread, Two_may_look_at_each_other) {
    Pair pairs[2] = {};
    HANDLE threads[2];
    for (int i = 0; i < 2; ++i) threads[i] = CreateThread(nullptr, 0, look_at_the_other, &pairs[i], CREATE_SUSPENDED, nullptr);
    pairs[0].other = threads[1];
    pairs[1].other = threads[0];
    for (HANDLE thread : threads) ResumeThread(thread);
    EXPECT_EQ(WaitForMultipleObjects(2, threads, TRUE, 60000), DWORD{WAIT_OBJECT_0});
    for (HANDLE thread : threads) CloseHandle(thread);
}
