// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/placement.h>

#include <algorithm>
#include <utility>

namespace oriel::mm {

PlacementLimits PlacementLimits::within(Address low, Address high_end) const {
    PlacementLimits limits = *this;
    limits.lowest = std::max(lowest, low);
    limits.end = std::min(end, high_end);
    return limits;
}

namespace {

bool fits(std::uint64_t base, std::uint64_t bytes, std::uint64_t end) { return base <= end && bytes <= end - base; }

/// The granules that a VAD occupies are not given to another, even where the VAD ends in their middle.
std::uint64_t granule_end(const Vad& vad) { return align_up(vad.range.end().value(), allocation_granularity); }

NtResult<Address> place_bottom_up(const VadTree& vads, std::uint64_t bytes, const PlacementLimits& limits) {
    // Whether the search sees every granule that is not known to be taken, and so may extend that knowledge.
    const bool complete = limits.lowest <= std::max(vads.no_gap_below(), Address(allocation_granularity));
    bool gap_seen = !complete || limits.alignment > allocation_granularity;
    std::uint64_t base = align_up(std::max(limits.lowest, vads.no_gap_below()).value(), limits.alignment);
    while (fits(base, bytes, limits.end.value())) {
        const Vad* const obstacle = vads.first_above(Address(base));
        const std::uint64_t free_until = obstacle ? obstacle->range.base().granule().value() : limits.end.value();
        if (free_until > base && !std::exchange(gap_seen, true)) vads.note_no_gap_below(Address(base));
        if (!obstacle || free_until >= align_up(base + bytes, allocation_granularity)) return Address(base);
        base = align_up(granule_end(*obstacle), limits.alignment);
    }
    return Status::NoMemory;
}

NtResult<Address> place_top_down(const VadTree& vads, std::uint64_t bytes, const PlacementLimits& limits) {
    std::uint64_t end = limits.end.value();
    while (end >= bytes) {
        const std::uint64_t base = align_down(end - bytes, limits.alignment);
        if (base < limits.lowest.value()) return Status::NoMemory;
        const Vad* const obstacle = vads.last_below(Address(align_up(base + bytes, allocation_granularity)));
        if (!obstacle || granule_end(*obstacle) <= base) return Address(base);
        end = align_down(obstacle->range.base().value(), allocation_granularity);
    }
    return Status::NoMemory;
}

} // namespace

NtResult<Address> place(const VadTree& vads, std::uint64_t bytes, const PlacementLimits& limits) {
    return limits.direction == SearchDirection::BottomUp ? place_bottom_up(vads, bytes, limits)
                                                         : place_top_down(vads, bytes, limits);
}

} // namespace oriel::mm
