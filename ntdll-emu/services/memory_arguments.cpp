// SPDX-License-Identifier: MIT
#include <ntdll-emu/services/memory_arguments.h>

#include <bit>

namespace oriel::services {

NtResult<> check_user_range(const mm::AddressSpace& space, const RangeArgument& range, EmptyRange empty,
                            const RangeStatuses& statuses) {
    const Address highest = space.highest_user_address();
    if (range.base > highest) return statuses.bad_base;
    if (highest - range.base + 1 < range.bytes) return statuses.bad_size;
    if (range.bytes == 0 && empty == EmptyRange::Refused) return statuses.bad_size;
    return {};
}

PageRange pages_of(const RangeArgument& range) {
    const Address first = range.base.page();
    return PageRange(first, (range.base + range.bytes).next_page() - first);
}

NtResult<> check_attribute_flags(std::uint64_t flags) {
    constexpr std::uint64_t graphics = 0x1, zero_pages_optional = 0x4, soft_fault_pages = 0x20;
    if ((flags & ~(graphics | zero_pages_optional | soft_fault_pages)) != 0) return Status::InvalidParameter;
    return {};
}

NtResult<> check_image_machine(std::uint64_t machine) {
    constexpr std::uint64_t amd64 = 0x8664;
    if (machine != 0 && machine != amd64) return Status::NotSupported;
    return {};
}

NtResult<mm::PlacementLimits> limits_from_zero_bits(std::uint64_t zero_bits, Status bad) {
    constexpr std::uint64_t most_bits = 21;
    constexpr std::uint64_t first_mask = 32;
    mm::PlacementLimits limits;
    if (zero_bits == 0) return limits;
    if (zero_bits > most_bits && zero_bits < first_mask) return bad;
    if (zero_bits <= most_bits)
        limits.end = Address((std::uint64_t{1} << 32) >> zero_bits);
    else if (std::bit_width(zero_bits) < 64)
        limits.end = Address(std::bit_floor(zero_bits) * 2);
    return limits;
}

NtResult<mm::PlacementLimits> limits_from_requirements(Address lowest, Address last, std::uint64_t alignment,
                                                       Address highest) {
    const bool good_alignment =
        alignment == 0 || (std::has_single_bit(alignment) && alignment >= allocation_granularity);
    const bool good_lowest = is_aligned(lowest.value(), allocation_granularity);
    const bool good_last = last.is_null() || is_aligned(last.value() + 1, page_size);
    if (!good_alignment || !good_lowest || !good_last) return Status::InvalidParameter;
    if (last > highest || lowest > highest || (!last.is_null() && lowest >= last)) return Status::InvalidParameter;
    mm::PlacementLimits limits;
    if (!lowest.is_null()) limits.lowest = lowest;
    if (!last.is_null()) limits.end = last + 1;
    if (alignment != 0) limits.alignment = alignment;
    return limits;
}

} // namespace oriel::services
