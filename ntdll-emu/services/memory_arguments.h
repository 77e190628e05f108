// SPDX-License-Identifier: MIT
// memory_arguments.h: the arguments that the memory services have in common.
//
// Nearly all take a process, and a base and a size that they also answer in. NT probes those two pointers for
// writing before it begins, and ignores a failure to write them at the end; capture_range and store_range do the
// same, so a service never fails after it has changed something.
#pragma once

#include <ntdll-emu/mm/placement.h>
#include <ntdll-emu/services/process_handle.h>

#include <nt/memory.h>
#include <nt/memory_information.h>
#include <oriel/page_range.h>

namespace oriel::services {

struct RangeArgument {
    Address base;
    std::uint64_t bytes = 0;
};

/// Captures an inout argument, and makes sure that it can be written. Statuses: AccessViolation.
template<class T>
NtResult<T> capture_inout(UserPtr<T> pointer) {
    const T value = TRY(pointer.capture());
    TRY(pointer.store(value));
    return value;
}

template<class Abi>
NtResult<RangeArgument> capture_range(UserPtr<nt::uptr<Abi>> base, UserPtr<nt::uptr<Abi>> bytes) {
    const std::uint64_t at = TRY(capture_inout(base));
    return RangeArgument{Address(at), TRY(capture_inout(bytes))};
}

template<class Abi>
void store_range(UserPtr<nt::uptr<Abi>> base, UserPtr<nt::uptr<Abi>> bytes, PageRange range) {
    (void)base.store(static_cast<nt::uptr<Abi>>(range.base().value()));
    (void)bytes.store(static_cast<nt::uptr<Abi>>(range.bytes()));
}

/// The statuses that name the parameters of one service.
struct RangeStatuses {
    Status bad_base;
    Status bad_size;
};
enum class EmptyRange { Allowed, Refused };

/// Whether the range lies in user space; the order is NT's.
NtResult<> check_user_range(const mm::AddressSpace& space, const RangeArgument& range, EmptyRange empty,
                            const RangeStatuses& statuses);

/// The pages of a range that check_user_range allowed; not for an empty one.
PageRange pages_of(const RangeArgument& range);

/// ZeroBits: up to 21, how many of the high bits of a 32-bit address are zero; from 32 on, a mask that the address
/// must fit under ("ZwAllocateVirtualMemory function"). Fails with `bad`.
NtResult<mm::PlacementLimits> limits_from_zero_bits(std::uint64_t zero_bits, Status bad);

/// MEM_ADDRESS_REQUIREMENTS: null fields ask for nothing. Statuses: InvalidParameter.
NtResult<mm::PlacementLimits> limits_from_requirements(Address lowest, Address last, std::uint64_t alignment,
                                                       Address highest);

enum class BaseGiven { No, Yes };

/// VirtualAlloc2's extended parameters. `highest`: the highest user address. Statuses: InvalidParameter.
template<class Abi>
NtResult<mm::PlacementLimits> limits_from_extended(UserPtr<nt::MEM_EXTENDED_PARAMETER<Abi>> parameters,
                                                   std::uint32_t count, BaseGiven base, Address highest) {
    constexpr std::uint32_t most_parameters = 16;
    mm::PlacementLimits limits;
    if (count == 0) return limits;
    if (parameters.is_null() || count > most_parameters) return Status::InvalidParameter;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto parameter = TRY((parameters + i).capture());
        const std::uint64_t type = parameter.Type & 0xFF;
        // A NUMA node is a wish that changes nothing a program can see.
        if (type == nt::MemExtendedParameterNumaNode) continue;
        if (type != nt::MemExtendedParameterAddressRequirements || base == BaseGiven::Yes)
            return Status::InvalidParameter;
        const auto wanted = TRY(UserPtr<nt::MEM_ADDRESS_REQUIREMENTS<Abi>>(Address(parameter.Value)).capture());
        limits = TRY(limits_from_requirements(Address(wanted.LowestStartingAddress),
                                              Address(wanted.HighestEndingAddress), wanted.Alignment, highest));
    }
    return limits;
}

} // namespace oriel::services
