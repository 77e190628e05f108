// SPDX-License-Identifier: MIT
// object_handle.h: what the services of all object types have in common: making a handle to an object
// that is created or opened by name, and finding the object behind a handle.
//
// Creating is opening where the caller allows it (OBJ_OPENIF): then the handle leads to the object that
// had the name already, and the status is STATUS_OBJECT_NAME_EXISTS, which is a success.
#pragma once

#include <ntdll-emu/services/call.h>
#include <ntdll-emu/services/capture.h>

#include <type_traits>

namespace oriel::services {

/// Makes a handle and tells the guest. If that cannot be told, there is no handle either.
template<class Abi>
NtResult<> give_handle(Call<Abi>& call, UserPtr<nt::uptr<Abi>> out, const ob::Found& found, ob::AccessMask desired,
                       std::uint32_t attributes) {
    const ob::AccessMask granted = found.object->type().granted(desired);
    const nt::Handle handle = TRY(call.process.handles.insert(found.object, granted, attributes));
    const auto told = out.store(static_cast<nt::uptr<Abi>>(handle));
    if (!told.ok()) (void)call.process.handles.close(handle).ok();
    return told;
}

/// Gives the object that `make()` makes a name (if attributes has one) and a handle.
template<class Abi, class Make>
Status create_object(Call<Abi>& call, UserPtr<nt::uptr<Abi>> out, ob::AccessMask desired,
                     UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> attributes, Make&& make) {
    const auto captured = TRY(capture_optional_object_attributes<Abi>(attributes));
    if (captured.attributes & nt::OBJ_PERMANENT) return Status::PrivilegeNotHeld; // SeCreatePermanentPrivilege
    const auto request = TRY(captured.request(call.process.handles));
    const ob::Found found = TRY(call.process.names.insert(request, make()));
    if (found.existed && desired == 0) return Status::AccessDenied;
    TRY(give_handle(call, out, found, desired, captured.attributes));
    return found.existed ? Status::ObjectNameExists : Status::Success;
}

/// Opens an object of type T by name.
template<class T, class Abi>
Status open_object(Call<Abi>& call, UserPtr<nt::uptr<Abi>> out, ob::AccessMask desired,
                   UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> attributes) {
    const auto captured = TRY(capture_object_attributes<Abi>(attributes));
    const auto request = TRY(captured.request(call.process.handles));
    const ob::Found found = TRY(call.process.names.open(request, &T::object_type));
    if (desired == 0) return Status::AccessDenied; // whoever asks for nothing is given nothing
    TRY(give_handle(call, out, found, desired, captured.attributes));
    return Status::Success;
}

/// The object behind a handle of any type; the two pseudo handles lead to the caller's own objects.
/// Statuses: InvalidHandle, AccessDenied.
template<class Abi>
NtResult<ob::Ref<ob::Object>> object_from(Call<Abi>& call, nt::Handle handle, ob::AccessMask access) {
    if (handle == nt::current_process_handle) return ob::Ref<ob::Object>(call.process);
    if (handle == nt::current_thread_handle) return ob::Ref<ob::Object>(call.thread);
    return call.process.handles.lookup_any(handle, access);
}

/// All that a handle of `owner` stands for. A pseudo handle stands for full access to the caller's own process or
/// thread. Statuses: InvalidHandle.
template<class Abi>
NtResult<ob::HandleTable::Entry> entry_from(Call<Abi>& call, ps::Process& owner, nt::Handle handle) {
    if (handle == nt::current_process_handle || handle == nt::current_thread_handle) {
        ob::Ref<ob::Object> own = TRY(object_from(call, handle, 0));
        const ob::AccessMask all = own->type().valid;
        return ob::HandleTable::Entry{std::move(own), all, 0};
    }
    return owner.handles.entry(handle);
}

/// A query whose answer is one structure: its length must fit exactly.
/// Statuses: InfoLengthMismatch, AccessViolation.
template<class Information>
Status answer_query(Address buffer, std::uint32_t length, UserPtr<std::uint32_t> return_length,
                    const Information& information) {
    if (length != sizeof information) return Status::InfoLengthMismatch;
    TRY(UserPtr<Information>(buffer).store(information));
    TRY(return_length.store_if_present(sizeof information));
    return Status::Success;
}

/// NT's ProbeForWrite of an optional out parameter: fails before anything is changed, where storing the
/// answer would fail afterwards. Statuses: AccessViolation.
template<class T>
NtResult<> probe_for_write(UserPtr<T> out) {
    if (out.is_null()) return {};
    return out.store(TRY(out.capture()));
}

/// Changes the T behind a handle by `change(object)`, and tells the caller, who may not want to know, what that answers:
/// the state before.
template<class T, class Abi, class State, class Change>
Status change_object(Call<Abi>& call, nt::Handle handle, ob::AccessMask access, UserPtr<State> before, Change&& change) {
    TRY(probe_for_write(before));
    const auto object = TRY(call.process.handles.template lookup<T>(handle, access));
    return before.store_if_present(change(*object)).status();
}

/// An optional timeout of a service that waits.
inline NtResult<ke::Timeout> capture_timeout(UserPtr<std::int64_t> timeout) {
    if (timeout.is_null()) return ke::Timeout::infinite();
    return ke::Timeout::from_nt(TRY(timeout.capture()));
}

} // namespace oriel::services
