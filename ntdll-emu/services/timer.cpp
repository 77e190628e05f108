// SPDX-License-Identifier: MIT
// timer.cpp: the services of waitable timers.
#include <ntdll-emu/ob/sync_objects.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/sync.h>

namespace oriel::services {

template<class Abi>
Status NtCreateTimer(Call<Abi>& call, UserPtr<nt::uptr<Abi>> TimerHandle, std::uint32_t DesiredAccess,
                     UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, std::uint32_t TimerType) {
    if (TimerType > nt::SynchronizationTimer) return Status::InvalidParameter4;
    return create_object(call, TimerHandle, DesiredAccess, ObjectAttributes, [&] {
        return ob::make<ob::Timer>(call.process.kernel_dispatcher, ke::TimerKind{TimerType});
    });
}

template<class Abi>
Status NtOpenTimer(Call<Abi>& call, UserPtr<nt::uptr<Abi>> TimerHandle, std::uint32_t DesiredAccess,
                   UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::Timer>(call, TimerHandle, DesiredAccess, ObjectAttributes);
}

// A timer cannot wake this machine from sleep. NT says so in a success status: "SetWaitableTimer function",
// Microsoft documentation, parameter fResume.
template<class Abi>
Status NtSetTimer(Call<Abi>& call, nt::Handle TimerHandle, UserPtr<std::int64_t> DueTime, Address TimerApcRoutine,
                  Address TimerContext, bool ResumeTimer, std::int32_t Period, UserPtr<std::uint8_t> PreviousState) {
    TRY(probe_for_write(PreviousState));
    const auto due = ke::Timeout::from_nt(TRY(DueTime.capture()));
    if (Period < 0) return Status::InvalidParameter6;
    const auto object =
        TRY(call.process.handles.template lookup<ob::Timer>(TimerHandle, ob::access::timer_modify_state));
    std::optional<ke::TimerApc> apc;
    if (!TimerApcRoutine.is_null()) apc = ke::TimerApc{&call.thread.ke(), TimerApcRoutine, TimerContext.value()};
    const bool was_signalled = object->timer.set(due, static_cast<std::uint32_t>(Period), apc);
    TRY(PreviousState.store_if_present(was_signalled));
    return ResumeTimer ? Status::TimerResumeIgnored : Status::Success;
}

template<class Abi>
Status NtCancelTimer(Call<Abi>& call, nt::Handle TimerHandle, UserPtr<std::uint8_t> CurrentState) {
    return change_object<ob::Timer>(call, TimerHandle, ob::access::timer_modify_state, CurrentState,
                                    [](ob::Timer& object) { return object.timer.cancel(); });
}

template<class Abi>
Status NtQueryTimer(Call<Abi>& call, nt::Handle TimerHandle, std::uint32_t TimerInformationClass,
                    Address TimerInformation, std::uint32_t TimerInformationLength,
                    UserPtr<std::uint32_t> ReturnLength) {
    if (TimerInformationClass != nt::TimerBasicInformation) return Status::InvalidInfoClass;
    if (TimerInformationLength != sizeof(nt::TIMER_BASIC_INFORMATION)) return Status::InfoLengthMismatch;
    const auto object =
        TRY(call.process.handles.template lookup<ob::Timer>(TimerHandle, ob::access::timer_query_state));
    const auto state = object->timer.state();
    nt::TIMER_BASIC_INFORMATION information{};
    information.RemainingTime = state.remaining.count;
    information.TimerState = state.signalled;
    return answer_query(TimerInformation, TimerInformationLength, ReturnLength, information);
}

} // namespace oriel::services

#include "generated/services/timer.inst.inc"
