// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/pagefile_section.h>

namespace oriel::mm {

namespace {

constexpr std::uint64_t largest_section = std::uint64_t{1} << 46;

std::uint64_t pages_of(std::uint64_t bytes) { return align_up(bytes, page_size) / page_size; }
bool is_committed(bool committed) { return committed; }

} // namespace

NtResult<ob::Ref<Section>> PageFileSection::create(hal::HostMemory& host, CommitCharge& account,
                                                   const PageFileSectionRequest& request) {
    if (request.size > largest_section) return Status::SectionTooBig;
    const std::uint64_t pages = pages_of(request.size);
    auto charge = TRY(CommitReservation::make(account, request.commitment == SectionCommitment::Whole ? pages : 0));
    auto memory = TRY(SharedPages::create(host, pages * page_size));
    auto section = ob::make<PageFileSection>(account, request, std::move(memory));
    charge.keep();
    return ob::Ref<Section>(std::move(section));
}

PageFileSection::PageFileSection(CommitCharge& account, const PageFileSectionRequest& request,
                                 std::shared_ptr<SharedPages> pages)
    : Section(SectionKind::PageFile, request.protection, request.attributes, pages_of(request.size) * page_size,
              nullptr),
      m_account(account), m_commitment(request.commitment), m_pages(std::move(pages)),
      m_committed(std::in_place, pages_of(request.size), request.commitment == SectionCommitment::Whole) {}

PageFileSection::~PageFileSection() {
    m_committed.with([this](const RunMap<bool>& committed) {
        m_account.give_back(committed.count_if(0, committed.pages(), is_committed));
    });
}

NtResult<std::shared_ptr<const ViewLayout>> PageFileSection::layout(const ViewWindow& window) {
    // Pages committed one by one begin as reserved; the address space takes over what is committed by now.
    const PageState state =
        is_committed_by_page() ? PageState::reserved() : PageState::committed_with(window.protection);
    auto layout = std::make_shared<ViewLayout>();
    layout->owner = m_pages;
    layout->pieces.push_back({.first_page = 0,
                              .pages = window.pages,
                              .place = m_pages->place_at(window.offset),
                              .sharing = hal::Sharing::Shared,
                              .state = state});
    return std::shared_ptr<const ViewLayout>(std::move(layout));
}

NtResult<> PageFileSection::commit_pages(std::uint64_t first, std::uint64_t count) {
    return m_committed.with([&](RunMap<bool>& committed) -> NtResult<> {
        committed.reserve_for_change();
        TRY(m_account.charge(count - committed.count_if(first, count, is_committed)));
        committed.set(first, count, true);
        return {};
    });
}

RunMap<bool> PageFileSection::committed_pages(std::uint64_t first, std::uint64_t count) const {
    return m_committed.with([&](const RunMap<bool>& committed) { return committed.slice(first, count); });
}

} // namespace oriel::mm
