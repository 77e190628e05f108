// SPDX-License-Identifier: MIT
// address_space_working_set.cpp: which pages are in memory, and which have to stay there.
//
// The working set is what a process can touch without a page fault. NT grows it by faults and trims it when memory is
// short; VirtualLock keeps pages in it, as many as the minimal working set has room for. Here the host decides what is
// in memory, and is asked for it; the limits are NT's, and bound what can be locked.
// Sources: "Working Set", "VirtualLock function", "SetProcessWorkingSetSize function", "PSAPI_WORKING_SET_EX_BLOCK
// union", Microsoft documentation.
#include <ntdll-emu/mm/address_space.h>

#include <algorithm>

namespace oriel::mm {

namespace {

/// What NT needs of a working set for itself: page tables and the like ("minus a small overhead").
constexpr std::uint64_t overhead_pages = 8;

bool is_accessible(const PageState& state) {
    return state.committed && state.protection.is_readable() && !state.protection.is_guard();
}

constexpr auto is_locked = [](bool locked) { return locked; };

/// What there is to tell of a page that is in memory.
PageInfo info_of(const Vad& vad, std::uint64_t page) {
    const PageState& state = vad.pages.at(page);
    return {.valid = true,
            .shared = vad.is_view() && !state.copied,
            .locked = vad.large_pages || vad.kind == VadKind::Physical ||
                      (vad.locked.pages() != 0 && vad.locked.at(page)),
            .large = vad.large_pages,
            .protection = state.protection};
}

} // namespace

PageInfo AddressSpace::query_page(Address address) {
    return m_vads.with([&](VadTree& vads) -> PageInfo {
        Vad* const vad = vads.find(address);
        if (!vad) return {};
        (void)adopt_commitment(*vad);
        const std::uint64_t page = vad->page_of(address);
        adopt_copies(*vad, page, 1);
        if (!is_accessible(vad->pages.at(page))) return {};
        const auto resident = host().resident(PageRange(address.page(), page_size));
        if (resident && !resident.value().front()) return {};
        return info_of(*vad, page);
    });
}

NtResult<std::vector<ResidentPage>> AddressSpace::working_set() {
    return m_vads.with([&](VadTree& vads) -> NtResult<std::vector<ResidentPage>> {
        std::vector<ResidentPage> pages;
        for (auto& entry : vads) {
            Vad& vad = entry.second;
            adopt_copies(vad, 0, vad.pages.pages());
            NtResult<> outcome;
            vad.pages.for_each([&](const PageRun& run) {
                if (!is_accessible(run.value)) return;
                const auto resident = host().resident(vad.range_of(run));
                if (!resident) outcome = Status::NotImplemented;
                for (std::uint64_t i = 0; resident && i < run.count; ++i)
                    if (resident.value()[i])
                        pages.push_back({vad.address_of(run.first + i), info_of(vad, run.first + i)});
            });
            TRY(outcome);
        }
        return pages;
    });
}

void AddressSpace::trim_working_set() {
    m_vads.with([&](VadTree& vads) {
        for (const auto& entry : vads) {
            const Vad& vad = entry.second;
            vad.pages.for_each([&](const PageRun& run) {
                if (is_accessible(run.value)) host().expect_no_use(vad.range_of(run));
            });
        }
    });
}

void AddressSpace::expect_use(PageRange range) {
    m_vads.with([&](VadTree& vads) {
        for (const Vad* vad = vads.first_overlapping(range); vad && vad->range.overlaps(range);) {
            const Address from = std::max(range.base(), vad->range.base());
            const Address end = std::min(range.end(), vad->range.end());
            if (vad->is_view()) host().expect_use(PageRange(from, end - from));
            vad = vads.first_above(vad->range.end()); // the range may end inside this one
        }
    });
}

WorkingSetLimits AddressSpace::working_set_limits() {
    return m_vads.with([&](VadTree&) { return m_working_set; });
}

NtResult<> AddressSpace::set_working_set_limits(WorkingSetLimits limits) {
    constexpr std::uint64_t least_minimum = 20; // smaller ones are raised ("SetProcessWorkingSetSize function")
    limits.minimum = std::max(limits.minimum, least_minimum);
    if (limits.minimum > limits.maximum) return Status::BadWorkingSetLimit;
    m_vads.with([&](VadTree&) { m_working_set = limits; });
    return {};
}

std::uint64_t AddressSpace::virtual_size() {
    return m_vads.with([](VadTree& vads) {
        std::uint64_t bytes = 0;
        for (const auto& [base, vad] : vads)
            if (vad.kind != VadKind::Inaccessible) bytes += vad.range.bytes();
        return bytes;
    });
}

NtResult<Status> AddressSpace::lock_pages(PageRange range) {
    return m_vads.with([&](VadTree& vads) -> NtResult<Status> {
        Vad* const vad = vads.find(range.base());
        if (!vad || !vad->range.contains(range)) return Failure{Status::AccessViolation};
        TRY(adopt_commitment(*vad));
        const std::uint64_t first = vad->page_of(range.base());
        if (!vad->pages.all_of(first, range.pages(), is_accessible)) return Failure{Status::AccessViolation};
        if (vad->locked.pages() == 0) vad->locked = RunMap<bool>(vad->pages.pages(), false);
        const std::uint64_t before = vad->locked.count_if(first, range.pages(), is_locked);
        const std::uint64_t more = range.pages() - before;
        const std::uint64_t room = m_working_set.minimum - std::min(m_working_set.minimum, overhead_pages);
        if (more != 0 && m_locked_pages + more > room) return Failure{Status::WorkingSetQuota};
        vad->locked.reserve_for_change();
        vad->locked.set(first, range.pages(), true);
        m_locked_pages += more;
        host().bring_in(range);
        return before != 0 ? Status::WasLocked : Status::Success;
    });
}

NtResult<> AddressSpace::unlock_pages(PageRange range) {
    return m_vads.with([&](VadTree& vads) -> NtResult<> {
        Vad* const vad = vads.find(range.base());
        if (!vad || !vad->range.contains(range) || vad->locked.pages() == 0) return Status::NotLocked;
        const std::uint64_t first = vad->page_of(range.base());
        if (!vad->locked.all_of(first, range.pages(), is_locked)) return Status::NotLocked;
        vad->locked.reserve_for_change();
        forget_locks_in(*vad, range);
        return {};
    });
}

void AddressSpace::forget_locks_in(Vad& vad, PageRange range) {
    if (vad.locked.pages() == 0) return;
    const std::uint64_t first = vad.page_of(range.base());
    m_locked_pages -= vad.locked.count_if(first, range.pages(), is_locked);
    vad.locked.set(first, range.pages(), false);
}

} // namespace oriel::mm
