// SPDX-License-Identifier: MIT
// threadpoollegacyapiset.cpp: work items, timer queues and registered waits (ntdll's threadpool_legacy.cpp).
//
// A status of "pending" (a callback still runs) is a failure to Win32: FALSE with ERROR_IO_PENDING.
// Sources: "DeleteTimerQueueTimer function", "UnregisterWaitEx function", Microsoft documentation.
#include "kernel32.h"

#include <nt/rtl_threadpool.h>

using namespace oriel::k32;

namespace {

BOOL finish_ending(Status status) {
    if (status != Status::Pending) return finish(status);
    return fail(ERROR_IO_PENDING);
}
NtWaitOrTimerCallback as_nt(WAITORTIMERCALLBACK callback) { return reinterpret_cast<NtWaitOrTimerCallback>(callback); }

} // namespace

K32_EXPORT BOOL WINAPI QueueUserWorkItem(LPTHREAD_START_ROUTINE function, PVOID context, ULONG flags) {
    return finish(RtlQueueWorkItem(reinterpret_cast<NtWorkerCallback>(function), context, flags));
}
K32_EXPORT BOOL WINAPI BindIoCompletionCallback(HANDLE file, LPOVERLAPPED_COMPLETION_ROUTINE function, ULONG flags) {
    return finish(RtlSetIoCompletionCallback(file, reinterpret_cast<void*>(function), flags));
}

K32_EXPORT BOOL WINAPI RegisterWaitForSingleObject(PHANDLE wait, HANDLE object, WAITORTIMERCALLBACK callback,
                                                   PVOID context, ULONG milliseconds, ULONG flags) {
    return finish(RtlRegisterWait(wait, object, as_nt(callback), context, milliseconds, flags));
}
K32_EXPORT HANDLE WINAPI RegisterWaitForSingleObjectEx(HANDLE object, WAITORTIMERCALLBACK callback, PVOID context,
                                                       ULONG milliseconds, ULONG flags) {
    HANDLE wait = nullptr;
    return finish(RtlRegisterWait(&wait, object, as_nt(callback), context, milliseconds, flags)) ? wait : nullptr;
}
K32_EXPORT BOOL WINAPI UnregisterWaitEx(HANDLE wait, HANDLE completion) {
    return finish_ending(RtlDeregisterWaitEx(wait, completion));
}
K32_EXPORT BOOL WINAPI UnregisterWait(HANDLE wait) { return UnregisterWaitEx(wait, nullptr); }

K32_EXPORT HANDLE WINAPI CreateTimerQueue() {
    void* queue = nullptr;
    return finish(RtlCreateTimerQueue(&queue)) ? queue : nullptr;
}
K32_EXPORT BOOL WINAPI CreateTimerQueueTimer(PHANDLE timer, HANDLE queue, WAITORTIMERCALLBACK callback, PVOID context,
                                             DWORD due, DWORD period, ULONG flags) {
    return finish(RtlCreateTimer(queue, timer, as_nt(callback), context, due, period, flags));
}
K32_EXPORT BOOL WINAPI ChangeTimerQueueTimer(HANDLE queue, HANDLE timer, ULONG due, ULONG period) {
    return finish(RtlUpdateTimer(queue, timer, due, period));
}
K32_EXPORT BOOL WINAPI DeleteTimerQueueTimer(HANDLE queue, HANDLE timer, HANDLE completion) {
    return finish_ending(RtlDeleteTimer(queue, timer, completion));
}
K32_EXPORT BOOL WINAPI DeleteTimerQueueEx(HANDLE queue, HANDLE completion) {
    return finish_ending(RtlDeleteTimerQueueEx(queue, completion));
}
K32_EXPORT BOOL WINAPI DeleteTimerQueue(HANDLE queue) { return DeleteTimerQueueEx(queue, nullptr); }

// From a preview of Windows 2000; documented nowhere else, but exported.
K32_EXPORT HANDLE WINAPI SetTimerQueueTimer(HANDLE queue, WAITORTIMERCALLBACK callback, PVOID context, DWORD due,
                                            DWORD period, BOOL prefer_io) {
    HANDLE timer = nullptr;
    const ULONG flags = prefer_io ? WT_EXECUTEINIOTHREAD : WT_EXECUTEDEFAULT;
    return finish(RtlCreateTimer(queue, &timer, as_nt(callback), context, due, period, flags)) ? timer : nullptr;
}
K32_EXPORT BOOL WINAPI CancelTimerQueueTimer(HANDLE queue, HANDLE timer) {
    return DeleteTimerQueueTimer(queue, timer, nullptr);
}
