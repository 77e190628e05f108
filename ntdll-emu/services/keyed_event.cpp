// SPDX-License-Identifier: MIT
// keyed_event.cpp: the services of keyed events.
//
// Without a handle they use the one keyed event that is always there, by a name that tells what it was
// first made for: critical sections that could not get an event of their own.
#include <ntdll-emu/ob/sync_objects.h>
#include <ntdll-emu/services/object_handle.h>

namespace oriel::services {

namespace {

constexpr std::u16string_view standing_name = u"\\KernelObjects\\CritSecOutOfMemoryEvent";

template<class Abi>
NtResult<ob::Ref<ob::KeyedEvent>> keyed_event_from(Call<Abi>& call, nt::Handle handle, ob::AccessMask access) {
    if (handle != nt::null_handle) return call.process.handles.template lookup<ob::KeyedEvent>(handle, access);
    const ob::NameRequest request{standing_name, nullptr, nt::OBJ_OPENIF | nt::OBJ_PERMANENT};
    auto found = call.process.names.open(request, &ob::KeyedEvent::object_type);
    if (!found.ok()) {
        found = call.process.names.insert(request, ob::make<ob::KeyedEvent>(call.process.kernel_dispatcher));
    }
    return ob::ref_cast<ob::KeyedEvent>(TRY(std::move(found)).object);
}

template<class Abi>
NtResult<ke::KeyedEvent::Meeting> capture_meeting(Address key, bool alertable, UserPtr<std::int64_t> timeout) {
    if (key.value() & 1) return Status::InvalidParameter1;
    return ke::KeyedEvent::Meeting{key.value(), alertable ? ke::Alertable::Yes : ke::Alertable::No,
                                   TRY(capture_timeout(timeout))};
}

} // namespace

template<class Abi>
Status NtCreateKeyedEvent(Call<Abi>& call, UserPtr<nt::uptr<Abi>> KeyedEventHandle, std::uint32_t DesiredAccess,
                          UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, std::uint32_t Flags) {
    if (Flags != 0) return Status::InvalidParameter4;
    return create_object(call, KeyedEventHandle, DesiredAccess, ObjectAttributes,
                         [&] { return ob::make<ob::KeyedEvent>(call.process.kernel_dispatcher); });
}

template<class Abi>
Status NtOpenKeyedEvent(Call<Abi>& call, UserPtr<nt::uptr<Abi>> KeyedEventHandle, std::uint32_t DesiredAccess,
                        UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::KeyedEvent>(call, KeyedEventHandle, DesiredAccess, ObjectAttributes);
}

template<class Abi>
Status NtWaitForKeyedEvent(Call<Abi>& call, nt::Handle KeyedEventHandle, Address KeyValue, bool Alertable,
                           UserPtr<std::int64_t> Timeout) {
    const auto meeting = TRY(capture_meeting<Abi>(KeyValue, Alertable, Timeout));
    const auto object = TRY(keyed_event_from(call, KeyedEventHandle, ob::access::keyed_event_wait));
    return object->keyed_event.wait(call.thread.ke(), meeting);
}

template<class Abi>
Status NtReleaseKeyedEvent(Call<Abi>& call, nt::Handle KeyedEventHandle, Address KeyValue, bool Alertable,
                           UserPtr<std::int64_t> Timeout) {
    const auto meeting = TRY(capture_meeting<Abi>(KeyValue, Alertable, Timeout));
    const auto object = TRY(keyed_event_from(call, KeyedEventHandle, ob::access::keyed_event_wake));
    return object->keyed_event.release(call.thread.ke(), meeting);
}

} // namespace oriel::services

#include "generated/services/keyed_event.inst.inc"
