// SPDX-License-Identifier: MIT
// address_space_view.cpp: mapping sections, and unmapping them.
//
// How a section's pages lie (Section::layout) can take reading a file, which must not happen under the lock. So a
// view comes about in three steps: the range is taken by a claim that no service can remove; the layout is
// made without the lock; then the view takes the claim's place, or the claim goes (and the placeholder comes back,
// where the view was to replace one: address_space_placeholder.cpp).
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/placeholder.h>
#include <ntdll-emu/mm/undo.h>

#include <nt/memory.h>
#include <oriel/debugger_probe.h>

// What debugger_probe.h declares: raised by a debugger, never by us.
[[gnu::section(".probes"), gnu::used]] volatile std::uint16_t oriel_probe_image_wanted = 0;

namespace oriel::mm {

namespace {

/// How many bytes the view has. Statuses: InvalidViewSize.
NtResult<std::uint64_t> view_bytes(const Section& section, const ViewRequest& request) {
    if (section.kind() == SectionKind::Image) return section.size();
    const std::uint64_t size = section.size();
    if (request.offset >= size) return Status::InvalidViewSize;
    if (request.bytes > size - request.offset) return Status::InvalidViewSize;
    return align_up(request.bytes != 0 ? request.bytes : size - request.offset, page_size);
}

Vad claim_on(PageRange range) {
    return Vad(range, VadKind::Inaccessible, Protection(), PageRuns(range.pages(), PageState::reserved()));
}

/// What its section says about caching is part of a view's protection (observed of SEC_NOCACHE).
Protection caching_of(const Section& section) {
    std::uint32_t constants = nt::PAGE_READONLY;
    if (section.attributes() & nt::SEC_NOCACHE) constants |= nt::PAGE_NOCACHE;
    else if (section.attributes() & nt::SEC_WRITECOMBINE) constants |= nt::PAGE_WRITECOMBINE;
    return Protection::decode(constants).value();
}

Vad view_vad(PageRange range, const ob::Ref<Section>& section, const ViewRequest& request,
             std::shared_ptr<const ViewLayout> layout) {
    const bool is_image = section->kind() == SectionKind::Image;
    const Protection protection = is_image ? Protection(PageAccess::ExecuteWriteCopy) : request.protection;
    PageRuns pages(range.pages(), PageState::reserved());
    for (const ViewPiece& piece : layout->pieces) {
        pages.reserve_for_change();
        pages.set(piece.first_page, piece.pages, piece.state);
    }
    Vad vad(range, is_image ? VadKind::Image : VadKind::View, protection, std::move(pages));
    vad.view = {section, request.offset, std::move(layout)};
    if (request.placeholder == PlaceholderUse::Replace) vad.placeholder = PlaceholderRole::Replaced;
    vad.no_change = request.no_change || (section->attributes() & nt::SEC_NO_CHANGE) != 0;
    return vad;
}

} // namespace

NtResult<Address> AddressSpace::place_image(const VadTree& vads, const Section& section,
                                            const PlacementLimits& limits) const {
    const PageRange preferred(Address(section.image()->preferred_base), section.size());
    const bool inside_limits = preferred.base() >= limits.lowest && preferred.end() <= limits.end;
    if (inside_limits && !vads.first_overlapping(preferred)) return preferred.base();
    auto apart = place(vads, section.size(), limits.within(m_options.image_area, limits.end));
    if (apart.ok()) return apart;
    return place(vads, section.size(), limits);
}

NtResult<PageRange> AddressSpace::choose_view(const VadTree& vads, const Section& section,
                                              const ViewRequest& request) const {
    const std::uint64_t bytes = TRY(view_bytes(section, request));
    const PlacementLimits limits = inside(request.limits);
    if (request.base.is_null()) {
        const bool is_image = section.kind() == SectionKind::Image;
        return PageRange(is_image ? TRY(place_image(vads, section, limits)) : TRY(place(vads, bytes, limits)), bytes);
    }
    if (request.placeholder == PlaceholderUse::Replace) {
        const PageRange range(request.base, bytes);
        TRY(placeholder_at(vads, range));
        return range;
    }
    const PageRange range(request.base.granule(), bytes);
    if (range.base() < m_options.lowest || range.end() > m_options.end) return Status::ConflictingAddresses;
    if (vads.first_overlapping(range)) return Status::ConflictingAddresses;
    return range;
}

NtResult<MappedView> AddressSpace::map_view(const ob::Ref<Section>& section, const ViewRequest& wanted) {
    const bool is_image = section->kind() == SectionKind::Image;
    if (!is_image && !section->protection().covers(wanted.protection)) return Status::SectionProtection;
    ViewRequest request = wanted;
    request.protection = wanted.protection.with_caching_of(caching_of(*section));

    VadTree::Node replaced; // the placeholder whose place the view takes, until it has it
    const PageRange range = TRY(m_vads.with([&](VadTree& vads) -> NtResult<PageRange> {
        const PageRange chosen = TRY(choose_view(vads, *section, request));
        VadTree::Node claim = VadTree::make_node(claim_on(chosen));
        if (request.placeholder == PlaceholderUse::Replace) replaced = vads.extract(chosen.base());
        vads.insert(std::move(claim));
        return chosen;
    }));
    Undo take_claim_away([&] {
        m_vads.with([&](VadTree& vads) {
            (void)vads.extract(range.base());
            if (replaced) vads.insert(std::move(replaced));
        });
    });
    auto layout = TRY(section->layout({request.offset, range.pages(), request.protection, range.base()}));
    TRY(put_in_place(VadTree::make_node(view_vad(range, section, request, std::move(layout))), request));
    take_claim_away.dismiss();
    if (is_image && debugger_probe::image_wanted() && section->backing()) {
        const std::u16string name = section->backing()->nt_name();
        debugger_probe::image(range.base().value(), name.data(), name.size());
    }
    const bool moved = is_image && range.base() != Address(section->image()->preferred_base);
    return MappedView{range, moved ? Status::ImageNotAtBase : Status::Success};
}

NtResult<> AddressSpace::put_in_place(VadTree::Node view, const ViewRequest& request) {
    return m_vads.with([&](VadTree& vads) -> NtResult<> {
        TRY(m_changer.establish(view.mapped()));
        VadTree::Node claim = vads.extract(view.key());
        Vad& vad = vads.insert(std::move(view));
        Undo put_back([&] {
            (void)m_changer.dismantle(vad, vad.range);
            view = vads.extract(vad.range.base());
            vads.insert(std::move(claim));
        });
        TRY(adopt_commitment(vad));
        if (request.commit_bytes != 0 && vad.view.section->is_committed_by_page()) {
            const std::uint64_t bytes = std::min(align_up(request.commit_bytes, page_size), vad.range.bytes());
            TRY(commit_in(vad, PageRange(vad.range.base(), bytes), request.protection));
        }
        put_back.dismiss();
        return {};
    });
}

NtResult<> AddressSpace::unmap_view(Address address, UnmapTo to) {
    VadTree::Node unmapped; // its section is released after the lock is given back
    return m_vads.with([&](VadTree& vads) -> NtResult<> {
        Vad* const vad = vads.find(address);
        if (!vad || !vad->is_view()) return Status::NotMappedView;
        VadTree::Node waiting;
        if (to == UnmapTo::Placeholder) {
            if (vad->placeholder != PlaceholderRole::Replaced) return Status::ConflictingAddresses;
            waiting = VadTree::make_node(waiting_placeholder(vad->range));
        }
        vad->locked.reserve_for_change();
        TRY(m_changer.dismantle(*vad, vad->range));
        forget_locks_in(*vad, vad->range);
        unmapped = vads.extract(vad->range.base());
        if (waiting) vads.insert(std::move(waiting));
        return {};
    });
}

NtResult<PageRange> AddressSpace::flush(Address address, std::uint64_t bytes) {
    struct FileRange {
        ob::Ref<Section> section;
        PageRange pages;
        std::uint64_t offset;
    };
    const auto found = TRY(m_vads.with([&](VadTree& vads) -> NtResult<FileRange> {
        const Vad* const vad = vads.find(address);
        if (!vad) return Status::NotMappedView;
        if (!vad->is_view() || vad->view.section->kind() == SectionKind::PageFile) return Status::NotMappedData;
        auto range = PageRange::covering(address, bytes != 0 ? bytes : vad->range.end() - address);
        if (!range || !vad->range.contains(*range)) return Status::NotMappedView;
        return FileRange{vad->view.section, *range, vad->view.offset + (range->base() - vad->range.base())};
    }));
    // Views and the file are one to the host; what is left to do is to get it to the disk.
    if (found.section->kind() == SectionKind::DataFile)
        TRY(found.section->backing()->flush(found.offset, found.pages.bytes()));
    return found.pages;
}

} // namespace oriel::mm
