// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/page_changer.h>

namespace oriel::mm {

NtResult<> PageChanger::carry_out(const Vad& vad, std::span<const PageChange> changes) {
    std::uint64_t more = 0;
    std::uint64_t less = 0;
    for (const PageChange& change : changes) {
        const bool before = vad.is_charged(change.before);
        const bool after = vad.is_charged(change.after);
        if (after && !before) more += change.count;
        if (before && !after) less += change.count;
    }
    auto charge = TRY(CommitReservation::make(m_account, more));
    TRY(m_host.apply(vad, changes));
    charge.keep();
    m_account.give_back(less);
    return {};
}

NtResult<> PageChanger::change_to(Vad& vad, PageRuns wanted) {
    std::vector<PageChange> changes;
    vad.pages.for_each([&](const PageRun& old) {
        wanted.for_each(old.first, old.count, [&](const PageRun& next) {
            if (!(next.value == old.value)) changes.push_back({next.first, next.count, old.value, next.value});
        });
    });
    TRY(carry_out(vad, changes));
    vad.pages = std::move(wanted);
    return {};
}

NtResult<> PageChanger::decommit(Vad& vad, std::uint64_t first, std::uint64_t count) {
    vad.pages.reserve_for_change();
    const PageRange range(vad.address_of(first), count * page_size);
    TRY(dismantle(vad, range));
    vad.pages.set(first, count, PageState::reserved());
    return {};
}

NtResult<> PageChanger::establish(const Vad& vad) {
    auto charge = TRY(CommitReservation::make(m_account, vad.charged_pages()));
    TRY(m_host.establish(vad));
    charge.keep();
    return {};
}

NtResult<> PageChanger::dismantle(const Vad& vad, PageRange range) {
    TRY(m_host.dismantle(vad, range));
    m_account.give_back(vad.pages.count_if(vad.page_of(range.base()), range.pages(),
                                           [&](const PageState& state) { return vad.is_charged(state); }));
    return {};
}

} // namespace oriel::mm
