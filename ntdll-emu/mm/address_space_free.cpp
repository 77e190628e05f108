// SPDX-License-Identifier: MIT
// address_space_free.cpp: decommitting pages, and releasing reservations or parts of them.
//
// VirtualFree releases a whole reservation only; the NT service behind it also takes a part away from one, which
// shortens it or splits it in two. Each remaining piece is then a reservation with a base of its own.
#include <ntdll-emu/mm/address_space.h>

namespace oriel::mm {

NtResult<PageRange> AddressSpace::free(Address base, std::uint64_t bytes, FreeKind kind) {
    VadTree::Node released; // destroyed after the lock is given back
    return m_vads.with([&](VadTree& vads) -> NtResult<PageRange> {
        PageRange range;
        Vad& vad = *TRY(reservation_part(vads, base, bytes, range));
        if (kind == FreeKind::Release) {
            TRY(release_part(vads, vad, range, released));
            return range;
        }
        // Windows and large pages are there as a whole, or not at all.
        if (!vad.is_private() || vad.large_pages) return Status::MemoryNotAllocated;
        vad.locked.reserve_for_change();
        TRY(m_changer.decommit(vad, vad.page_of(range.base()), range.pages()));
        forget_locks_in(vad, range);
        return range;
    });
}

NtResult<Vad*> AddressSpace::reservation_part(VadTree& vads, Address base, std::uint64_t bytes, PageRange& range) {
    Vad* const vad = vads.find(base);
    if (!vad || vad->kind == VadKind::Inaccessible) return Status::MemoryNotAllocated;
    if (!vad->is_reservation()) return Status::UnableToDeleteSection;
    range = vad->range;
    if (bytes != 0) {
        const auto covering = PageRange::covering(base, bytes);
        if (!covering || !vad->range.contains(*covering)) return Status::UnableToFreeVm;
        range = *covering;
    } else if (base.page() != vad->range.base()) {
        return Status::FreeVmNotAtBase;
    }
    return vad;
}

NtResult<> AddressSpace::release_part(VadTree& vads, Vad& vad, PageRange range, VadTree::Node& released) {
    const bool whole = range == vad.range;
    // A watch covers the whole reservation, a window and large pages are one piece: they cannot be cut.
    const bool one_piece = vad.write_watched || vad.large_pages || vad.kind == VadKind::Physical;
    if (!whole && one_piece) return Status::FreeVmNotAtBase;

    const auto remaining = [&](PageRange part) {
        if (part.empty()) return VadTree::Node();
        const std::uint64_t first = vad.page_of(part.base());
        Vad rest(part, vad.kind, vad.protection, vad.pages.slice(first, part.pages()));
        rest.placeholder = vad.placeholder;
        if (vad.locked.pages() != 0) rest.locked = vad.locked.slice(first, part.pages());
        return VadTree::make_node(std::move(rest));
    };
    VadTree::Node below = remaining(PageRange(vad.range.base(), range.base() - vad.range.base()));
    VadTree::Node above = remaining(PageRange(range.end(), vad.range.end() - range.end()));
    vad.locked.reserve_for_change();
    TRY(m_changer.dismantle(vad, range));
    forget_what_is_in(vad, range);
    released = vads.extract(vad.range.base());
    if (below) vads.insert(std::move(below));
    if (above) vads.insert(std::move(above));
    return {};
}

void AddressSpace::forget_what_is_in(Vad& vad, PageRange range) {
    forget_locks_in(vad, range);
    if (vad.kind == VadKind::Physical) forget_frames_in(vad);
}

} // namespace oriel::mm
