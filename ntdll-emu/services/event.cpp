// SPDX-License-Identifier: MIT
// event.cpp: the services of events.
#include <ntdll-emu/ob/sync_objects.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/sync.h>

namespace oriel::services {

template<class Abi>
Status NtCreateEvent(Call<Abi>& call, UserPtr<nt::uptr<Abi>> EventHandle, std::uint32_t DesiredAccess,
                     UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, std::uint32_t EventType,
                     bool InitialState) {
    if (EventType > nt::SynchronizationEvent) return Status::InvalidParameter;
    return create_object(call, EventHandle, DesiredAccess, ObjectAttributes, [&] {
        return ob::make<ob::Event>(call.process.kernel_dispatcher, ke::EventKind{EventType}, InitialState);
    });
}

template<class Abi>
Status NtOpenEvent(Call<Abi>& call, UserPtr<nt::uptr<Abi>> EventHandle, std::uint32_t DesiredAccess,
                   UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::Event>(call, EventHandle, DesiredAccess, ObjectAttributes);
}

template<class Abi>
Status NtSetEvent(Call<Abi>& call, nt::Handle EventHandle, UserPtr<std::int32_t> PreviousState) {
    return change_object<ob::Event>(call, EventHandle, ob::access::event_modify_state, PreviousState,
                                    [](ob::Event& object) { return object.event.set(); });
}

template<class Abi>
Status NtSetEventBoostPriority(Call<Abi>& call, nt::Handle EventHandle) {
    return NtSetEvent<Abi>(call, EventHandle, {}); // priorities are the host's affair
}

template<class Abi>
Status NtResetEvent(Call<Abi>& call, nt::Handle EventHandle, UserPtr<std::int32_t> PreviousState) {
    return change_object<ob::Event>(call, EventHandle, ob::access::event_modify_state, PreviousState,
                                    [](ob::Event& object) { return object.event.reset(); });
}

template<class Abi>
Status NtClearEvent(Call<Abi>& call, nt::Handle EventHandle) {
    return NtResetEvent<Abi>(call, EventHandle, {});
}

template<class Abi>
Status NtPulseEvent(Call<Abi>& call, nt::Handle EventHandle, UserPtr<std::int32_t> PreviousState) {
    return change_object<ob::Event>(call, EventHandle, ob::access::event_modify_state, PreviousState,
                                    [](ob::Event& object) { return object.event.pulse(); });
}

template<class Abi>
Status NtQueryEvent(Call<Abi>& call, nt::Handle EventHandle, std::uint32_t EventInformationClass,
                    Address EventInformation, std::uint32_t EventInformationLength,
                    UserPtr<std::uint32_t> ReturnLength) {
    if (EventInformationClass != nt::EventBasicInformation) return Status::InvalidInfoClass;
    if (EventInformationLength != sizeof(nt::EVENT_BASIC_INFORMATION)) return Status::InfoLengthMismatch;
    const auto object =
        TRY(call.process.handles.template lookup<ob::Event>(EventHandle, ob::access::event_query_state));
    return answer_query(
        EventInformation, EventInformationLength, ReturnLength,
        nt::EVENT_BASIC_INFORMATION{static_cast<std::uint32_t>(object->event.kind()), object->event.is_set()});
}

} // namespace oriel::services

#include "generated/services/event.inst.inc"
