// SPDX-License-Identifier: MIT
// threadpool_legacy.cpp: work items, timer queues and registered waits, from before Vista, on the thread pool.
//
// A registered wait is a wait of the pool that is set anew after each callback; a queue's timer is a timer of the pool.
// The flags that choose a kind of thread (WT_EXECUTEINIOTHREAD and kin) choose nothing here: every callback runs on a
// worker.
//
// Ending one: a completion event is set when no callback runs any more, INVALID_HANDLE_VALUE waits for that, and null
// does neither; STATUS_PENDING says that a callback still runs.
// Sources: "RegisterWaitForSingleObject function", "UnregisterWaitEx function", "CreateTimerQueueTimer function",
// "ChangeTimerQueueTimer function", "DeleteTimerQueueTimer function", "QueueUserWorkItem function", Microsoft
// documentation.
#include <ntdll-emu/rtl/pool/waits.h>

#include <ntdll-emu/rtl/memory_block.h>
#include <ntdll-emu/rtl/platform.h>

#include <generated/nt_services.h>

using namespace oriel::rtl;
using namespace oriel::rtl::pool;
using nt::Status;

namespace {

constexpr std::uint32_t only_once = 0x8;      // WT_EXECUTEONLYONCE
constexpr std::uint32_t long_function = 0x10; // WT_EXECUTELONGFUNCTION
constexpr std::uint32_t infinite = 0xFFFFFFFF;
void* const wait_for_end = reinterpret_cast<void*>(std::intptr_t{-1});

struct TimerQueue {
    struct Callback* first;
    std::uint32_t references; ///< the program and the timers
    void* finished;           ///< an event to set when the last timer has gone
};

/// What a registered wait or a queue's timer is for.
struct Callback {
    NtTpMember* member;
    NtWaitOrTimerCallback function;
    void* context;
    bool stopped;
    void* finished; ///< an event to set when it has gone

    void* object; ///< a wait's
    std::uint32_t milliseconds;
    bool once;

    TimerQueue* queue; ///< a timer's
    Callback* next;
    Callback* previous;
};

constinit TimerQueue default_queue{nullptr, 1, nullptr};

std::int64_t due_after(std::uint32_t milliseconds) {
    return milliseconds == infinite ? INT64_MAX : platform::monotonic_time() + std::int64_t{milliseconds} * 10'000;
}

void drop_queue(TimerQueue& queue) {
    {
        const Hold hold;
        if (--queue.references) return;
    }
    if (queue.finished) NtSetEvent(queue.finished, nullptr);
    free_memory(&queue);
}

/// The member has gone: nothing runs any more.
void callback_gone(NtTpMember& member) {
    auto* const callback = static_cast<Callback*>(member.context);
    if (callback->finished) NtSetEvent(callback->finished, nullptr);
    if (callback->queue) drop_queue(*callback->queue);
    free_memory(callback);
}

void NT_API wait_ended(NtTpInstance*, void* context, NtTpMember* wait, std::uint32_t result) {
    auto& callback = *static_cast<Callback*>(context);
    callback.function(callback.context, result == static_cast<std::uint32_t>(Status::Timeout));
    const Hold hold;
    if (!callback.once && !callback.stopped) (void)start_wait(*wait, callback.object, due_after(callback.milliseconds));
}

void NT_API timer_struck(NtTpInstance*, void* context, NtTpMember*) {
    auto& callback = *static_cast<Callback*>(context);
    callback.function(callback.context, true);
}

Callback* make_callback(Kind kind, void* pool_callback, NtWaitOrTimerCallback function, void* context,
                        std::uint32_t flags) {
    auto* const callback = static_cast<Callback*>(allocate_memory(sizeof(Callback)));
    if (!callback) return nullptr;
    *callback = {};
    callback->function = function;
    callback->context = context;
    callback->once = (flags & only_once) != 0;
    callback->member = make_member(kind, pool_callback, callback, nullptr);
    if (!callback->member) {
        free_memory(callback);
        return nullptr;
    }
    callback->member->gone = &callback_gone;
    callback->member->may_run_long = (flags & long_function) != 0;
    return callback;
}

/// Under the lock.
Status stop(Callback& callback, void* completion) {
    NtTpMember& member = *callback.member;
    refer(member);
    callback.stopped = true;
    disarm(member);
    (void)cancel_pending(member);
    if (completion == wait_for_end) wait_for_callbacks(member, false);
    else callback.finished = completion;
    const bool running = completion != wait_for_end && member.running != 0;
    release(member);
    let_go(member);
    return running ? Status::Pending : Status::Success;
}

/// Under the lock.
void leave_queue(Callback& timer) {
    if (!timer.queue) return;
    (timer.previous ? timer.previous->next : timer.queue->first) = timer.next;
    if (timer.next) timer.next->previous = timer.previous;
    timer.next = timer.previous = nullptr;
}

} // namespace

NT_EXPORT Status NT_API RtlQueueWorkItem(NtWorkerCallback Function, void* Context, std::uint32_t Flags) {
    NtTpMember* const member = make_member(Kind::Legacy, reinterpret_cast<void*>(Function), Context, nullptr);
    if (!member) return Status::NoMemory;
    member->may_run_long = (Flags & long_function) != 0;
    const Hold hold;
    post(*member);
    release(*member);
    return Status::Success;
}

NT_EXPORT Status NT_API RtlSetIoCompletionCallback(void* File, void* Function, std::uint32_t Flags) {
    return bind_file(File, Function);
}

// ------------------------------------------------------------------------------------- registered waits

NT_EXPORT Status NT_API RtlRegisterWait(void** WaitHandle, void* Object, NtWaitOrTimerCallback Function, void* Context,
                                        std::uint32_t Milliseconds, std::uint32_t Flags) {
    *WaitHandle = nullptr;
    Callback* const callback = make_callback(Kind::Wait, reinterpret_cast<void*>(&wait_ended), Function, Context, Flags);
    if (!callback) return Status::NoMemory;
    callback->object = Object;
    callback->milliseconds = Milliseconds;
    *WaitHandle = callback; // before the first callback, which may ask for it
    const Hold hold;
    if (start_wait(*callback->member, Object, due_after(Milliseconds))) return Status::Success;
    *WaitHandle = nullptr;
    release(*callback->member);
    return Status::NoMemory;
}
NT_EXPORT Status NT_API RtlDeregisterWaitEx(void* WaitHandle, void* CompletionEvent) {
    if (!WaitHandle) return Status::InvalidHandle;
    const Hold hold;
    return stop(*static_cast<Callback*>(WaitHandle), CompletionEvent);
}
NT_EXPORT Status NT_API RtlDeregisterWait(void* WaitHandle) { return RtlDeregisterWaitEx(WaitHandle, nullptr); }

// ------------------------------------------------------------------------------------- timer queues

NT_EXPORT Status NT_API RtlCreateTimerQueue(void** Queue) {
    auto* const queue = static_cast<TimerQueue*>(allocate_memory(sizeof(TimerQueue)));
    *Queue = queue;
    if (!queue) return Status::NoMemory;
    *queue = {nullptr, 1, nullptr};
    return Status::Success;
}

NT_EXPORT Status NT_API RtlCreateTimer(void* Queue, void** Timer, NtWaitOrTimerCallback Function, void* Context,
                                       std::uint32_t DueTime, std::uint32_t Period, std::uint32_t Flags) {
    Callback* const timer = make_callback(Kind::Timer, reinterpret_cast<void*>(&timer_struck), Function, Context, Flags);
    *Timer = timer;
    if (!timer) return Status::NoMemory;
    timer->queue = Queue ? static_cast<TimerQueue*>(Queue) : &default_queue;
    const Hold hold;
    ++timer->queue->references;
    timer->next = timer->queue->first;
    if (timer->next) timer->next->previous = timer;
    timer->queue->first = timer;
    arm_timer(*timer->member, due_after(DueTime), timer->once ? 0 : Period);
    return Status::Success;
}
/// A timer for once that has struck stays as it is.
NT_EXPORT Status NT_API RtlUpdateTimer(void*, void* Timer, std::uint32_t DueTime, std::uint32_t Period) {
    if (!Timer) return Status::InvalidParameter;
    NtTpMember& member = *static_cast<Callback*>(Timer)->member;
    const Hold hold;
    if (member.armed) arm_timer(member, due_after(DueTime), Period);
    return Status::Success;
}
NT_EXPORT Status NT_API RtlDeleteTimer(void*, void* Timer, void* CompletionEvent) {
    if (!Timer) return Status::InvalidParameter1;
    auto& timer = *static_cast<Callback*>(Timer);
    const Hold hold;
    leave_queue(timer);
    return stop(timer, CompletionEvent);
}

NT_EXPORT Status NT_API RtlDeleteTimerQueueEx(void* Queue, void* CompletionEvent) {
    if (!Queue) return Status::InvalidHandle;
    auto& queue = *static_cast<TimerQueue*>(Queue);
    Status status = Status::Success;
    {
        const Hold hold;
        if (CompletionEvent != wait_for_end) queue.finished = CompletionEvent;
        while (Callback* const timer = queue.first) {
            leave_queue(*timer);
            if (stop(*timer, CompletionEvent == wait_for_end ? wait_for_end : nullptr) == Status::Pending)
                status = Status::Pending;
        }
    }
    drop_queue(queue);
    return status;
}
NT_EXPORT Status NT_API RtlDeleteTimerQueue(void* Queue) { return RtlDeleteTimerQueueEx(Queue, nullptr); }
