// SPDX-License-Identifier: MIT
// address_space_reserve.cpp: making reservations, and committing their pages.
//
// A reservation costs no host call: its pages are arena, inaccessible already. Committing is one mprotect.
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/placeholder.h>

namespace oriel::mm {

NtResult<PageRange> AddressSpace::choose_range(const VadTree& vads, const ReserveRequest& request) const {
    if (request.base.is_null()) {
        const std::uint64_t bytes = align_up(request.bytes, page_size);
        if (bytes < request.bytes) return Status::NoMemory;
        return PageRange(TRY(place(vads, bytes, inside(request.limits))), bytes);
    }
    if (request.placeholder == PlaceholderUse::Replace) {
        const PageRange range(request.base, align_up(request.bytes, page_size));
        TRY(placeholder_at(vads, range));
        return range;
    }
    const Address base = request.base.granule();
    const PageRange range(base, (request.base + request.bytes).next_page() - base);
    if (base < m_options.lowest || range.end() > m_options.end) return Status::ConflictingAddresses;
    if (vads.first_overlapping(range)) return Status::ConflictingAddresses;
    return range;
}

NtResult<PageRange> AddressSpace::reserve(const ReserveRequest& request) {
    if (request.protection.is_write_copy()) return Status::InvalidPageProtection; // there is nothing to copy from
    return m_vads.with([&](VadTree& vads) -> NtResult<PageRange> {
        const PageRange range = TRY(choose_range(vads, request));
        const bool commits = request.commitment == Commitment::ReserveAndCommit;
        const PageState state = commits ? PageState::committed_with(request.protection) : PageState::reserved();
        Vad vad(range, request.kind, request.protection, PageRuns(range.pages(), state));
        vad.write_watched = request.write_watch == WriteWatch::On;
        vad.large_pages = request.page_size == PageSize::Large;
        if (request.placeholder == PlaceholderUse::Make) vad.placeholder = PlaceholderRole::Waiting;
        if (request.placeholder == PlaceholderUse::Replace) vad.placeholder = PlaceholderRole::Replaced;
        auto node = VadTree::make_node(std::move(vad));
        TRY(m_changer.establish(node.mapped()));
        if (request.placeholder == PlaceholderUse::Replace) (void)vads.extract(range.base());
        vads.insert(std::move(node));
        return range;
    });
}

NtResult<> AddressSpace::commit(PageRange range, Protection protection) {
    return m_vads.with([&](VadTree& vads) -> NtResult<> {
        Vad* const vad = vads.find(range.base());
        if (!vad || !vad->range.contains(range)) return Status::ConflictingAddresses;
        return commit_in(*vad, range, protection);
    });
}

NtResult<> AddressSpace::commit_in(Vad& vad, PageRange range, Protection protection) {
    const std::uint64_t first = vad.page_of(range.base());
    if (!vad.is_private() && !vad.is_view()) return Status::ConflictingAddresses;
    if (vad.is_placeholder()) return Status::ConflictingAddresses;
    if (vad.is_private() && protection.is_write_copy()) return Status::InvalidPageProtection;
    if (vad.is_view()) {
        protection = protection.with_caching_of(vad.protection);
        if (vad.view.section->kind() != SectionKind::PageFile) return Status::AlreadyCommitted;
        if (!vad.protection.covers(protection)) return Status::SectionProtection;
        if (vad.view.section->is_committed_by_page())
            TRY(vad.view.section->commit_pages(vad.view.offset / page_size + first, range.pages()));
    }
    // Committing a page again is no error, and gives it the new protection ("VirtualAlloc function").
    return m_changer.change(vad, first, range.pages(), [&](const PageState& state) {
        PageState next = state;
        next.committed = true;
        next.protection = state.copied ? protection.after_copy() : protection;
        return next;
    });
}

NtResult<> AddressSpace::adopt_commitment(Vad& vad) {
    // Another view of the same section may have committed pages since we looked.
    if (!vad.is_view() || !vad.view.section->is_committed_by_page()) return {};
    const RunMap<bool> committed = vad.view.section->committed_pages(vad.view.offset / page_size, vad.range.pages());
    NtResult<> outcome;
    committed.for_each([&](const RunMap<bool>::Run& run) {
        if (!run.value || !outcome.ok()) return;
        outcome = m_changer.change(vad, run.first, run.count, [&](const PageState& state) {
            return state.committed ? state : PageState::committed_with(vad.protection);
        });
    });
    return outcome;
}

} // namespace oriel::mm
