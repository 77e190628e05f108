// SPDX-License-Identifier: MIT
// address_space_copies.cpp: which pages of an image were written.
//
// A page of an image that is copied on write has PAGE_WRITECOPY until its first write, PAGE_READWRITE from then on. The
// host copies such a page by itself, as a private mapping; a fault of ours at each first write, only to note it, would
// cost a program's start more than anything else. So the notes are made late: before somebody asks for the protection
// or changes it, the host is asked which pages it has copied.
//
// Views of data files are not treated so: their pages are mapped anew when the protection changes, and what
// had been written must be known without asking (a host without /proc cannot be asked).
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/host_step.h>

#include <algorithm>

namespace oriel::mm {

namespace {

PageState copied(const PageState& state) {
    PageState next = state;
    next.protection = state.protection.after_copy();
    next.copied = true;
    return next;
}

} // namespace

void AddressSpace::adopt_copies(Vad& vad, std::uint64_t first, std::uint64_t count) {
    std::vector<std::uint64_t> written;
    vad.pages.for_each(first, count, [&](const PageRun& run) {
        if (!copies_by_itself(vad, run.value)) return;
        for_each_stretch(vad, run.first, run.count, [&](std::uint64_t from, std::uint64_t pages) {
            const bool from_file = host_page_for(vad, from, run.value, m_options.execution).place.has_value();
            const PageRange range(vad.address_of(from), pages * page_size);
            for (const Address page : host().private_copies(range, from_file)) written.push_back(vad.page_of(page));
        });
    });
    for (const std::uint64_t page : written) {
        vad.pages.reserve_for_change();
        vad.pages.change(page, 1, copied); // neither the host's access nor the charge changes
    }
}

/// As far as the region of equal pages that begins at `page` goes: at most a piece more.
void AddressSpace::adopt_copies_of_region(Vad& vad, std::uint64_t page) {
    constexpr std::uint64_t piece = 0x1000;
    while (page < vad.pages.pages() && copies_by_itself(vad, vad.pages.at(page))) {
        const std::uint64_t end = std::min(page + piece, vad.pages.run_at(page).end());
        adopt_copies(vad, page, end - page);
        if (vad.pages.run_at(page).end() < end) return; // some page in it has been copied
        page = end;
    }
}

} // namespace oriel::mm
