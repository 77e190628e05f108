// SPDX-License-Identifier: MIT
// threadpool.cpp: ntdll's exports of the thread pool (ntdll-emu/rtl/pool). Cleanup groups are in pool/member.cpp.
// Source: "Thread Pool API", Microsoft documentation; kernel32's functions are most of them forwarders to these.
#include <ntdll-emu/rtl/pool/waits.h>

#include <ntdll-emu/rtl/platform.h>

using namespace oriel::rtl;
using namespace oriel::rtl::pool;
using nt::Status;

namespace {

Status allocate(Kind kind, NtTpMember** out, void* callback, void* context, NtTpEnvironment* environment) {
    *out = make_member(kind, callback, context, environment);
    return *out ? Status::Success : Status::NoMemory;
}

void release_member(NtTpMember* member) {
    const Hold hold;
    release(*member);
}
void wait_for(NtTpMember* member, std::uint32_t cancel) {
    const Hold hold;
    wait_for_callbacks(*member, cancel != 0);
}

Status allocate_io(Kind kind, NtTpMember** out, void* file, void* callback, void* context, NtTpEnvironment* environment) {
    Status status = allocate(kind, out, callback, context, environment);
    if (!nt::is_success(status)) return status;
    status = bind_file(file, **out);
    if (nt::is_success(status)) return status;
    release_member(*out);
    *out = nullptr;
    return status;
}

} // namespace

// ------------------------------------------------------------------------------------- pools

NT_EXPORT Status NT_API TpAllocPool(NtTpPool** Pool, void* Reserved) {
    if (Reserved) return Status::InvalidParameter;
    *Pool = make_pool();
    return *Pool ? Status::Success : Status::NoMemory;
}
NT_EXPORT void NT_API TpReleasePool(NtTpPool* Pool) {
    const Hold hold;
    drop_pool(*Pool);
}
NT_EXPORT void NT_API TpSetPoolMaxThreads(NtTpPool* Pool, std::uint32_t MaxThreads) {
    const Hold hold;
    Pool->maximum = MaxThreads ? MaxThreads : 1;
    if (Pool->minimum > Pool->maximum) Pool->minimum = Pool->maximum;
}
NT_EXPORT Status NT_API TpSetPoolMinThreads(NtTpPool* Pool, std::uint32_t MinThreads) {
    const Hold hold;
    Pool->minimum = MinThreads;
    if (Pool->maximum < MinThreads) Pool->maximum = MinThreads;
    return Status::Success;
}
NT_EXPORT Status NT_API TpSetPoolStackInformation(NtTpPool* Pool,
                                                  const nt::TP_POOL_STACK_INFORMATION<nt::Native>* Information) {
    const Hold hold;
    Pool->stack = *Information;
    return Status::Success;
}
NT_EXPORT Status NT_API TpQueryPoolStackInformation(NtTpPool* Pool,
                                                    nt::TP_POOL_STACK_INFORMATION<nt::Native>* Information) {
    const Hold hold;
    *Information = Pool->stack;
    return Status::Success;
}

// ------------------------------------------------------------------------------------- work

NT_EXPORT Status NT_API TpSimpleTryPost(NtTpSimpleCallback Callback, void* Context, NtTpEnvironment* Environment) {
    NtTpMember* member = nullptr;
    const Status status =
        allocate(Kind::Simple, &member, reinterpret_cast<void*>(Callback), Context, Environment);
    if (!nt::is_success(status)) return status;
    const Hold hold;
    post(*member);
    release(*member);
    return Status::Success;
}
NT_EXPORT Status NT_API TpAllocWork(NtTpMember** Work, void* Callback, void* Context, NtTpEnvironment* Environment) {
    return allocate(Kind::Work, Work, Callback, Context, Environment);
}
NT_EXPORT void NT_API TpPostWork(NtTpMember* Work) {
    const Hold hold;
    refer(*Work);
    post(*Work);
    let_go(*Work);
}
NT_EXPORT void NT_API TpReleaseWork(NtTpMember* Work) { release_member(Work); }
NT_EXPORT void NT_API TpWaitForWork(NtTpMember* Work, std::uint32_t CancelPending) { wait_for(Work, CancelPending); }

// ------------------------------------------------------------------------------------- timers

NT_EXPORT Status NT_API TpAllocTimer(NtTpMember** Timer, void* Callback, void* Context, NtTpEnvironment* Environment) {
    return allocate(Kind::Timer, Timer, Callback, Context, Environment);
}
/// Whether it was set before. The window is leave to be late for the sake of others; nobody is late here.
NT_EXPORT std::uint32_t NT_API TpSetTimerEx(NtTpMember* Timer, const std::int64_t* DueTime, std::uint32_t Period,
                                            std::uint32_t Window) {
    const std::int64_t due = DueTime ? monotonic_due(*DueTime) : 0;
    const Hold hold;
    refer(*Timer);
    const bool was_armed = disarm_timer(*Timer);
    if (DueTime && !Timer->released) arm_timer(*Timer, due, Period);
    let_go(*Timer);
    return was_armed;
}
NT_EXPORT void NT_API TpSetTimer(NtTpMember* Timer, const std::int64_t* DueTime, std::uint32_t Period,
                                 std::uint32_t Window) {
    TpSetTimerEx(Timer, DueTime, Period, Window);
}
NT_EXPORT std::uint32_t NT_API TpIsTimerSet(NtTpMember* Timer) {
    const Hold hold;
    return Timer->armed;
}
NT_EXPORT void NT_API TpReleaseTimer(NtTpMember* Timer) { release_member(Timer); }
NT_EXPORT void NT_API TpWaitForTimer(NtTpMember* Timer, std::uint32_t CancelPending) { wait_for(Timer, CancelPending); }

// ------------------------------------------------------------------------------------- waits

NT_EXPORT Status NT_API TpAllocWait(NtTpMember** Wait, void* Callback, void* Context, NtTpEnvironment* Environment) {
    return allocate(Kind::Wait, Wait, Callback, Context, Environment);
}
/// Whether it waited before.
NT_EXPORT std::uint32_t NT_API TpSetWaitEx(NtTpMember* Wait, void* Handle, const std::int64_t* Timeout, void* Reserved) {
    const std::int64_t due = Timeout ? monotonic_due(*Timeout) : INT64_MAX;
    bool failed = false, waited = false;
    {
        const Hold hold;
        refer(*Wait);
        waited = stop_wait(*Wait);
        if (Handle && !Wait->released) failed = !start_wait(*Wait, Handle, due);
        let_go(*Wait);
    }
    if (failed) platform::raise(Status::NoMemory); // there is no other way to say it
    return waited;
}
NT_EXPORT void NT_API TpSetWait(NtTpMember* Wait, void* Handle, const std::int64_t* Timeout) {
    TpSetWaitEx(Wait, Handle, Timeout, nullptr);
}
NT_EXPORT void NT_API TpReleaseWait(NtTpMember* Wait) { release_member(Wait); }
NT_EXPORT void NT_API TpWaitForWait(NtTpMember* Wait, std::uint32_t CancelPending) { wait_for(Wait, CancelPending); }

// ------------------------------------------------------------------------------------- I/O

NT_EXPORT Status NT_API TpAllocIoCompletion(NtTpMember** Io, void* File, void* Callback, void* Context,
                                            NtTpEnvironment* Environment) {
    return allocate_io(Kind::Io, Io, File, Callback, Context, Environment);
}
NT_EXPORT Status NT_API TpOrielAllocWin32Io(NtTpMember** Io, void* File, void* Callback, void* Context,
                                            NtTpEnvironment* Environment) {
    return allocate_io(Kind::Win32Io, Io, File, Callback, Context, Environment);
}
NT_EXPORT void NT_API TpStartAsyncIoOperation(NtTpMember* Io) {
    const Hold hold;
    refer(*Io);
    ++Io->outstanding;
}
NT_EXPORT void NT_API TpCancelAsyncIoOperation(NtTpMember* Io) {
    const Hold hold;
    if (Io->outstanding == 0) return;
    --Io->outstanding;
    if (is_settled(*Io)) wake_all(Io->settled);
    let_go(*Io);
}
NT_EXPORT void NT_API TpReleaseIoCompletion(NtTpMember* Io) { release_member(Io); }
NT_EXPORT void NT_API TpWaitForIoCompletion(NtTpMember* Io, std::uint32_t CancelPending) { wait_for(Io, CancelPending); }

// ------------------------------------------------------------------------------------- inside a callback

/// STATUS_TOO_MANY_THREADS: there is no further thread for other callbacks.
NT_EXPORT Status NT_API TpCallbackMayRunLong(NtTpInstance* Instance) {
    const Hold hold;
    if (Instance->lasting) return Status::Success;
    NtTpPool& pool = *Instance->member->pool;
    Instance->lasting = true;
    ++pool.lasting;
    if (pool.workers >= pool.maximum && pool.idle == 0) return Status::TooManyThreads;
    start_worker_if_wanted(pool, false);
    return Status::Success;
}
NT_EXPORT void NT_API TpCallbackLeaveCriticalSectionOnCompletion(NtTpInstance* Instance,
                                                                 NtCriticalSection* CriticalSection) {
    Instance->section = CriticalSection;
}
NT_EXPORT void NT_API TpCallbackReleaseMutexOnCompletion(NtTpInstance* Instance, void* Mutex) { Instance->mutex = Mutex; }
NT_EXPORT void NT_API TpCallbackReleaseSemaphoreOnCompletion(NtTpInstance* Instance, void* Semaphore,
                                                             std::uint32_t Count) {
    Instance->semaphore = Semaphore;
    Instance->semaphore_count = Count;
}
NT_EXPORT void NT_API TpCallbackSetEventOnCompletion(NtTpInstance* Instance, void* Event) { Instance->event = Event; }
NT_EXPORT void NT_API TpCallbackUnloadDllOnCompletion(NtTpInstance* Instance, void* Dll) { Instance->dll = Dll; }
NT_EXPORT void NT_API TpDisassociateCallback(NtTpInstance* Instance) {
    const Hold hold;
    if (!Instance->counted) return;
    Instance->counted = false;
    NtTpMember& member = *Instance->member;
    --member.running;
    if (is_settled(member)) wake_all(member.settled);
}
