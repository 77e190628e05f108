// SPDX-License-Identifier: MIT
// address_space_protect.cpp: changing the protection of committed pages.
//
// A private page takes any protection but the copying ones. A page of a data view takes what the view was mapped
// for (Protection::covers), and keeps its section's caching. A page of an image takes anything, but "writable" means that a private copy
// is made at the first write: PAGE_READWRITE on a page not yet copied reads back as PAGE_WRITECOPY.
#include <ntdll-emu/mm/address_space.h>

namespace oriel::mm {

namespace {

Protection protection_for(const Vad& vad, const PageState& state, Protection wanted) {
    if (vad.is_view()) wanted = wanted.with_caching_of(vad.protection);
    if (state.copied) return wanted.after_copy();
    const bool copies = vad.kind == VadKind::Image && !state.shared;
    return copies ? wanted.copying_on_write() : wanted;
}

NtResult<> may_protect(const Vad& vad, Protection wanted) {
    if (vad.kind == VadKind::System) return Status::InvalidPageProtection;
    // "AWE virtual addresses are always read/write and cannot be protected" ("Address Windowing Extensions").
    if (vad.kind == VadKind::Physical && !(wanted == vad.protection)) return Status::InvalidPageProtection;
    if (vad.no_change && !(wanted == vad.protection)) return Status::InvalidPageProtection;
    if (vad.is_private() && wanted.is_write_copy()) return Status::InvalidPageProtection;
    if (vad.kind == VadKind::View && !vad.protection.covers(wanted)) return Status::SectionProtection;
    return {};
}

bool is_committed(const PageState& state) { return state.committed; }

} // namespace

NtResult<Protection> AddressSpace::protect(PageRange range, Protection protection) {
    return m_vads.with([&](VadTree& vads) -> NtResult<Protection> {
        Vad* const vad = vads.find(range.base());
        if (!vad || vad->kind == VadKind::Inaccessible || !vad->range.contains(range))
            return Status::ConflictingAddresses;
        TRY(adopt_commitment(*vad));
        const std::uint64_t first = vad->page_of(range.base());
        if (!vad->pages.all_of(first, range.pages(), is_committed)) return Status::NotCommitted;
        TRY(may_protect(*vad, protection));
        adopt_copies(*vad, first, range.pages());
        const Protection old = vad->pages.at(first).protection;
        TRY(m_changer.change(*vad, first, range.pages(), [&](const PageState& state) {
            PageState next = state;
            next.protection = protection_for(*vad, state, protection);
            return next;
        }));
        return old;
    });
}

NtResult<> AddressSpace::reset(PageRange range) {
    return m_vads.with([&](VadTree& vads) -> NtResult<> {
        const Vad* const vad = vads.find(range.base());
        if (!vad || vad->kind == VadKind::Inaccessible || !vad->range.contains(range))
            return Status::ConflictingAddresses;
        if (vad->is_view() && vad->view.section->kind() != SectionKind::PageFile) return Status::UserMappedFile;
        return {};
    });
}

} // namespace oriel::mm
