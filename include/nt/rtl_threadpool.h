// SPDX-License-Identifier: MIT
// rtl_threadpool.h: ntdll's thread pool, timer queues and registered waits.
//
// Most of kernel32's functions of the thread pool are forwarders to these. The structures behind TP_POOL and kin
// are ntdll's own; TP_CALLBACK_ENVIRON is filled in by inline functions of Microsoft's headers, and so is ABI.
// Source: "Thread Pool API", Microsoft documentation; winnt.h.
#pragma once

#include <nt/basic.h>
#include <nt/rtl_export.h>
#include <nt/rtl_sync.h>

namespace nt {

template<class Abi>
struct TP_CALLBACK_ENVIRON {
    std::uint32_t Version; ///< 1 or 3
    Ptr<Abi, void> Pool;
    Ptr<Abi, void> CleanupGroup;
    Ptr<Abi, void> CleanupGroupCancelCallback;
    Ptr<Abi, void> RaceDll;
    Ptr<Abi, void> ActivationContext;
    Ptr<Abi, void> FinalizationCallback;
    std::uint32_t Flags; ///< 1: callbacks may run long; 2: persistent
    // Version 3:
    std::uint32_t CallbackPriority; ///< 0 high, 1 normal, 2 low
    std::uint32_t Size;
};
NT_ASSERT_OFFSET(TP_CALLBACK_ENVIRON, Flags, 56, 28);

/// TP_POOL_STACK_INFORMATION
template<class Abi>
struct TP_POOL_STACK_INFORMATION {
    uptr<Abi> StackReserve;
    uptr<Abi> StackCommit;
};

template<class Abi>
struct RTL_BARRIER {
    std::uint32_t Reserved1;    ///< ours: threads that have yet to come
    std::uint32_t Reserved2;    ///< ours: threads in all
    uptr<Abi> Reserved3[2];     ///< ours: the phase, which a waiter watches; threads still inside
    std::uint32_t Reserved4;
    std::uint32_t Reserved5;    ///< ours: spins
};
NT_ASSERT_SIZE(RTL_BARRIER, 32, 24);

} // namespace nt

extern "C" {

using NtTpEnvironment = nt::TP_CALLBACK_ENVIRON<nt::Native>;
using NtBarrier = nt::RTL_BARRIER<nt::Native>;
struct NtTpPool;
struct NtTpMember;   ///< TP_WORK, TP_TIMER, TP_WAIT, TP_IO
struct NtTpInstance; ///< TP_CALLBACK_INSTANCE
struct NtTpGroup;

using NtTpSimpleCallback = void(NT_API*)(NtTpInstance*, void* Context);
using NtWorkerCallback = std::uint32_t(NT_API*)(void* Context);
using NtWaitOrTimerCallback = void(NT_API*)(void* Context, std::uint8_t TimerOrWaitFired);

nt::Status NT_API TpAllocPool(NtTpPool** Pool, void* Reserved);
void NT_API TpReleasePool(NtTpPool* Pool);
void NT_API TpSetPoolMaxThreads(NtTpPool* Pool, std::uint32_t MaxThreads);
nt::Status NT_API TpSetPoolMinThreads(NtTpPool* Pool, std::uint32_t MinThreads);
nt::Status NT_API TpSetPoolStackInformation(NtTpPool* Pool, const nt::TP_POOL_STACK_INFORMATION<nt::Native>* Information);
nt::Status NT_API TpQueryPoolStackInformation(NtTpPool* Pool, nt::TP_POOL_STACK_INFORMATION<nt::Native>* Information);

nt::Status NT_API TpSimpleTryPost(NtTpSimpleCallback Callback, void* Context, NtTpEnvironment* Environment);
nt::Status NT_API TpAllocWork(NtTpMember** Work, void* Callback, void* Context, NtTpEnvironment* Environment);
void NT_API TpPostWork(NtTpMember* Work);
void NT_API TpReleaseWork(NtTpMember* Work);
void NT_API TpWaitForWork(NtTpMember* Work, std::uint32_t CancelPending);

nt::Status NT_API TpAllocTimer(NtTpMember** Timer, void* Callback, void* Context, NtTpEnvironment* Environment);
void NT_API TpSetTimer(NtTpMember* Timer, const std::int64_t* DueTime, std::uint32_t Period, std::uint32_t Window);
std::uint32_t NT_API TpSetTimerEx(NtTpMember* Timer, const std::int64_t* DueTime, std::uint32_t Period,
                                  std::uint32_t Window);
std::uint32_t NT_API TpIsTimerSet(NtTpMember* Timer);
void NT_API TpReleaseTimer(NtTpMember* Timer);
void NT_API TpWaitForTimer(NtTpMember* Timer, std::uint32_t CancelPending);

nt::Status NT_API TpAllocWait(NtTpMember** Wait, void* Callback, void* Context, NtTpEnvironment* Environment);
void NT_API TpSetWait(NtTpMember* Wait, void* Handle, const std::int64_t* Timeout);
std::uint32_t NT_API TpSetWaitEx(NtTpMember* Wait, void* Handle, const std::int64_t* Timeout, void* Reserved);
void NT_API TpReleaseWait(NtTpMember* Wait);
void NT_API TpWaitForWait(NtTpMember* Wait, std::uint32_t CancelPending);

nt::Status NT_API TpAllocIoCompletion(NtTpMember** Io, void* File, void* Callback, void* Context,
                                      NtTpEnvironment* Environment);
/// The same with a callback of Win32's shape: (instance, context, OVERLAPPED, error, bytes, io).
nt::Status NT_API TpOrielAllocWin32Io(NtTpMember** Io, void* File, void* Callback, void* Context,
                                      NtTpEnvironment* Environment);
void NT_API TpStartAsyncIoOperation(NtTpMember* Io);
void NT_API TpCancelAsyncIoOperation(NtTpMember* Io);
void NT_API TpReleaseIoCompletion(NtTpMember* Io);
void NT_API TpWaitForIoCompletion(NtTpMember* Io, std::uint32_t CancelPending);

nt::Status NT_API TpCallbackMayRunLong(NtTpInstance* Instance);
void NT_API TpCallbackLeaveCriticalSectionOnCompletion(NtTpInstance* Instance, NtCriticalSection* CriticalSection);
void NT_API TpCallbackReleaseMutexOnCompletion(NtTpInstance* Instance, void* Mutex);
void NT_API TpCallbackReleaseSemaphoreOnCompletion(NtTpInstance* Instance, void* Semaphore, std::uint32_t Count);
void NT_API TpCallbackSetEventOnCompletion(NtTpInstance* Instance, void* Event);
void NT_API TpCallbackUnloadDllOnCompletion(NtTpInstance* Instance, void* Dll);
void NT_API TpDisassociateCallback(NtTpInstance* Instance);

nt::Status NT_API TpAllocCleanupGroup(NtTpGroup** Group);
void NT_API TpReleaseCleanupGroup(NtTpGroup* Group);
void NT_API TpReleaseCleanupGroupMembers(NtTpGroup* Group, std::uint32_t CancelPending, void* CleanupContext);

nt::Status NT_API RtlQueueWorkItem(NtWorkerCallback Function, void* Context, std::uint32_t Flags);
/// The routine gets a Win32 error, the bytes, and the OVERLAPPED.
nt::Status NT_API RtlSetIoCompletionCallback(void* File, void* Function, std::uint32_t Flags);
nt::Status NT_API RtlCreateTimerQueue(void** TimerQueue);
nt::Status NT_API RtlCreateTimer(void* TimerQueue, void** Timer, NtWaitOrTimerCallback Function, void* Context,
                                 std::uint32_t DueTime, std::uint32_t Period, std::uint32_t Flags);
nt::Status NT_API RtlUpdateTimer(void* TimerQueue, void* Timer, std::uint32_t DueTime, std::uint32_t Period);
nt::Status NT_API RtlDeleteTimer(void* TimerQueue, void* Timer, void* CompletionEvent);
nt::Status NT_API RtlDeleteTimerQueue(void* TimerQueue);
nt::Status NT_API RtlDeleteTimerQueueEx(void* TimerQueue, void* CompletionEvent);
nt::Status NT_API RtlRegisterWait(void** WaitHandle, void* Object, NtWaitOrTimerCallback Function, void* Context,
                                  std::uint32_t Milliseconds, std::uint32_t Flags);
nt::Status NT_API RtlDeregisterWait(void* WaitHandle);
nt::Status NT_API RtlDeregisterWaitEx(void* WaitHandle, void* CompletionEvent);

nt::Status NT_API RtlInitBarrier(NtBarrier* Barrier, std::uint32_t TotalThreads, std::uint32_t SpinCount);
/// TRUE for one of the threads.
std::uint8_t NT_API RtlBarrier(NtBarrier* Barrier, std::uint32_t Flags);
nt::Status NT_API RtlDeleteBarrier(NtBarrier* Barrier);

} // extern "C"
