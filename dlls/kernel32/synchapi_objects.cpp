// SPDX-License-Identifier: MIT
// synchapi_objects.cpp: events, mutexes, semaphores and waitable timers.
//
// Each comes in four spellings (A and W, plain and Ex) over one service. What is Win32's own: the name's
// directory (object_name.h), ERROR_ALREADY_EXISTS on success, and the flags of the Ex forms.
// Sources: "Synchronization Functions" (Microsoft documentation).
#include "kernel32.h"
#include "object_name.h"

namespace oriel::k32 {
namespace {

constexpr std::uint32_t notification = 0, synchronization = 1; // EVENT_TYPE and TIMER_TYPE

HANDLE create_event(LPSECURITY_ATTRIBUTES security, const ObjectName& name, DWORD flags, DWORD access) {
    if (!name.ok()) return name.failed();
    if (flags & ~DWORD{CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET})
        return fail_null(ERROR_INVALID_PARAMETER);
    ObjectAttributes attributes = name.attributes(security);
    HANDLE event = nullptr;
    const Status status =
        NtCreateEvent(&event, access, &attributes, flags & CREATE_EVENT_MANUAL_RESET ? notification : synchronization,
                      (flags & CREATE_EVENT_INITIAL_SET) != 0);
    return ObjectName::created(status, event);
}
DWORD event_flags(BOOL manual_reset, BOOL initial) {
    return (manual_reset ? CREATE_EVENT_MANUAL_RESET : 0) | (initial ? CREATE_EVENT_INITIAL_SET : 0);
}

HANDLE create_mutex(LPSECURITY_ATTRIBUTES security, const ObjectName& name, DWORD flags, DWORD access) {
    if (!name.ok()) return name.failed();
    if (flags & ~DWORD{CREATE_MUTEX_INITIAL_OWNER}) return fail_null(ERROR_INVALID_PARAMETER);
    ObjectAttributes attributes = name.attributes(security);
    HANDLE mutex = nullptr;
    const Status status = NtCreateMutant(&mutex, access, &attributes, (flags & CREATE_MUTEX_INITIAL_OWNER) != 0);
    return ObjectName::created(status, mutex);
}

HANDLE create_semaphore(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, const ObjectName& name,
                        DWORD access) {
    if (!name.ok()) return name.failed();
    ObjectAttributes attributes = name.attributes(security);
    HANDLE semaphore = nullptr;
    return ObjectName::created(NtCreateSemaphore(&semaphore, access, &attributes, initial, maximum), semaphore);
}

HANDLE create_timer(LPSECURITY_ATTRIBUTES security, const ObjectName& name, DWORD flags, DWORD access) {
    constexpr DWORD high_resolution = 0x2; // CREATE_WAITABLE_TIMER_HIGH_RESOLUTION: ours always are
    if (!name.ok()) return name.failed();
    if (flags & ~DWORD{CREATE_WAITABLE_TIMER_MANUAL_RESET | high_resolution})
        return fail_null(ERROR_INVALID_PARAMETER);
    ObjectAttributes attributes = name.attributes(security);
    HANDLE timer = nullptr;
    const Status status = NtCreateTimer(&timer, access, &attributes,
                                        flags & CREATE_WAITABLE_TIMER_MANUAL_RESET ? notification : synchronization);
    return ObjectName::created(status, timer);
}

/// The Open functions need a name.
template<class Open>
HANDLE open_object(Open open, DWORD access, BOOL inherit, bool named, const ObjectName& name) {
    if (!named) return fail_null(ERROR_INVALID_PARAMETER);
    if (!name.ok()) return name.failed();
    ObjectAttributes attributes = name.attributes(inherit);
    HANDLE object = nullptr;
    return ObjectName::opened(open(&object, access, &attributes), object);
}

BOOL set_timer(HANDLE timer, const LARGE_INTEGER* due, LONG period, PTIMERAPCROUTINE routine, LPVOID argument,
               BOOL resume) {
    std::int64_t time = due->QuadPart;
    return finish(NtSetTimer(timer, &time, reinterpret_cast<void*>(routine), argument, resume != 0, period, nullptr));
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- events
K32_EXPORT HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial, LPCWSTR name) {
    return create_event(security, ObjectName(name), event_flags(manual_reset, initial), EVENT_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial, LPCSTR name) {
    return create_event(security, ObjectName(name), event_flags(manual_reset, initial), EVENT_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateEventExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access) {
    return create_event(security, ObjectName(name), flags, access);
}
K32_EXPORT HANDLE WINAPI CreateEventExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access) {
    return create_event(security, ObjectName(name), flags, access);
}
K32_EXPORT HANDLE WINAPI OpenEventW(DWORD access, BOOL inherit, LPCWSTR name) {
    return open_object(NtOpenEvent, access, inherit, name, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI OpenEventA(DWORD access, BOOL inherit, LPCSTR name) {
    return open_object(NtOpenEvent, access, inherit, name, ObjectName(name));
}
K32_EXPORT BOOL WINAPI SetEvent(HANDLE event) { return finish(NtSetEvent(event, nullptr)); }
K32_EXPORT BOOL WINAPI ResetEvent(HANDLE event) { return finish(NtClearEvent(event)); }
K32_EXPORT BOOL WINAPI PulseEvent(HANDLE event) { return finish(NtPulseEvent(event, nullptr)); }

// ------------------------------------------------------------------------------------- mutexes
K32_EXPORT HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCWSTR name) {
    return create_mutex(security, ObjectName(name), owned ? CREATE_MUTEX_INITIAL_OWNER : 0, MUTEX_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCSTR name) {
    return create_mutex(security, ObjectName(name), owned ? CREATE_MUTEX_INITIAL_OWNER : 0, MUTEX_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateMutexExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access) {
    return create_mutex(security, ObjectName(name), flags, access);
}
K32_EXPORT HANDLE WINAPI CreateMutexExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access) {
    return create_mutex(security, ObjectName(name), flags, access);
}
K32_EXPORT HANDLE WINAPI OpenMutexW(DWORD access, BOOL inherit, LPCWSTR name) {
    return open_object(NtOpenMutant, access, inherit, name, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI OpenMutexA(DWORD access, BOOL inherit, LPCSTR name) {
    return open_object(NtOpenMutant, access, inherit, name, ObjectName(name));
}
K32_EXPORT BOOL WINAPI ReleaseMutex(HANDLE mutex) { return finish(NtReleaseMutant(mutex, nullptr)); }

// ------------------------------------------------------------------------------------- semaphores
K32_EXPORT HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCWSTR name) {
    return create_semaphore(security, initial, maximum, ObjectName(name), SEMAPHORE_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCSTR name) {
    return create_semaphore(security, initial, maximum, ObjectName(name), SEMAPHORE_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCWSTR name,
                                            DWORD, DWORD access) {
    return create_semaphore(security, initial, maximum, ObjectName(name), access);
}
K32_EXPORT HANDLE WINAPI CreateSemaphoreExA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCSTR name,
                                            DWORD, DWORD access) {
    return create_semaphore(security, initial, maximum, ObjectName(name), access);
}
K32_EXPORT HANDLE WINAPI OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR name) {
    return open_object(NtOpenSemaphore, access, inherit, name, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI OpenSemaphoreA(DWORD access, BOOL inherit, LPCSTR name) {
    return open_object(NtOpenSemaphore, access, inherit, name, ObjectName(name));
}
K32_EXPORT BOOL WINAPI ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous) {
    return finish(NtReleaseSemaphore(semaphore, count, reinterpret_cast<std::int32_t*>(previous)));
}

// ------------------------------------------------------------------------------------- timers
K32_EXPORT HANDLE WINAPI CreateWaitableTimerW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, LPCWSTR name) {
    return create_timer(security, ObjectName(name), manual_reset ? CREATE_WAITABLE_TIMER_MANUAL_RESET : 0,
                        TIMER_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateWaitableTimerA(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, LPCSTR name) {
    return create_timer(security, ObjectName(name), manual_reset ? CREATE_WAITABLE_TIMER_MANUAL_RESET : 0,
                        TIMER_ALL_ACCESS);
}
K32_EXPORT HANDLE WINAPI CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags,
                                                DWORD access) {
    return create_timer(security, ObjectName(name), flags, access);
}
K32_EXPORT HANDLE WINAPI CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags,
                                                DWORD access) {
    return create_timer(security, ObjectName(name), flags, access);
}
K32_EXPORT HANDLE WINAPI OpenWaitableTimerW(DWORD access, BOOL inherit, LPCWSTR name) {
    return open_object(NtOpenTimer, access, inherit, name, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI OpenWaitableTimerA(DWORD access, BOOL inherit, LPCSTR name) {
    return open_object(NtOpenTimer, access, inherit, name, ObjectName(name));
}
K32_EXPORT BOOL WINAPI SetWaitableTimer(HANDLE timer, const LARGE_INTEGER* due, LONG period, PTIMERAPCROUTINE routine,
                                        LPVOID argument, BOOL resume) {
    return set_timer(timer, due, period, routine, argument, resume);
}
/// The tolerance lets the system save power by being late; we are not.
K32_EXPORT BOOL WINAPI SetWaitableTimerEx(HANDLE timer, const LARGE_INTEGER* due, LONG period,
                                          PTIMERAPCROUTINE routine, LPVOID argument, PREASON_CONTEXT, ULONG) {
    return set_timer(timer, due, period, routine, argument, FALSE);
}
K32_EXPORT BOOL WINAPI CancelWaitableTimer(HANDLE timer) { return finish(NtCancelTimer(timer, nullptr)); }
