// SPDX-License-Identifier: MIT
// address_space_host.cpp: pages that the host and the guest share, and the checks.
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/shared_pages.h>

#include <ostream>

namespace oriel::mm {

namespace {

std::uint64_t locked_pages_in(const VadTree& vads) {
    std::uint64_t pages = 0;
    for (const auto& [base, vad] : vads)
        if (vad.locked.pages() != 0) pages += vad.locked.count_if(0, vad.locked.pages(), [](bool one) { return one; });
    return pages;
}

/// Whether each frame that a window shows is owned, and mapped where its entry says.
const char* window_fault(const VadTree& vads, const PhysicalFrames& frames) {
    for (const auto& entry : vads) {
        const Vad& vad = entry.second;
        const char* broken = nullptr;
        vad.pages.for_each([&](const PageRun& run) {
            if (vad.kind != VadKind::Physical || !run.value.committed) return;
            for (std::uint64_t page = run.first; page < run.end(); ++page) {
                const std::uint64_t frame = page + static_cast<std::uint64_t>(run.value.frame_shift);
                if (!frames.owns(frame)) broken = "a window shows a frame that the process does not own";
                else if (frames.mapped_at(frame) != vad.address_of(page)) broken = "a frame is not where its entry says";
            }
        });
        if (broken) return broken;
    }
    return nullptr;
}

} // namespace

NtResult<std::byte*> AddressSpace::map_system_page(Address address, Protection protection) {
    auto memory = TRY(SharedPages::create(host(), page_size));
    std::byte* const for_host = TRY(memory->host_view()).data();

    auto layout = std::make_shared<ViewLayout>();
    layout->owner = memory;
    layout->pieces.push_back({.first_page = 0,
                              .pages = 1,
                              .place = memory->place_at(0),
                              .sharing = hal::Sharing::Shared,
                              .state = PageState::committed_with(protection)});
    const PageRange range(address.page(), page_size);
    Vad vad(range, VadKind::System, protection, PageRuns(1, PageState::committed_with(protection)));
    vad.view.layout = std::move(layout);
    auto node = VadTree::make_node(std::move(vad));
    TRY(m_vads.with([&](VadTree& vads) -> NtResult<> {
        if (vads.first_overlapping(range)) return Status::ConflictingAddresses;
        TRY(m_changer.establish(node.mapped()));
        vads.insert(std::move(node));
        return {};
    }));
    return for_host;
}

const char* AddressSpace::fault() {
    return m_vads.with([&](VadTree& vads) -> const char* {
        if (const char* const broken = vads.fault()) return broken;
        if (locked_pages_in(vads) != m_locked_pages) return "the count of locked pages is not their sum";
        return m_frames.with([&](const PhysicalFrames& frames) { return window_fault(vads, frames); });
    });
}

std::optional<std::string> AddressSpace::check_agreement(PageRange range) {
    return m_vads.with([&](VadTree& vads) { return m_host.disagreement(vads, range); });
}

std::optional<std::string> AddressSpace::check_agreement() {
    return check_agreement(PageRange(m_options.lowest, m_options.end - m_options.lowest));
}

void AddressSpace::print(std::ostream& out) {
    m_vads.with([&](VadTree& vads) { out << vads; });
}

} // namespace oriel::mm
