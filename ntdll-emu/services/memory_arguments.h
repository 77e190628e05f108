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

/// What extended parameters are for.
struct ExtendedUse {
    enum class Purpose { Allocation, View };
    Purpose purpose = Purpose::Allocation;
    bool base_given = false;
    Address highest; ///< the highest user address
};

/// MemExtendedParameterAttributeFlags: what is a wish, or asks for nothing special. Statuses: InvalidParameter.
NtResult<> check_attribute_flags(std::uint64_t flags);
/// MemExtendedParameterImageMachine: 0, or ours. Statuses: NotSupported.
NtResult<> check_image_machine(std::uint64_t machine);

/// VirtualAlloc2's and MapViewOfFile3's extended parameters, each kind once. Statuses: InvalidParameter, NotSupported.
template<class Abi>
NtResult<mm::PlacementLimits> limits_from_extended(UserPtr<nt::MEM_EXTENDED_PARAMETER<Abi>> parameters,
                                                   std::uint32_t count, const ExtendedUse& use) {
    constexpr std::uint32_t most_parameters = 16;
    const bool for_view = use.purpose == ExtendedUse::Purpose::View;
    mm::PlacementLimits limits;
    if (count == 0) return limits;
    if (parameters.is_null() || count > most_parameters) return Status::InvalidParameter;
    std::uint64_t seen = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto parameter = TRY((parameters + i).capture());
        const std::uint64_t type = parameter.Type;
        // The 56 bits above the type are reserved, and a kind that comes twice contradicts itself.
        if (type >= 64 || (seen & std::uint64_t{1} << type) != 0) return Status::InvalidParameter;
        seen |= std::uint64_t{1} << type;
        if (type == nt::MemExtendedParameterNumaNode) continue; // a wish that changes nothing a program can see
        if (type == nt::MemExtendedParameterAttributeFlags) {
            TRY(check_attribute_flags(parameter.Value));
        } else if (type == nt::MemExtendedParameterImageMachine && for_view) {
            TRY(check_image_machine(parameter.Value));
        } else if (type == nt::MemExtendedParameterAddressRequirements) {
            const auto wanted = TRY(UserPtr<nt::MEM_ADDRESS_REQUIREMENTS<Abi>>(Address(parameter.Value)).capture());
            const bool asks = wanted.LowestStartingAddress != 0 || wanted.HighestEndingAddress != 0 || wanted.Alignment != 0;
            if (asks && use.base_given) return Status::InvalidParameter;
            if (wanted.Alignment != 0 && for_view) return Status::InvalidParameter;
            limits = TRY(limits_from_requirements(Address(wanted.LowestStartingAddress),
                                                  Address(wanted.HighestEndingAddress), wanted.Alignment, use.highest));
        } else {
            return Status::InvalidParameter;
        }
    }
    return limits;
}

} // namespace oriel::services
