// SPDX-License-Identifier: MIT
// semaphore.cpp: the services of semaphores.
#include <ntdll-emu/ob/sync_objects.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/sync.h>

namespace oriel::services {

template<class Abi>
Status NtCreateSemaphore(Call<Abi>& call, UserPtr<nt::uptr<Abi>> SemaphoreHandle, std::uint32_t DesiredAccess,
                         UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, std::int32_t InitialCount,
                         std::int32_t MaximumCount) {
    if (MaximumCount <= 0 || InitialCount < 0 || InitialCount > MaximumCount) return Status::InvalidParameter;
    return create_object(call, SemaphoreHandle, DesiredAccess, ObjectAttributes, [&] {
        return ob::make<ob::Semaphore>(call.process.kernel_dispatcher, InitialCount, MaximumCount);
    });
}

template<class Abi>
Status NtOpenSemaphore(Call<Abi>& call, UserPtr<nt::uptr<Abi>> SemaphoreHandle, std::uint32_t DesiredAccess,
                       UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::Semaphore>(call, SemaphoreHandle, DesiredAccess, ObjectAttributes);
}

template<class Abi>
Status NtReleaseSemaphore(Call<Abi>& call, nt::Handle SemaphoreHandle, std::int32_t ReleaseCount,
                          UserPtr<std::int32_t> PreviousCount) {
    TRY(probe_for_write(PreviousCount));
    if (ReleaseCount <= 0) return Status::InvalidParameter;
    const auto object =
        TRY(call.process.handles.template lookup<ob::Semaphore>(SemaphoreHandle, ob::access::semaphore_modify_state));
    const std::int32_t before = TRY(object->semaphore.release(ReleaseCount));
    TRY(PreviousCount.store_if_present(before));
    return Status::Success;
}

template<class Abi>
Status NtQuerySemaphore(Call<Abi>& call, nt::Handle SemaphoreHandle, std::uint32_t SemaphoreInformationClass,
                        Address SemaphoreInformation, std::uint32_t SemaphoreInformationLength,
                        UserPtr<std::uint32_t> ReturnLength) {
    if (SemaphoreInformationClass != nt::SemaphoreBasicInformation) return Status::InvalidInfoClass;
    if (SemaphoreInformationLength != sizeof(nt::SEMAPHORE_BASIC_INFORMATION)) return Status::InfoLengthMismatch;
    const auto object =
        TRY(call.process.handles.template lookup<ob::Semaphore>(SemaphoreHandle, ob::access::semaphore_query_state));
    const auto state = object->semaphore.state();
    return answer_query(SemaphoreInformation, SemaphoreInformationLength, ReturnLength,
                        nt::SEMAPHORE_BASIC_INFORMATION{state.count, state.limit});
}

} // namespace oriel::services

#include "generated/services/semaphore.inst.inc"
