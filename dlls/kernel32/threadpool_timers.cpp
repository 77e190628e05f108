// SPDX-License-Identifier: MIT
// threadpool_timers.cpp: timer queues and registered waits.
//
// NT serves both from a pool of threads; here each timer and each wait has a thread of its own, which waits for its
// object or its time and for the event that ends it. So a callback that takes long delays only itself. The work items
// of the pool proper (SubmitThreadpoolWork and kin) are undone.
// Sources: "CreateTimerQueueTimer function", "RegisterWaitForSingleObject function", "UnregisterWaitEx function"
// (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"

#include <atomic>

namespace oriel::k32 {
namespace {

/// A timer or a registered wait. It lives until its thread has ended and the program has let go of it.
struct Watch {
    HANDLE object; ///< null for a timer
    HANDLE stop;   ///< an event: set when the program unregisters
    HANDLE wake;   ///< an event: a timer's times were changed
    WAITORTIMERCALLBACK callback;
    void* context;
    std::atomic<DWORD> due;
    std::atomic<DWORD> period;
    bool only_once;
    HANDLE thread;
    DWORD thread_id;
    HANDLE finished;         ///< an event of the program's to set at the end, or null
    Watch* next;             ///< of the same queue
    std::atomic<int> owners; ///< the thread and the program
    std::atomic<bool> calling;
};

/// A queue only remembers its timers, to end them with itself.
struct Queue {
    NtSrwLock lock;
    Watch* first;
};
constinit Queue default_queue{};

void let_go(Watch* watch) {
    if (watch->owners.fetch_sub(1) != 1) return;
    for (HANDLE handle : {watch->stop, watch->wake, watch->thread})
        if (handle) NtClose(handle);
    release(watch);
}

DWORD wait_for_watch(Watch& watch, DWORD milliseconds) {
    HANDLE handles[3] = {watch.stop, watch.wake, watch.object};
    return WaitForMultipleObjects(watch.object ? 3 : 2, handles, FALSE, milliseconds);
}

DWORD WINAPI watch_thread(void* argument) {
    auto* const watch = static_cast<Watch*>(argument);
    DWORD time = watch->due;
    for (;;) {
        const DWORD answer = wait_for_watch(*watch, time);
        if (answer == WAIT_OBJECT_0 || answer == WAIT_FAILED) break;
        if (answer == WAIT_OBJECT_0 + 1) { // changed
            time = watch->due;
            continue;
        }
        watch->calling = true;
        watch->callback(watch->context, answer == WAIT_TIMEOUT);
        watch->calling = false;
        if (watch->object) {
            if (watch->only_once) break;
            continue;
        }
        time =
            watch->period ? DWORD{watch->period} : INFINITE; // a timer that has struck waits for a change, or its end
    }
    HANDLE const finished = watch->finished;
    if (finished && finished != INVALID_HANDLE_VALUE) SetEvent(finished);
    let_go(watch);
    return 0;
}

Watch* start_watch(HANDLE object, WAITORTIMERCALLBACK callback, void* context, DWORD due, DWORD period,
                   bool only_once) {
    auto* const watch = static_cast<Watch*>(RtlAllocateHeap(process_heap(), HEAP_ZERO_MEMORY, sizeof(Watch)));
    if (!watch) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    watch->object = object;
    watch->callback = callback;
    watch->context = context;
    watch->due = due;
    watch->period = period;
    watch->only_once = only_once;
    watch->owners = 2;
    watch->stop = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    watch->wake = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    if (watch->stop && watch->wake)
        watch->thread = CreateThread(nullptr, 0, watch_thread, watch, 0, &watch->thread_id);
    if (watch->thread) return watch;
    watch->owners = 1;
    let_go(watch);
    return nullptr;
}

/// `completion`: INVALID_HANDLE_VALUE waits for the callback to end, an event is set then, null does neither.
BOOL stop_watch(Watch* watch, HANDLE completion) {
    const bool from_callback = watch->thread_id == GetCurrentThreadId();
    watch->finished = completion;
    SetEvent(watch->stop);
    if (completion == INVALID_HANDLE_VALUE && !from_callback) WaitForSingleObject(watch->thread, INFINITE);
    const bool running = completion == nullptr && !from_callback && watch->calling;
    let_go(watch);
    return running ? fail(ERROR_IO_PENDING) : TRUE;
}

Queue& queue_of(HANDLE handle) { return handle ? *static_cast<Queue*>(handle) : default_queue; }

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- timer queues
K32_EXPORT HANDLE WINAPI CreateTimerQueue() {
    return RtlAllocateHeap(process_heap(), HEAP_ZERO_MEMORY, sizeof(Queue));
}
K32_EXPORT BOOL WINAPI CreateTimerQueueTimer(PHANDLE timer, HANDLE queue, WAITORTIMERCALLBACK callback, PVOID context,
                                             DWORD due, DWORD period, ULONG) {
    Watch* const watch = start_watch(nullptr, callback, context, due, period, period == 0);
    *timer = watch;
    if (!watch) return FALSE;
    Queue& owner = queue_of(queue);
    RtlAcquireSRWLockExclusive(&owner.lock);
    watch->next = owner.first;
    owner.first = watch;
    RtlReleaseSRWLockExclusive(&owner.lock);
    return TRUE;
}
K32_EXPORT BOOL WINAPI ChangeTimerQueueTimer(HANDLE, HANDLE timer, ULONG due, ULONG period) {
    auto* const watch = static_cast<Watch*>(timer);
    watch->due = due;
    watch->period = period;
    return SetEvent(watch->wake);
}
K32_EXPORT BOOL WINAPI DeleteTimerQueueTimer(HANDLE queue, HANDLE timer, HANDLE completion) {
    if (!timer) return fail(ERROR_INVALID_PARAMETER);
    Queue& owner = queue_of(queue);
    RtlAcquireSRWLockExclusive(&owner.lock);
    for (Watch** link = &owner.first; *link; link = &(*link)->next) {
        if (*link != timer) continue;
        *link = (*link)->next;
        break;
    }
    RtlReleaseSRWLockExclusive(&owner.lock);
    return stop_watch(static_cast<Watch*>(timer), completion);
}
K32_EXPORT BOOL WINAPI DeleteTimerQueueEx(HANDLE queue, HANDLE completion) {
    if (!queue) return fail(ERROR_INVALID_HANDLE);
    Queue& owner = queue_of(queue);
    while (Watch* const watch = owner.first) {
        owner.first = watch->next;
        stop_watch(watch, completion == INVALID_HANDLE_VALUE ? completion : nullptr);
    }
    if (completion && completion != INVALID_HANDLE_VALUE) SetEvent(completion);
    release(&owner);
    return TRUE;
}
K32_EXPORT BOOL WINAPI DeleteTimerQueue(HANDLE queue) { return DeleteTimerQueueEx(queue, nullptr); }

// ------------------------------------------------------------------------------------- registered waits
K32_EXPORT BOOL WINAPI RegisterWaitForSingleObject(PHANDLE wait, HANDLE object, WAITORTIMERCALLBACK callback,
                                                   PVOID context, ULONG milliseconds, ULONG flags) {
    Watch* const watch = start_watch(object, callback, context, milliseconds, 0, (flags & WT_EXECUTEONLYONCE) != 0);
    *wait = watch;
    return watch != nullptr;
}
K32_EXPORT BOOL WINAPI UnregisterWaitEx(HANDLE wait, HANDLE completion) {
    if (!wait) return fail(ERROR_INVALID_HANDLE);
    return stop_watch(static_cast<Watch*>(wait), completion);
}
K32_EXPORT BOOL WINAPI UnregisterWait(HANDLE wait) { return UnregisterWaitEx(wait, nullptr); }

namespace {
struct WorkItem {
    LPTHREAD_START_ROUTINE function;
    void* context;
};
DWORD WINAPI run_item(void* argument) {
    const WorkItem item = *static_cast<WorkItem*>(argument);
    release(argument);
    return item.function(item.context);
}
} // namespace

K32_EXPORT BOOL WINAPI QueueUserWorkItem(LPTHREAD_START_ROUTINE function, PVOID context, ULONG) {
    auto* const item = static_cast<WorkItem*>(allocate(sizeof(WorkItem)));
    if (!item) return fail(ERROR_NOT_ENOUGH_MEMORY);
    *item = {function, context};
    HANDLE const thread = CreateThread(nullptr, 0, run_item, item, 0, nullptr);
    if (!thread) {
        release(item);
        return FALSE;
    }
    NtClose(thread);
    return TRUE;
}
