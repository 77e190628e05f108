// SPDX-License-Identifier: MIT
// mutant.cpp: the services of mutants.
#include <ntdll-emu/ob/sync_objects.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/sync.h>

namespace oriel::services {

template<class Abi>
Status NtCreateMutant(Call<Abi>& call, UserPtr<nt::uptr<Abi>> MutantHandle, std::uint32_t DesiredAccess,
                      UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, bool InitialOwner) {
    return create_object(call, MutantHandle, DesiredAccess, ObjectAttributes, [&] {
        return ob::make<ob::Mutant>(call.process.kernel_dispatcher, InitialOwner ? &call.thread.ke() : nullptr);
    });
}

template<class Abi>
Status NtOpenMutant(Call<Abi>& call, UserPtr<nt::uptr<Abi>> MutantHandle, std::uint32_t DesiredAccess,
                    UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::Mutant>(call, MutantHandle, DesiredAccess, ObjectAttributes);
}

// Needs no right: only the owner can release, and it got through a wait.
template<class Abi>
Status NtReleaseMutant(Call<Abi>& call, nt::Handle MutantHandle, UserPtr<std::int32_t> PreviousCount) {
    TRY(probe_for_write(PreviousCount));
    const auto object = TRY(call.process.handles.template lookup<ob::Mutant>(MutantHandle, 0));
    const std::int32_t before = TRY(object->mutant.release(call.thread.ke()));
    TRY(PreviousCount.store_if_present(before));
    return Status::Success;
}

template<class Abi>
Status NtQueryMutant(Call<Abi>& call, nt::Handle MutantHandle, std::uint32_t MutantInformationClass,
                     Address MutantInformation, std::uint32_t MutantInformationLength,
                     UserPtr<std::uint32_t> ReturnLength) {
    const std::uint32_t wanted_length = MutantInformationClass == nt::MutantBasicInformation
                                            ? sizeof(nt::MUTANT_BASIC_INFORMATION)
                                            : sizeof(nt::MUTANT_OWNER_INFORMATION<Abi>);
    if (MutantInformationClass > nt::MutantOwnerInformation) return Status::InvalidInfoClass;
    if (MutantInformationLength != wanted_length) return Status::InfoLengthMismatch;
    const auto object =
        TRY(call.process.handles.template lookup<ob::Mutant>(MutantHandle, ob::access::mutant_query_state));
    const auto state = object->mutant.state();

    if (MutantInformationClass == nt::MutantOwnerInformation) {
        nt::MUTANT_OWNER_INFORMATION<Abi> owner{};
        if (state.owner != ke::ThreadSlotId::none) {
            owner.ClientId.UniqueProcess = static_cast<nt::uptr<Abi>>(call.process.id());
            owner.ClientId.UniqueThread = static_cast<nt::uptr<Abi>>(ke::thread_id(state.owner));
        }
        return answer_query(MutantInformation, MutantInformationLength, ReturnLength, owner);
    }
    const bool is_owner = state.owner == call.thread.ke().slot_id();
    return answer_query(MutantInformation, MutantInformationLength, ReturnLength,
                        nt::MUTANT_BASIC_INFORMATION{state.count, is_owner, state.abandoned});
}

} // namespace oriel::services

#include "generated/services/mutant.inst.inc"
