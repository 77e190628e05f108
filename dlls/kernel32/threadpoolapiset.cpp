// SPDX-License-Identifier: MIT
// threadpoolapiset.cpp: the thread pool. What is not here is a forwarder to ntdll (kernel32.spec).
#include "kernel32.h"

#include <nt/rtl_threadpool.h>

using namespace oriel::k32;

namespace {

NtTpEnvironment* as_nt(PTP_CALLBACK_ENVIRON environment) { return reinterpret_cast<NtTpEnvironment*>(environment); }

/// The object, or null with the last error.
template<class Object, class Native>
Object* made(Status status, Native* object) {
    return finish(status) ? reinterpret_cast<Object*>(object) : nullptr;
}

} // namespace

K32_EXPORT PTP_POOL WINAPI CreateThreadpool(PVOID reserved) {
    NtTpPool* pool = nullptr;
    const Status status = TpAllocPool(&pool, reserved);
    return made<TP_POOL>(status, pool);
}
K32_EXPORT BOOL WINAPI SetThreadpoolThreadMinimum(PTP_POOL pool, DWORD threads) {
    return finish(TpSetPoolMinThreads(reinterpret_cast<NtTpPool*>(pool), threads));
}
K32_EXPORT BOOL WINAPI SetThreadpoolStackInformation(PTP_POOL pool, PTP_POOL_STACK_INFORMATION information) {
    return finish(TpSetPoolStackInformation(
        reinterpret_cast<NtTpPool*>(pool),
        reinterpret_cast<const nt::TP_POOL_STACK_INFORMATION<nt::Native>*>(information)));
}
K32_EXPORT BOOL WINAPI QueryThreadpoolStackInformation(PTP_POOL pool, PTP_POOL_STACK_INFORMATION information) {
    return finish(
        TpQueryPoolStackInformation(reinterpret_cast<NtTpPool*>(pool),
                                    reinterpret_cast<nt::TP_POOL_STACK_INFORMATION<nt::Native>*>(information)));
}
K32_EXPORT PTP_CLEANUP_GROUP WINAPI CreateThreadpoolCleanupGroup() {
    NtTpGroup* group = nullptr;
    const Status status = TpAllocCleanupGroup(&group);
    return made<TP_CLEANUP_GROUP>(status, group);
}

K32_EXPORT BOOL WINAPI TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK callback, PVOID context,
                                                   PTP_CALLBACK_ENVIRON environment) {
    return finish(TpSimpleTryPost(reinterpret_cast<NtTpSimpleCallback>(callback), context, as_nt(environment)));
}
K32_EXPORT PTP_WORK WINAPI CreateThreadpoolWork(PTP_WORK_CALLBACK callback, PVOID context,
                                                PTP_CALLBACK_ENVIRON environment) {
    NtTpMember* work = nullptr;
    const Status status = TpAllocWork(&work, reinterpret_cast<void*>(callback), context, as_nt(environment));
    return made<TP_WORK>(status, work);
}
K32_EXPORT PTP_TIMER WINAPI CreateThreadpoolTimer(PTP_TIMER_CALLBACK callback, PVOID context,
                                                  PTP_CALLBACK_ENVIRON environment) {
    NtTpMember* timer = nullptr;
    const Status status = TpAllocTimer(&timer, reinterpret_cast<void*>(callback), context, as_nt(environment));
    return made<TP_TIMER>(status, timer);
}
K32_EXPORT PTP_WAIT WINAPI CreateThreadpoolWait(PTP_WAIT_CALLBACK callback, PVOID context,
                                                PTP_CALLBACK_ENVIRON environment) {
    NtTpMember* wait = nullptr;
    const Status status = TpAllocWait(&wait, reinterpret_cast<void*>(callback), context, as_nt(environment));
    return made<TP_WAIT>(status, wait);
}
K32_EXPORT BOOL WINAPI SetThreadpoolWaitEx(PTP_WAIT wait, HANDLE object, PFILETIME timeout, PVOID reserved) {
    std::int64_t time = 0;
    if (timeout) time = time_of(*timeout);
    return static_cast<BOOL>(
        TpSetWaitEx(reinterpret_cast<NtTpMember*>(wait), object, timeout ? &time : nullptr, reserved));
}
K32_EXPORT PTP_IO WINAPI CreateThreadpoolIo(HANDLE file, PTP_WIN32_IO_CALLBACK callback, PVOID context,
                                            PTP_CALLBACK_ENVIRON environment) {
    NtTpMember* io = nullptr;
    const Status status = TpOrielAllocWin32Io(&io, file, reinterpret_cast<void*>(callback), context, as_nt(environment));
    return made<TP_IO>(status, io);
}
K32_EXPORT BOOL WINAPI CallbackMayRunLong(PTP_CALLBACK_INSTANCE instance) {
    return TpCallbackMayRunLong(reinterpret_cast<NtTpInstance*>(instance)) == Status::Success;
}
