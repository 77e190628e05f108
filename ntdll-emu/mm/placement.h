// SPDX-License-Identifier: MIT
// placement.h: where a reservation or view goes when the program does not say.
//
// NT takes the lowest free range that is large enough, on a multiple of 64 KiB; with MEM_TOP_DOWN the highest.
// Limits come from the process (a 32-bit one ends at 2 or 4 GiB), from ZeroBits, and from
// MEM_ADDRESS_REQUIREMENTS.
//
// We do not randomise: the same program gets the same addresses in every run, so two traces can be compared.
// Source: "VirtualAlloc function" (MEM_TOP_DOWN), "MEM_ADDRESS_REQUIREMENTS structure", Microsoft documentation.
#pragma once

#include <ntdll-emu/mm/vad_tree.h>

namespace oriel::mm {

enum class SearchDirection : std::uint8_t { BottomUp, TopDown };

struct PlacementLimits {
    Address lowest{allocation_granularity}; ///< no page of the result lies below
    Address end{~std::uint64_t{0}};         ///< exclusive: no page of the result lies at or above
    std::uint64_t alignment = allocation_granularity;
    SearchDirection direction = SearchDirection::BottomUp;

    /// The stricter of both.
    [[nodiscard]] PlacementLimits within(Address low, Address high_end) const;
};

/// The base for `bytes` (page-aligned, not 0). Every whole granule of the result is free, not only its pages.
/// Statuses: NoMemory when there is no such range.
NtResult<Address> place(const VadTree& vads, std::uint64_t bytes, const PlacementLimits& limits);

} // namespace oriel::mm
