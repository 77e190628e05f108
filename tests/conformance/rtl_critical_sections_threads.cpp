// SPDX-License-Identifier: MIT
// Critical sections, SRW locks, condition variables, one-time initialisation, wait on address: what their
// pages in the Microsoft documentation promise. The fields of CRITICAL_SECTION: "Displaying a Critical
// Section" (Debugging Tools for Windows documentation).
#include <gtest/gtest.h>

#include "callback.h"
#include "rtl_calls.h"

#include <cstdint>

namespace {

/// A thread that runs a callable and is waited for.
class Thread {
public:
    template<class F>
    explicit Thread(F body) : m_body(new F(body)) {
        m_handle = CreateThread(
            nullptr, 0,
            callback([](void* argument) -> DWORD {
                auto* const run = static_cast<F*>(argument);
                (*run)();
                delete run;
                return 0;
            }),
            m_body, 0, nullptr);
    }
    void join() {
        WaitForSingleObject(m_handle, INFINITE);
        CloseHandle(m_handle);
        m_handle = nullptr;
    }
    ~Thread() {
        if (m_handle != nullptr) join();
    }
    Thread(Thread&& other) : m_handle(other.m_handle), m_body(other.m_body) { other.m_handle = nullptr; }

private:
    HANDLE m_handle;
    void* m_body;
};

} // namespace

TEST(CriticalSections, A_free_one_and_one_that_is_held_twice) {
    CRITICAL_SECTION section;
    InitializeCriticalSection(&section);
    EXPECT_EQ(section.LockCount, -1);
    EXPECT_EQ(section.RecursionCount, 0);
    EXPECT_EQ(section.OwningThread, nullptr);
    EnterCriticalSection(&section);
    EXPECT_TRUE(TryEnterCriticalSection(&section));
    EXPECT_EQ(section.RecursionCount, 2);
    EXPECT_EQ(section.OwningThread, reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(GetCurrentThreadId())));
    EXPECT_EQ(section.LockCount & 1, 0);
    LeaveCriticalSection(&section);
    LeaveCriticalSection(&section);
    EXPECT_EQ(section.LockCount, -1);
    DeleteCriticalSection(&section);
}

TEST(CriticalSections, Since_Windows_8_there_is_no_debug_information_unless_asked_for) {
    CRITICAL_SECTION section;
    ASSERT_TRUE(InitializeCriticalSectionEx(&section, 0, 0));
    EXPECT_EQ(reinterpret_cast<std::intptr_t>(section.DebugInfo), -1);
    DeleteCriticalSection(&section);
    ASSERT_TRUE(InitializeCriticalSectionEx(&section, 0, RTL_CRITICAL_SECTION_FLAG_FORCE_DEBUG_INFO));
    EXPECT_NE(reinterpret_cast<std::intptr_t>(section.DebugInfo), -1);
    EXPECT_NE(section.DebugInfo, nullptr);
    DeleteCriticalSection(&section);
}

TEST(CriticalSections, The_spin_count_is_answered_when_it_is_changed) {
    CRITICAL_SECTION section;
    ASSERT_TRUE(InitializeCriticalSectionAndSpinCount(&section, 1000));
    const DWORD before = SetCriticalSectionSpinCount(&section, 2000);
    EXPECT_TRUE(before == 1000 || before == 0); // 0 on a machine with one processor
    DeleteCriticalSection(&section);
}

TEST(CriticalSections, Threads_count_without_losing_one) {
    CRITICAL_SECTION section;
    InitializeCriticalSectionAndSpinCount(&section, 0);
    int count = 0;
    {
        const auto body = [&] {
            for (int i = 0; i < 20000; ++i) {
                EnterCriticalSection(&section);
                ++count;
                LeaveCriticalSection(&section);
            }
        };
        Thread first(body), second(body), third(body);
    }
    EXPECT_EQ(count, 60000);
    EXPECT_EQ(section.LockCount, -1);
    DeleteCriticalSection(&section);
}

TEST(SrwLocks, Readers_share_and_writers_do_not) {
    SRWLOCK lock = SRWLOCK_INIT;
    AcquireSRWLockShared(&lock);
    EXPECT_TRUE(TryAcquireSRWLockShared(&lock));
    EXPECT_FALSE(TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockShared(&lock);
    ReleaseSRWLockShared(&lock);
    EXPECT_TRUE(TryAcquireSRWLockExclusive(&lock));
    EXPECT_FALSE(TryAcquireSRWLockShared(&lock));
    ReleaseSRWLockExclusive(&lock);
    EXPECT_EQ(lock.Ptr, nullptr);
}

TEST(SrwLocks, Writers_exclude_each_other_under_contention) {
    SRWLOCK lock = SRWLOCK_INIT;
    int count = 0;
    {
        const auto body = [&] {
            for (int i = 0; i < 20000; ++i) {
                if (i % 4 == 0) {
                    AcquireSRWLockShared(&lock);
                    ReleaseSRWLockShared(&lock);
                }
                AcquireSRWLockExclusive(&lock);
                ++count;
                ReleaseSRWLockExclusive(&lock);
            }
        };
        Thread first(body), second(body), third(body);
    }
    EXPECT_EQ(count, 60000);
}

TEST(ConditionVariables, A_sleep_times_out_with_ERROR_TIMEOUT_and_the_lock_held) {
    CONDITION_VARIABLE variable = CONDITION_VARIABLE_INIT;
    CRITICAL_SECTION section;
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    EXPECT_FALSE(SleepConditionVariableCS(&variable, &section, 20));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_TIMEOUT));
    EXPECT_EQ(section.RecursionCount, 1);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
}

TEST(ConditionVariables, Two_threads_take_turns) {
    CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
    SRWLOCK lock = SRWLOCK_INIT;
    int turn = 0;
    const auto play = [&](int me) {
        for (int i = 0; i < 2000; ++i) {
            AcquireSRWLockExclusive(&lock);
            while (turn != me) EXPECT_TRUE(SleepConditionVariableSRW(&changed, &lock, INFINITE, 0));
            turn = 1 - me;
            ReleaseSRWLockExclusive(&lock);
            WakeAllConditionVariable(&changed);
        }
    };
    Thread other([&] { play(1); });
    play(0);
    other.join();
    EXPECT_EQ(turn, 0);
}

TEST(OneTimeInitialization, The_first_initialises_and_the_context_stays) {
    INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    BOOL pending = FALSE;
    void* context = nullptr;
    EXPECT_FALSE(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &pending, &context));
    EXPECT_TRUE(InitOnceBeginInitialize(&once, 0, &pending, &context));
    EXPECT_TRUE(pending);
    EXPECT_TRUE(InitOnceComplete(&once, 0, reinterpret_cast<void*>(0x1230)));
    EXPECT_TRUE(InitOnceBeginInitialize(&once, 0, &pending, &context));
    EXPECT_FALSE(pending);
    EXPECT_EQ(context, reinterpret_cast<void*>(0x1230));
}

TEST(WaitOnAddress, It_waits_while_the_value_is_the_same) {
    const auto wait = ntdll<LONG NTAPI(const void*, const void*, SIZE_T, const LARGE_INTEGER*)>("RtlWaitOnAddress");
    const auto wake = ntdll<void NTAPI(const void*)>("RtlWakeAddressSingle");
    ASSERT_NE(wait, nullptr);
    volatile LONG value = 0;
    const LONG undesired = 0;
    LARGE_INTEGER timeout;
    timeout.QuadPart = -100000; // 10 ms
    EXPECT_EQ(wait(const_cast<LONG*>(&value), &undesired, sizeof value, &timeout), static_cast<LONG>(STATUS_TIMEOUT));
    Thread changer([&] {
        Sleep(20);
        InterlockedExchange(&value, 1);
        wake(const_cast<LONG*>(&value));
    });
    while (value == 0) EXPECT_EQ(wait(const_cast<LONG*>(&value), &undesired, sizeof value, nullptr), 0);
    EXPECT_EQ(wait(const_cast<LONG*>(&value), &undesired, sizeof value, nullptr), 0);
}

TEST(InterlockedLists, They_are_stacks) {
    auto* const header =
        static_cast<SLIST_HEADER*>(_aligned_malloc(sizeof(SLIST_HEADER), MEMORY_ALLOCATION_ALIGNMENT));
    auto* const entries =
        static_cast<SLIST_ENTRY*>(_aligned_malloc(3 * sizeof(SLIST_ENTRY), MEMORY_ALLOCATION_ALIGNMENT));
    InitializeSListHead(header);
    EXPECT_EQ(InterlockedPopEntrySList(header), nullptr);
    EXPECT_EQ(InterlockedPushEntrySList(header, &entries[0]), nullptr);
    EXPECT_EQ(InterlockedPushEntrySList(header, &entries[1]), &entries[0]);
    EXPECT_EQ(InterlockedPushEntrySList(header, &entries[2]), &entries[1]);
    EXPECT_EQ(QueryDepthSList(header), 3);
    EXPECT_EQ(InterlockedPopEntrySList(header), &entries[2]);
    EXPECT_EQ(InterlockedFlushSList(header), &entries[1]);
    EXPECT_EQ(QueryDepthSList(header), 0);
    _aligned_free(entries);
    _aligned_free(header);
}

TEST(FiberLocalStorage, A_callback_sees_each_value_when_the_index_is_freed_or_the_thread_ends) {
    static LONG sum;
    sum = 0;
    const DWORD index = FlsAlloc(
        callback([](void* value) { InterlockedExchangeAdd(&sum, static_cast<LONG>(reinterpret_cast<std::intptr_t>(value))); }));
    ASSERT_NE(index, FLS_OUT_OF_INDEXES);
    EXPECT_NE(index, 0u);
    EXPECT_TRUE(FlsSetValue(index, reinterpret_cast<void*>(1)));
    Thread([&] { FlsSetValue(index, reinterpret_cast<void*>(10)); }).join();
    EXPECT_EQ(sum, 10);
    EXPECT_EQ(FlsGetValue(index), reinterpret_cast<void*>(1));
    EXPECT_TRUE(FlsFree(index));
    EXPECT_EQ(sum, 11);
    EXPECT_FALSE(FlsFree(index));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
}
