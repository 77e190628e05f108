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
        Vad* const vad = vads.find(base);
        if (!vad || vad->kind == VadKind::Inaccessible) return Status::MemoryNotAllocated;
        if (!vad->is_private()) return Status::UnableToDeleteSection;
        PageRange range = vad->range;
        if (bytes != 0) {
            const auto covering = PageRange::covering(base, bytes);
            if (!covering || !vad->range.contains(*covering)) return Status::UnableToFreeVm;
            range = *covering;
        } else if (base.page() != vad->range.base()) {
            return Status::FreeVmNotAtBase;
        }
        if (kind == FreeKind::Decommit)
            TRY(m_changer.decommit(*vad, vad->page_of(range.base()), range.pages()));
        else
            TRY(release_part(vads, *vad, range, released));
        return range;
    });
}

NtResult<> AddressSpace::release_part(VadTree& vads, Vad& vad, PageRange range, VadTree::Node& released) {
    const bool whole = range == vad.range;
    // A write-watched reservation cannot be cut: its watch covers the whole.
    if (!whole && vad.write_watched) return Status::FreeVmNotAtBase;

    const auto remaining = [&](PageRange part) {
        if (part.empty()) return VadTree::Node();
        Vad rest(part, vad.kind, vad.protection, vad.pages.slice(vad.page_of(part.base()), part.pages()));
        return VadTree::make_node(std::move(rest));
    };
    VadTree::Node below = remaining(PageRange(vad.range.base(), range.base() - vad.range.base()));
    VadTree::Node above = remaining(PageRange(range.end(), vad.range.end() - range.end()));
    TRY(m_changer.dismantle(vad, range));
    released = vads.extract(vad.range.base());
    if (below) vads.insert(std::move(below));
    if (above) vads.insert(std::move(above));
    return {};
}

} // namespace oriel::mm
