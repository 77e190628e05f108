// SPDX-License-Identifier: MIT
// alert.cpp: the services that alert threads and queue APCs to them.
#include <ntdll-emu/services/object_handle.h>
#include <ntdll-emu/services/process_handle.h>

#include <memory>

namespace oriel::services {

namespace {
/// NtQueueApcThreadEx's ReserveHandle may be this number instead (QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC).
constexpr nt::Handle special_user_apc{1};
} // namespace

template<class Abi>
Status NtAlertThread(Call<Abi>& call, nt::Handle ThreadHandle) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, ps::thread_access::alert));
    thread->ke().alert();
    return Status::Success;
}

template<class Abi>
Status NtAlertResumeThread(Call<Abi>& call, nt::Handle ThreadHandle, UserPtr<std::uint32_t> PreviousSuspendCount) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, ps::thread_access::suspend_resume));
    thread->ke().alert();
    TRY(PreviousSuspendCount.store_if_present(thread->ke().resume()));
    return Status::Success;
}

template<class Abi>
Status NtTestAlert(Call<Abi>& call) {
    return call.thread.ke().test_alert();
}

template<class Abi>
Status NtAlertThreadByThreadId(Call<Abi>& call, nt::Handle ThreadId) {
    const auto id = static_cast<std::uint64_t>(ThreadId);
    if (id > 0xFFFF'FFFF) return Status::InvalidCid;
    TRY(call.process.kernel_dispatcher.alert_by_id(static_cast<std::uint32_t>(id)));
    return Status::Success;
}

// The address only tells debuggers what the thread waits for.
template<class Abi>
Status NtWaitForAlertByThreadId(Call<Abi>& call, Address, UserPtr<std::int64_t> Timeout) {
    const auto limit = TRY(capture_timeout(Timeout));
    return call.process.kernel_dispatcher.wait_for_alert_by_id(call.thread.ke(), limit);
}

template<class Abi>
Status NtQueueApcThread(Call<Abi>& call, nt::Handle ThreadHandle, Address ApcRoutine, Address ApcArgument1,
                        Address ApcArgument2, Address ApcArgument3) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, ps::thread_access::set_context));
    auto apc = std::make_unique<ke::Apc>(
        ke::UserApc{ApcRoutine, {ApcArgument1.value(), ApcArgument2.value(), ApcArgument3.value()}});
    TRY(thread->ke().queue_apc(std::move(apc)));
    return Status::Success;
}

// Reserve objects keep memory ready for an APC; without one this is the plain call.
template<class Abi>
Status NtQueueApcThreadEx(Call<Abi>& call, nt::Handle ThreadHandle, nt::Handle ReserveHandle, Address ApcRoutine,
                          Address ApcArgument1, Address ApcArgument2, Address ApcArgument3) {
    if (ReserveHandle == special_user_apc) return Status::NotImplemented;
    if (ReserveHandle != nt::null_handle) return Status::InvalidHandle; // there are no reserve objects
    return NtQueueApcThread<Abi>(call, ThreadHandle, ApcRoutine, ApcArgument1, ApcArgument2, ApcArgument3);
}

} // namespace oriel::services

#include "generated/services/alert.inst.inc"
