// SPDX-License-Identifier: MIT
// synchapi.cpp: waiting, and the locks that live in the program's own memory.
//
// A wait is one service; Win32 only turns milliseconds into 100 ns and the status into WAIT_*. The numbers
// were made to fit: STATUS_WAIT_0 + n, STATUS_ABANDONED_WAIT_0 + n, STATUS_USER_APC and STATUS_TIMEOUT are
// WAIT_OBJECT_0, WAIT_ABANDONED_0, WAIT_IO_COMPLETION and WAIT_TIMEOUT. Locks are ntdll's (include/nt/rtl_sync.h):
// those whose shapes agree are forwarders in kernel32.spec. Objects with handles: synchapi_objects.cpp.
// Sources: "Synchronization Functions" (Microsoft documentation).
#include "kernel32.h"
#include "standard_handles.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

DWORD wait_answer(Status status) {
    if (!nt::is_success(status)) {
        set_last_error(status);
        return WAIT_FAILED;
    }
    return static_cast<DWORD>(status);
}

/// An alert of NT (NtAlertThread) is not a thing of Win32: the wait goes on.
template<class Wait>
DWORD wait_through_alerts(bool alertable, Wait wait) {
    Status status;
    do status = wait();
    while (alertable && status == Status::Alerted);
    return wait_answer(status);
}

/// SleepConditionVariable*: a timeout is failure with ERROR_TIMEOUT.
BOOL condition_answer(Status status) {
    if (status == Status::Timeout) return fail(ERROR_TIMEOUT);
    return finish(status);
}

NtCriticalSection* as_nt(CRITICAL_SECTION* section) { return reinterpret_cast<NtCriticalSection*>(section); }
NtRunOnce* as_nt(INIT_ONCE* once) { return reinterpret_cast<NtRunOnce*>(once); }
static_assert(sizeof(CRITICAL_SECTION) == sizeof(NtCriticalSection) && sizeof(INIT_ONCE) == sizeof(NtRunOnce));

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- waits
K32_EXPORT DWORD WINAPI WaitForSingleObjectEx(HANDLE handle, DWORD milliseconds, BOOL alertable) {
    std::int64_t storage;
    const std::int64_t* const timeout = relative_timeout(milliseconds, storage);
    handle = real_handle(handle);
    return wait_through_alerts(
        alertable, [&] { return NtWaitForSingleObject(handle, alertable != 0, const_cast<std::int64_t*>(timeout)); });
}
K32_EXPORT DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds) {
    return WaitForSingleObjectEx(handle, milliseconds, FALSE);
}

K32_EXPORT DWORD WINAPI WaitForMultipleObjectsEx(DWORD count, const HANDLE* handles, BOOL all, DWORD milliseconds,
                                                 BOOL alertable) {
    if (count > MAXIMUM_WAIT_OBJECTS) {
        set_last_error(ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    HANDLE copies[MAXIMUM_WAIT_OBJECTS];
    std::transform(handles, handles + count, copies, real_handle);
    std::int64_t storage;
    const std::int64_t* const timeout = relative_timeout(milliseconds, storage);
    constexpr std::uint32_t wait_all = 0, wait_any = 1;
    return wait_through_alerts(alertable, [&] {
        return NtWaitForMultipleObjects(count, copies, all ? wait_all : wait_any, alertable != 0,
                                        const_cast<std::int64_t*>(timeout));
    });
}
K32_EXPORT DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE* handles, BOOL all, DWORD milliseconds) {
    return WaitForMultipleObjectsEx(count, handles, all, milliseconds, FALSE);
}

K32_EXPORT DWORD WINAPI SignalObjectAndWait(HANDLE signal, HANDLE wait, DWORD milliseconds, BOOL alertable) {
    std::int64_t storage;
    const std::int64_t* const timeout = relative_timeout(milliseconds, storage);
    return wait_through_alerts(false, [&] {
        return NtSignalAndWaitForSingleObject(signal, wait, alertable != 0, const_cast<std::int64_t*>(timeout));
    });
}

K32_EXPORT DWORD WINAPI SleepEx(DWORD milliseconds, BOOL alertable) {
    std::int64_t storage;
    const std::int64_t* timeout = relative_timeout(milliseconds, storage);
    if (!timeout) {
        storage = INT64_MIN; // NtDelayExecution wants a time: the longest there is
        timeout = &storage;
    }
    Status status;
    do status = NtDelayExecution(alertable != 0, const_cast<std::int64_t*>(timeout));
    while (alertable && status == Status::Alerted);
    return status == Status::UserApc ? WAIT_IO_COMPLETION : 0;
}
K32_EXPORT void WINAPI Sleep(DWORD milliseconds) { SleepEx(milliseconds, FALSE); }

// ------------------------------------------------------------------------------------- locks
K32_EXPORT BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD spins) {
    return finish(RtlInitializeCriticalSectionAndSpinCount(as_nt(section), spins & ~nt::critical_section_flag::all));
}
K32_EXPORT BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION section, DWORD spins, DWORD flags) {
    return finish(RtlInitializeCriticalSectionEx(as_nt(section), spins, flags));
}

K32_EXPORT BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE variable, PCRITICAL_SECTION section,
                                                DWORD milliseconds) {
    std::int64_t storage;
    return condition_answer(RtlSleepConditionVariableCS(reinterpret_cast<NtConditionVariable*>(variable),
                                                        as_nt(section), relative_timeout(milliseconds, storage)));
}
K32_EXPORT BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock, DWORD milliseconds,
                                                 ULONG flags) {
    std::int64_t storage;
    return condition_answer(RtlSleepConditionVariableSRW(reinterpret_cast<NtConditionVariable*>(variable),
                                                         reinterpret_cast<NtSrwLock*>(lock),
                                                         relative_timeout(milliseconds, storage), flags));
}

K32_EXPORT BOOL WINAPI WaitOnAddress(volatile void* address, PVOID compare, SIZE_T size, DWORD milliseconds) {
    std::int64_t storage;
    return condition_answer(
        RtlWaitOnAddress(const_cast<const void*>(address), compare, size, relative_timeout(milliseconds, storage)));
}

K32_EXPORT BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN function, PVOID parameter,
                                           LPVOID* context) {
    // Both kinds of callback take (once, parameter, context) and answer zero for "failed"; so does the whole:
    // a callback that fails leaves its own last error.
    const Status status =
        RtlRunOnceExecuteOnce(as_nt(once), reinterpret_cast<NtRunOnceRoutine>(function), parameter, context);
    return nt::is_success(status);
}
K32_EXPORT BOOL WINAPI InitOnceBeginInitialize(LPINIT_ONCE once, DWORD flags, PBOOL pending, LPVOID* context) {
    const Status status = RtlRunOnceBeginInitialize(as_nt(once), flags, context);
    if (!nt::is_success(status)) return finish(status);
    *pending = status == Status::Pending;
    return TRUE;
}
K32_EXPORT BOOL WINAPI InitOnceComplete(LPINIT_ONCE once, DWORD flags, LPVOID context) {
    return finish(RtlRunOnceComplete(as_nt(once), flags, context));
}

// ------------------------------------------------------------------------------------- barriers
K32_EXPORT BOOL WINAPI InitializeSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier, LONG threads, LONG spins) {
    return finish(RtlInitBarrier(reinterpret_cast<NtBarrier*>(barrier), static_cast<std::uint32_t>(threads),
                                 static_cast<std::uint32_t>(spins)));
}
K32_EXPORT BOOL WINAPI EnterSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier, DWORD flags) {
    return RtlBarrier(reinterpret_cast<NtBarrier*>(barrier), flags);
}
K32_EXPORT BOOL WINAPI DeleteSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier) {
    return finish(RtlDeleteBarrier(reinterpret_cast<NtBarrier*>(barrier)));
}
