// SPDX-License-Identifier: MIT
// page_changer.h: the one way in which a page's state changes.
//
// Whatever the reason (commit, protect, a guard page hit, a private copy made), a change of state moves three things
// together: NT's states in the VAD, the commit charge, and the host's mappings. Here they move together, or not at
// all: the charge is made on trial, the host is changed (and restored if it refuses half way), and then the
// states are set, which cannot fail.
#pragma once

#include <ntdll-emu/mm/commit_charge.h>
#include <ntdll-emu/mm/host_pages.h>

namespace oriel::mm {

class PageChanger {
public:
    PageChanger(HostPages& host, CommitCharge& account) : m_host(host), m_account(account) {}

    /// Replaces the state of each page in [first, first + count) of `vad` by after(state).
    /// Statuses: CommitmentLimit, InsufficientResources.
    template<class After>
    NtResult<> change(Vad& vad, std::uint64_t first, std::uint64_t count, After&& after) {
        std::vector<PageChange> changes;
        vad.pages.for_each(first, count, [&](const PageRun& run) {
            const PageState next = after(run.value);
            if (!(next == run.value)) changes.push_back({run.first, run.count, run.value, next});
        });
        if (changes.empty()) return {};
        vad.pages.reserve_for_change();
        TRY(carry_out(vad, changes));
        vad.pages.change(first, count, after);
        return {};
    }
    /// Replaces all states of `vad` by `wanted`, which has as many pages.
    NtResult<> change_to(Vad& vad, PageRuns wanted);
    /// Pages become reserved, and their content is thrown away.
    NtResult<> decommit(Vad& vad, std::uint64_t first, std::uint64_t count);

    /// Charges and maps a new VAD; on failure nothing remains of either.
    NtResult<> establish(const Vad& vad);
    /// The opposite, for the part `range` of a VAD that is about to lose it.
    NtResult<> dismantle(const Vad& vad, PageRange range);

private:
    NtResult<> carry_out(const Vad& vad, std::span<const PageChange> changes);

    HostPages& m_host;
    CommitCharge& m_account;
};

} // namespace oriel::mm
