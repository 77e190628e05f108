// SPDX-License-Identifier: MIT
// address_space_host.cpp: pages that the host and the guest share, and the checks.
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/mm/shared_pages.h>

#include <ostream>

namespace oriel::mm {

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
    return m_vads.with([](VadTree& vads) { return vads.fault(); });
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
