// SPDX-License-Identifier: MIT
// address_space_placeholder.cpp: reservations that keep a place for something else.
//
// A program that wants two views side by side (a ring buffer that continues where it began) cannot get them by
// releasing a reservation and mapping into the hole: another thread may be quicker. A placeholder is a reservation
// that can be split and joined at any page, and whose parts are replaced, without a gap in time, by an allocation or
// a view; and given back to:
//
//     [        placeholder         ]   VirtualAlloc2(MEM_RESERVE | MEM_RESERVE_PLACEHOLDER)
//     [ placeholder ][ placeholder ]   VirtualFree(MEM_RELEASE | MEM_PRESERVE_PLACEHOLDER), the first half
//     [    view     ][    view     ]   MapViewOfFile3(MEM_REPLACE_PLACEHOLDER), twice
//     [ placeholder ][ placeholder ]   UnmapViewOfFile2(MEM_PRESERVE_PLACEHOLDER), twice
//     [        placeholder         ]   VirtualFree(MEM_RELEASE | MEM_COALESCE_PLACEHOLDERS)
//
// Sources: "VirtualAlloc2 function", "VirtualFree function", "MapViewOfFile3 function", Microsoft documentation; which
// wrong use has which status: observed on Windows 10 by public test suites.
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/placeholder.h>

namespace oriel::mm {

namespace {

/// How many placeholders follow each other from the beginning of `range` to exactly its end; 0 if they do not.
std::size_t placeholders_covering(const VadTree& vads, PageRange range) {
    std::size_t count = 0;
    for (Address at = range.base(); at < range.end(); ++count) {
        const Vad* const vad = vads.find(at);
        if (!vad || vad->range.base() != at || !vad->is_placeholder() || vad->range.end() > range.end()) return 0;
        at = vad->range.end();
    }
    return count;
}

} // namespace

NtResult<PageRange> AddressSpace::free_to_placeholder(Address base, std::uint64_t bytes) {
    VadTree::Node released; // destroyed after the lock is given back
    return m_vads.with([&](VadTree& vads) -> NtResult<PageRange> {
        PageRange range;
        Vad& vad = *TRY(reservation_part(vads, base, bytes, range));
        const bool splits_nothing = vad.is_placeholder() && range == vad.range;
        if (vad.placeholder == PlaceholderRole::None || splits_nothing) return Status::ConflictingAddresses;
        VadTree::Node waiting = VadTree::make_node(waiting_placeholder(range));
        TRY(release_part(vads, vad, range, released));
        vads.insert(std::move(waiting));
        return range;
    });
}

NtResult<PageRange> AddressSpace::coalesce_placeholders(Address base, std::uint64_t bytes) {
    const auto range = PageRange::covering(base, bytes);
    if (!range) return Status::ConflictingAddresses;
    return m_vads.with([&](VadTree& vads) -> NtResult<PageRange> {
        const std::size_t count = placeholders_covering(vads, *range);
        if (count < 2) return Status::ConflictingAddresses;
        VadTree::Node joined = VadTree::make_node(waiting_placeholder(*range));
        for (Address at = range->base(); at < range->end();) at = vads.extract(at).mapped().range.end();
        vads.insert(std::move(joined));
        return *range;
    });
}

} // namespace oriel::mm
