// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/address_space.h>

#include <algorithm>

namespace oriel::mm {

AddressSpace::AddressSpace(hal::HostMemory& host, CommitCharge& account, const AddressSpaceOptions& options)
    : m_options(options), m_host(host, options.execution), m_account(account), m_changer(m_host, account),
      m_frames(std::in_place, host, account) {
    block_what_is_not_arena();
}

AddressSpace::~AddressSpace() {
    // The sections that the VADs hold are released after the lock is.
    VadTree last;
    m_vads.with([&](VadTree& vads) {
        for (auto& [base, vad] : vads)
            if (vad.kind != VadKind::Inaccessible) (void)m_changer.dismantle(vad, vad.range);
        std::swap(vads, last);
    });
}

void AddressSpace::block_what_is_not_arena() {
    m_vads.with([&](VadTree& vads) {
        const auto block = [&](Address from, Address to) {
            if (from >= to) return;
            const PageRange range(from, to - from);
            vads.insert(VadTree::make_node(
                Vad(range, VadKind::Inaccessible, Protection(), PageRuns(range.pages(), PageState::reserved()))));
        };
        Address next = m_options.lowest;
        for (const PageRange piece : m_host.host().arena()) {
            block(next, std::min(piece.base(), m_options.end));
            next = std::max(next, piece.end());
        }
        block(next, m_options.end);
    });
}

PlacementLimits AddressSpace::inside(const PlacementLimits& limits) const {
    return limits.within(m_options.lowest, m_options.end);
}

} // namespace oriel::mm
