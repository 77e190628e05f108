// SPDX-License-Identifier: MIT
// address_space_listing.cpp: the whole address space as a list, for a reader (`oriel vm`).
//
// A copy: it stays as it was while the program goes on. The sections in it keep their files' names alive; those are
// asked for after the lock is given back, since a name may be the file system's to make.
#include <ntdll-emu/mm/address_space.h>

namespace oriel::mm {

namespace {

Listing listing_of(const Vad& vad) {
    Listing listing;
    listing.allocation = {vad.range, vad.protection, vad.kind, SectionKind::PageFile,
                          vad.committed_pages() * page_size, vad.is_placeholder()};
    listing.write_watched = vad.write_watched;
    listing.large_pages = vad.large_pages;
    if (vad.is_view()) {
        listing.allocation.section_kind = vad.view.section->kind();
        listing.section = vad.view.section;
        listing.section_offset = vad.view.offset;
    }
    vad.pages.for_each([&](const PageRun& run) {
        const std::uint64_t locked =
            vad.locked.pages() == 0 ? 0 : vad.locked.count_if(run.first, run.count, [](bool one) { return one; });
        listing.runs.push_back({vad.range_of(run), run.value.committed, run.value.protection, run.value.copied, locked});
    });
    return listing;
}

} // namespace

std::vector<Listing> AddressSpace::list() {
    return m_vads.with([&](VadTree& vads) {
        std::vector<Listing> all;
        all.reserve(vads.size());
        for (auto& [base, vad] : vads) {
            (void)adopt_commitment(vad);
            adopt_copies(vad, 0, vad.pages.pages());
            all.push_back(listing_of(vad));
        }
        return all;
    });
}

} // namespace oriel::mm
