// SPDX-License-Identifier: MIT
// address_space_query.cpp: what NtQueryVirtualMemory tells.
//
// A region begins at the page that was asked for and goes on as long as state, protection and reservation stay the
// same; pages before the one asked for are never part of the answer.
#include <ntdll-emu/mm/address_space.h>

namespace oriel::mm {

namespace {

RegionType type_of(const Vad& vad) {
    switch (vad.kind) {
    case VadKind::View:
        return RegionType::Mapped;
    case VadKind::Image:
        return RegionType::Image;
    default:
        return RegionType::Private;
    }
}

RegionInfo free_region(const VadTree& vads, Address page, Address end) {
    const Vad* const next = vads.first_above(page);
    const Address until = next ? next->range.base() : end;
    return {.range = PageRange(page, until - page), .protection = Protection(PageAccess::NoAccess)};
}

bool looks_alike(const PageState& a, const PageState& b) {
    return a.committed == b.committed && (!a.committed || a.protection == b.protection);
}

RegionInfo region_in(const Vad& vad, Address page) {
    const std::uint64_t first = vad.page_of(page);
    const PageState& state = vad.pages.at(first);
    // Runs that differ only in what the guest cannot see (a page copied, a page written) are one region.
    std::uint64_t end = first;
    while (end < vad.pages.pages() && looks_alike(vad.pages.at(end), state)) end = vad.pages.run_at(end).end();
    return {.range = PageRange(page, (end - first) * page_size),
            .allocation_base = vad.range.base(),
            .allocation_protection = vad.protection,
            .state = state.committed ? RegionState::Committed : RegionState::Reserved,
            .protection = state.protection,
            .type = type_of(vad)};
}

} // namespace

RegionInfo AddressSpace::query(Address address) {
    return m_vads.with([&](VadTree& vads) {
        Vad* const vad = vads.find(address);
        if (!vad) return free_region(vads, address.page(), m_options.end);
        (void)adopt_commitment(*vad);
        adopt_copies_of_region(*vad, vad->page_of(address));
        return region_in(*vad, address.page());
    });
}

NtResult<AllocationInfo> AddressSpace::query_allocation(Address address) {
    return m_vads.with([&](VadTree& vads) -> NtResult<AllocationInfo> {
        Vad* const vad = vads.find(address);
        if (!vad) return Status::InvalidAddress;
        (void)adopt_commitment(*vad);
        AllocationInfo info{vad->range, vad->protection, vad->kind, SectionKind::PageFile,
                            vad->committed_pages() * page_size, vad->is_placeholder()};
        if (vad->is_view()) info.section_kind = vad->view.section->kind();
        return info;
    });
}

NtResult<ob::Ref<Section>> AddressSpace::section_at(Address address) {
    return m_vads.with([&](VadTree& vads) -> NtResult<ob::Ref<Section>> {
        const Vad* const vad = vads.find(address);
        if (!vad || !vad->is_view()) return Status::InvalidAddress;
        return vad->view.section;
    });
}

} // namespace oriel::mm
