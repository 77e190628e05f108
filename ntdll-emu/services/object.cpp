// SPDX-License-Identifier: MIT
// object.cpp: closing, duplicating and marking handles; permanent names.
#include <ntdll-emu/services/object_handle.h>
#include <ntdll-emu/services/process_handle.h>
#include <nt/object.h>

namespace oriel::services {

namespace {

template<class Abi>
Status duplicate(Call<Abi>& call, ps::Process& source, nt::Handle handle, ps::Process& target,
                 UserPtr<nt::uptr<Abi>> out, ob::AccessMask desired, std::uint32_t attributes,
                 std::uint32_t options) {
    TRY(probe_for_write(out));
    const auto entry = TRY(entry_from(call, source, handle));
    const ob::AccessMask access =
        (options & nt::DUPLICATE_SAME_ACCESS) ? entry.access : entry.object->type().granted(desired);
    const std::uint32_t flags = (options & nt::DUPLICATE_SAME_ATTRIBUTES) ? entry.flags : attributes;
    const nt::Handle copy = TRY(target.handles.insert(entry.object, access, flags));
    const auto told = out.store_if_present(static_cast<nt::uptr<Abi>>(copy));
    if (!told.ok()) (void)target.handles.close(copy).ok();
    return told.status();
}

} // namespace

// Closing a pseudo handle does nothing ("GetCurrentProcess function", Microsoft documentation).
template<class Abi>
Status NtClose(Call<Abi>& call, nt::Handle Handle) {
    if (Handle == nt::current_process_handle || Handle == nt::current_thread_handle) return Status::Success;
    return call.process.handles.close(Handle).status();
}

// DUPLICATE_CLOSE_SOURCE closes the source whatever else happens ("DuplicateHandle function").
template<class Abi>
Status NtDuplicateObject(Call<Abi>& call, nt::Handle SourceProcessHandle, nt::Handle SourceHandle,
                         nt::Handle TargetProcessHandle, UserPtr<nt::uptr<Abi>> TargetHandle,
                         std::uint32_t DesiredAccess, std::uint32_t HandleAttributes, std::uint32_t Options) {
    const auto source = TRY(process_from(call.process, SourceProcessHandle, ps::process_access::duplicate_handle));
    const bool close_source = Options & nt::DUPLICATE_CLOSE_SOURCE;
    if (TargetProcessHandle == nt::null_handle) { // nothing but a close, in another process perhaps
        return close_source ? source->handles.close(SourceHandle).status() : Status::InvalidParameter;
    }

    const auto target = process_from(call.process, TargetProcessHandle, ps::process_access::duplicate_handle);
    const Status status = target.ok() ? duplicate(call, *source, SourceHandle, *target.value(), TargetHandle,
                                                  DesiredAccess, HandleAttributes, Options)
                                      : target.error();
    if (close_source) (void)source->handles.close(SourceHandle).ok();
    return status;
}

template<class Abi>
Status NtSetInformationObject(Call<Abi>& call, nt::Handle Handle, std::uint32_t ObjectInformationClass,
                              Address ObjectInformation, std::uint32_t ObjectInformationLength) {
    using Flags = nt::OBJECT_HANDLE_FLAG_INFORMATION;
    if (ObjectInformationClass != nt::ObjectHandleFlagInformation) return Status::InvalidInfoClass;
    if (ObjectInformationLength != sizeof(Flags)) return Status::InfoLengthMismatch;
    const auto flags = TRY(UserPtr<Flags>(ObjectInformation).capture());
    TRY(call.process.handles.set_flags(Handle, (flags.Inherit ? ob::handle_inherit : 0)
                                                   | (flags.ProtectFromClose ? ob::handle_protect_from_close : 0)));
    return Status::Success;
}

template<class Abi>
Status NtMakeTemporaryObject(Call<Abi>& call, nt::Handle Handle) {
    const auto object = TRY(call.process.handles.lookup_any(Handle, ob::access::delete_object));
    call.process.names.set_permanent(*object, false);
    return Status::Success;
}

// Wants SeCreatePermanentPrivilege, which no user's token has.
template<class Abi>
Status NtMakePermanentObject(Call<Abi>& call, nt::Handle Handle) {
    (void)TRY(call.process.handles.lookup_any(Handle, 0));
    return Status::PrivilegeNotHeld;
}

template<class Abi>
Status NtCompareObjects(Call<Abi>& call, nt::Handle FirstObjectHandle, nt::Handle SecondObjectHandle) {
    const auto first = TRY(object_from(call, FirstObjectHandle, 0));
    const auto second = TRY(object_from(call, SecondObjectHandle, 0));
    return first == second ? Status::Success : Status::NotSameObject;
}

} // namespace oriel::services

#include "generated/services/object.inst.inc"
