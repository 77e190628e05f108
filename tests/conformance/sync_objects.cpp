// SPDX-License-Identifier: MIT
// sync_objects.cpp: events, mutants, semaphores: states, previous states, limits, rights, queries.
// Sources: "Event Objects", "Mutex Objects", "Semaphore Objects", "Synchronization Object Security and Access
// Rights", "CreateSemaphoreW function", "ReleaseMutex function", Microsoft documentation; the Nt functions' statuses
// from the ntstatus.h comments and the RtlNtStatusToDosError values that those pages give.
#include "callback.h"
#include "nt_object_calls.h"

#include <vector>

namespace {

constexpr ULONG notification = 0;
constexpr ULONG synchronization = 1;

HANDLE event_of(ULONG type, BOOLEAN set, ACCESS_MASK access = EVENT_ALL_ACCESS) {
    HANDLE handle = nullptr;
    EXPECT_STATUS(STATUS_SUCCESS, nt_create_event(&handle, access, nullptr, type, set));
    return handle;
}

TEST(SyncEvent, A_notification_event_stays_set) {
    const HANDLE event = event_of(notification, TRUE);
    EXPECT_STATUS(STATUS_WAIT_0, poll(event));
    EXPECT_STATUS(STATUS_WAIT_0, poll(event));
    CloseHandle(event);
}
TEST(SyncEvent, A_synchronization_event_is_reset_by_a_wait) {
    const HANDLE event = event_of(synchronization, TRUE);
    EXPECT_STATUS(STATUS_WAIT_0, poll(event));
    EXPECT_STATUS(STATUS_TIMEOUT, poll(event));
    CloseHandle(event);
}
TEST(SyncEvent, Changes_answer_the_state_before) {
    const HANDLE event = event_of(notification, FALSE);
    LONG before = 99;
    EXPECT_STATUS(STATUS_SUCCESS, nt_set_event(event, &before));
    EXPECT_EQ(before, 0);
    EXPECT_STATUS(STATUS_SUCCESS, nt_set_event(event, &before));
    EXPECT_EQ(before, 1);
    EXPECT_STATUS(STATUS_SUCCESS, nt_reset_event(event, &before));
    EXPECT_EQ(before, 1);
    EXPECT_STATUS(STATUS_SUCCESS, nt_pulse_event(event, &before));
    EXPECT_EQ(before, 0);
    EXPECT_STATUS(STATUS_TIMEOUT, poll(event));
    EXPECT_STATUS(STATUS_SUCCESS, nt_set_event(event, nullptr));
    CloseHandle(event);
}
TEST(SyncEvent, There_are_two_types) {
    HANDLE event = nullptr;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_create_event(&event, EVENT_ALL_ACCESS, nullptr, 2, FALSE));
    EXPECT_EQ(event, nullptr);
}
TEST(SyncEvent, A_query_tells_type_and_state) {
    const HANDLE event = event_of(synchronization, TRUE);
    struct {
        LONG type, state;
    } info = {};
    ULONG length = 0;
    EXPECT_STATUS(STATUS_SUCCESS, nt_query_event(event, 0, &info, sizeof info, &length));
    EXPECT_EQ(length, sizeof info);
    EXPECT_EQ(info.type, 1);
    EXPECT_EQ(info.state, 1);
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH, nt_query_event(event, 0, &info, 4, nullptr));
    EXPECT_STATUS(STATUS_INVALID_INFO_CLASS, nt_query_event(event, 1, &info, sizeof info, nullptr));
    CloseHandle(event);
}
TEST(SyncEvent, Each_service_wants_its_right) {
    const HANDLE waits = event_of(notification, FALSE, SYNCHRONIZE);
    EXPECT_STATUS(STATUS_TIMEOUT, poll(waits));
    EXPECT_STATUS(STATUS_ACCESS_DENIED, nt_set_event(waits, nullptr));
    const HANDLE sets = event_of(notification, FALSE, EVENT_MODIFY_STATE);
    EXPECT_STATUS(STATUS_SUCCESS, nt_set_event(sets, nullptr));
    EXPECT_STATUS(STATUS_ACCESS_DENIED, poll(sets));
    const HANDLE reads = event_of(notification, FALSE, GENERIC_READ);
    LONG info[2] = {};
    EXPECT_STATUS(STATUS_SUCCESS, nt_query_event(reads, 0, info, sizeof info, nullptr));
    EXPECT_STATUS(STATUS_ACCESS_DENIED, nt_query_event(sets, 0, info, sizeof info, nullptr));
    for (const HANDLE handle : {waits, sets, reads}) CloseHandle(handle);
}
TEST(SyncEvent, What_is_no_event_is_a_mismatch) {
    HANDLE mutant = nullptr;
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_mutant(&mutant, MUTANT_ALL_ACCESS, nullptr, FALSE));
    EXPECT_STATUS(STATUS_OBJECT_TYPE_MISMATCH, nt_set_event(mutant, nullptr));
    EXPECT_FALSE(SetEvent(mutant));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    CloseHandle(mutant);
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_set_event(nullptr, nullptr));
}

TEST(SyncMutant, The_owner_may_take_it_again_and_releases_it_as_often) {
    HANDLE mutant = nullptr;
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_mutant(&mutant, MUTANT_ALL_ACCESS, nullptr, TRUE));
    EXPECT_STATUS(STATUS_WAIT_0, poll(mutant));
    LONG before = 99;
    EXPECT_STATUS(STATUS_SUCCESS, nt_release_mutant(mutant, &before));
    EXPECT_EQ(before, -1);
    EXPECT_STATUS(STATUS_SUCCESS, nt_release_mutant(mutant, &before));
    EXPECT_EQ(before, 0);
    EXPECT_STATUS(STATUS_MUTANT_NOT_OWNED, nt_release_mutant(mutant, &before));
    EXPECT_FALSE(ReleaseMutex(mutant));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_OWNER});
    CloseHandle(mutant);
}
TEST(SyncMutant, A_query_tells_count_owner_and_abandonment) {
    HANDLE mutant = nullptr;
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_mutant(&mutant, MUTANT_ALL_ACCESS, nullptr, TRUE));
    struct {
        LONG count;
        BOOLEAN owned, abandoned;
    } info = {};
    EXPECT_STATUS(STATUS_SUCCESS, nt_query_mutant(mutant, 0, &info, sizeof info, nullptr));
    EXPECT_EQ(info.count, 0);
    EXPECT_TRUE(info.owned);
    EXPECT_FALSE(info.abandoned);
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH, nt_query_mutant(mutant, 0, &info, 4, nullptr));
    nt_release_mutant(mutant, nullptr);
    EXPECT_STATUS(STATUS_SUCCESS, nt_query_mutant(mutant, 0, &info, sizeof info, nullptr));
    EXPECT_EQ(info.count, 1);
    EXPECT_FALSE(info.owned);
    CloseHandle(mutant);
}
TEST(SyncMutant, A_thread_that_ends_abandons_it_and_the_next_owner_is_told_once) {
    const HANDLE mutant = CreateMutexW(nullptr, FALSE, nullptr);
    const HANDLE thread = CreateThread(
        nullptr, 0, callback([](void* taken) -> DWORD { return WaitForSingleObject(taken, 0); }), mutant, 0, nullptr);
    WaitForSingleObject(thread, INFINITE);
    EXPECT_EQ(WaitForSingleObject(mutant, 1000), DWORD{WAIT_ABANDONED});
    EXPECT_EQ(WaitForSingleObject(mutant, 1000), DWORD{WAIT_OBJECT_0});
    EXPECT_TRUE(ReleaseMutex(mutant));
    EXPECT_TRUE(ReleaseMutex(mutant));
    CloseHandle(thread);
    CloseHandle(mutant);
}
TEST(SyncMutant, Only_its_owner_releases_it) {
    const HANDLE mutant = CreateMutexW(nullptr, TRUE, nullptr);
    const HANDLE thread = CreateThread(
        nullptr, 0, callback([](void* others) -> DWORD { return ReleaseMutex(others) ? 0 : GetLastError(); }), mutant, 0,
        nullptr);
    WaitForSingleObject(thread, INFINITE);
    DWORD code = 0;
    GetExitCodeThread(thread, &code);
    EXPECT_EQ(code, DWORD{ERROR_NOT_OWNER});
    CloseHandle(thread);
    CloseHandle(mutant);
}

TEST(SyncSemaphore, Each_wait_takes_a_unit) {
    HANDLE semaphore = nullptr;
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_semaphore(&semaphore, SEMAPHORE_ALL_ACCESS, nullptr, 2, 3));
    EXPECT_STATUS(STATUS_WAIT_0, poll(semaphore));
    EXPECT_STATUS(STATUS_WAIT_0, poll(semaphore));
    EXPECT_STATUS(STATUS_TIMEOUT, poll(semaphore));
    LONG before = 99;
    EXPECT_STATUS(STATUS_SUCCESS, nt_release_semaphore(semaphore, 2, &before));
    EXPECT_EQ(before, 0);
    EXPECT_STATUS(STATUS_SEMAPHORE_LIMIT_EXCEEDED, nt_release_semaphore(semaphore, 2, &before));
    EXPECT_FALSE(ReleaseSemaphore(semaphore, 2, nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_TOO_MANY_POSTS});
    LONG info[2] = {};
    EXPECT_STATUS(STATUS_SUCCESS, nt_query_semaphore(semaphore, 0, info, sizeof info, nullptr));
    EXPECT_EQ(info[0], 2) << "a refused release changes nothing";
    EXPECT_EQ(info[1], 3);
    CloseHandle(semaphore);
}
TEST(SyncSemaphore, Impossible_counts_are_refused) {
    HANDLE semaphore = nullptr;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_create_semaphore(&semaphore, SEMAPHORE_ALL_ACCESS, nullptr, 0, 0));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_create_semaphore(&semaphore, SEMAPHORE_ALL_ACCESS, nullptr, -1, 1));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_create_semaphore(&semaphore, SEMAPHORE_ALL_ACCESS, nullptr, 2, 1));
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_semaphore(&semaphore, SEMAPHORE_ALL_ACCESS, nullptr, 0, 1));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_release_semaphore(semaphore, 0, nullptr));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_release_semaphore(semaphore, -1, nullptr));
    CloseHandle(semaphore);
}

TEST(SyncKeyedEvent, Waiter_and_releaser_meet_at_the_key) {
    static HANDLE keyed;
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_keyed_event(&keyed, GENERIC_ALL, nullptr, 0));
    LARGE_INTEGER soon = milliseconds(10);
    EXPECT_STATUS(STATUS_TIMEOUT, nt_release_keyed_event(keyed, reinterpret_cast<void*>(2), FALSE, &soon));
    EXPECT_STATUS(STATUS_TIMEOUT, nt_wait_for_keyed_event(keyed, reinterpret_cast<void*>(2), FALSE, &soon));
    const HANDLE thread = CreateThread(
        nullptr, 0,
        callback([](void* key) -> DWORD { return static_cast<DWORD>(nt_wait_for_keyed_event(keyed, key, FALSE, nullptr)); }),
        reinterpret_cast<void*>(8), 0, nullptr);
    EXPECT_STATUS(STATUS_SUCCESS, nt_release_keyed_event(keyed, reinterpret_cast<void*>(8), FALSE, nullptr));
    EXPECT_EQ(WaitForSingleObject(thread, 5000), DWORD{WAIT_OBJECT_0});
    CloseHandle(thread);
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_1,
                  nt_wait_for_keyed_event(keyed, reinterpret_cast<void*>(3), FALSE, &soon));
    CloseHandle(keyed);
}

} // namespace
