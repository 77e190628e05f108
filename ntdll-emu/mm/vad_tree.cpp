// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/vad_tree.h>

#include <algorithm>
#include <ostream>

namespace oriel::mm {

VadTree::Node VadTree::make_node(Vad vad) {
    Map one;
    const Address base = vad.range.base();
    one.emplace(base, std::move(vad));
    return one.extract(one.begin());
}

const Vad* VadTree::first_above(Address address) const {
    auto at = m_vads.upper_bound(address);
    if (at != m_vads.begin()) {
        const auto before = std::prev(at);
        if (before->second.range.end() > address) return &before->second;
    }
    return at == m_vads.end() ? nullptr : &at->second;
}

const Vad* VadTree::last_below(Address address) const {
    const auto at = m_vads.lower_bound(address);
    return at == m_vads.begin() ? nullptr : &std::prev(at)->second;
}

const Vad* VadTree::first_overlapping(PageRange range) const {
    const Vad* const vad = first_above(range.base());
    return vad && vad->range.overlaps(range) ? vad : nullptr;
}

const Vad* VadTree::find(Address address) const {
    const Vad* const vad = first_above(address);
    return vad && vad->range.contains(address) ? vad : nullptr;
}

Vad* VadTree::find(Address address) { return const_cast<Vad*>(std::as_const(*this).find(address)); }

Vad& VadTree::insert(Node node) noexcept { return m_vads.insert(std::move(node)).position->second; }

VadTree::Node VadTree::extract(Address base) noexcept {
    m_no_gap_below = std::min(m_no_gap_below, base.granule());
    return m_vads.extract(base);
}

const char* VadTree::fault() const {
    const Vad* previous = nullptr;
    for (const auto& [base, vad] : m_vads) {
        if (base != vad.range.base()) return "a VAD stands under another address than its own";
        if (previous && previous->range.end() > base) return "two VADs overlap";
        if (const char* const broken = vad.fault()) return broken;
        previous = &vad;
    }
    return nullptr;
}

std::ostream& operator<<(std::ostream& out, const VadTree& vads) {
    for (const auto& [base, vad] : vads) out << vad;
    return out;
}

} // namespace oriel::mm
