// SPDX-License-Identifier: MIT
// address_space_watch.cpp: which pages were written (NtGetWriteWatch).
//
// A page of a write-watched reservation is read-only for the host until it is written; the fault marks it
// (address_space_fault.cpp). Resetting makes it read-only again.
#include <ntdll-emu/mm/address_space.h>

namespace oriel::mm {

namespace {

Vad* watched(VadTree& vads, PageRange range) {
    Vad* const vad = vads.find(range.base());
    return vad && vad->write_watched && vad->range.contains(range) ? vad : nullptr;
}

constexpr auto clean = [](const PageState& state) {
    PageState next = state;
    next.written = false;
    return next;
};

} // namespace

NtResult<std::vector<Address>> AddressSpace::written_pages(PageRange range, std::size_t most) {
    return m_vads.with([&](VadTree& vads) -> NtResult<std::vector<Address>> {
        const Vad* const vad = watched(vads, range);
        if (!vad) return Status::InvalidParameter1;
        std::vector<Address> written;
        vad->pages.for_each(vad->page_of(range.base()), range.pages(), [&](const PageRun& run) {
            if (!run.value.written) return;
            for (std::uint64_t page = run.first; page < run.end() && written.size() < most; ++page)
                written.push_back(vad->address_of(page));
        });
        return written;
    });
}

NtResult<> AddressSpace::reset_written(PageRange range) {
    return m_vads.with([&](VadTree& vads) -> NtResult<> {
        Vad* const vad = watched(vads, range);
        if (!vad) return Status::InvalidParameter1;
        return m_changer.change(*vad, vad->page_of(range.base()), range.pages(), clean);
    });
}

NtResult<> AddressSpace::reset_written(const std::vector<Address>& pages) {
    for (std::size_t i = 0; i < pages.size();) {
        std::size_t end = i + 1;
        while (end < pages.size() && pages[end] == pages[end - 1] + page_size) ++end;
        TRY(reset_written(PageRange(pages[i], (end - i) * page_size)));
        i = end;
    }
    return {};
}

} // namespace oriel::mm
