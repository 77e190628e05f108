// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/page_map.h>

namespace oriel::rtl::heap {

constinit std::atomic<PageMap::Leaf*> PageMap::s_root[1u << PageMap::root_bits];

/// The leaf for an address, made if it is missing; who loses a race gives its leaf back.
PageMap::Leaf* PageMap::make_leaf(Address address) {
    const std::uint64_t index = address.value() >> (granule_bits + leaf_bits);
    if (index >> root_bits) return nullptr;
    std::atomic<Leaf*>& place = s_root[index];
    if (Leaf* leaf = place.load(std::memory_order_acquire)) return leaf;
    const Pages& pages = process_pages();
    auto range = pages.reserve(align_up(sizeof(Leaf), page_size));
    if (!range.ok()) return nullptr;
    Reservation reservation(pages, range.value());
    if (!pages.commit(range.value(), PageUse::Data).ok()) return nullptr;
    auto* const leaf = pointer_to<Leaf>(range.value().base()); // zeroes: every entry is empty
    Leaf* other = nullptr;
    if (!place.compare_exchange_strong(other, leaf, std::memory_order_acq_rel)) return other;
    reservation.keep();
    return leaf;
}

NtResult<> PageMap::insert(PageRange range, void* region) {
    for (Address at = range.base(); at < range.end(); at += allocation_granularity) {
        if (make_leaf(at) == nullptr) return Status::NoMemory; // only leaves were made: nothing is visible
    }
    for (Address at = range.base(); at < range.end(); at += allocation_granularity) {
        make_leaf(at)->region[slot_of(at)].store(region, std::memory_order_release);
    }
    return {};
}

void PageMap::remove(PageRange range) {
    for (Address at = range.base(); at < range.end(); at += allocation_granularity) {
        make_leaf(at)->region[slot_of(at)].store(nullptr, std::memory_order_release);
    }
}

void PageMap::insert_subsegment(PageRange pages, const void* structure) {
    for (Address at = pages.base(); at < pages.end(); at += page_size) {
        // A segment's structure lies before its subsegments, so no line is 0.
        const auto leaf_base = static_cast<std::uintptr_t>(at.value()) & ~(leaf_bytes - 1);
        const auto distance = static_cast<std::intptr_t>(reinterpret_cast<std::uintptr_t>(structure) - leaf_base);
        make_leaf(at)->pages[page_of(at)].store(static_cast<std::int32_t>(distance / line_bytes), std::memory_order_release);
    }
}

void PageMap::remove_subsegment(PageRange pages) {
    for (Address at = pages.base(); at < pages.end(); at += page_size)
        make_leaf(at)->pages[page_of(at)].store(0, std::memory_order_release);
}

} // namespace oriel::rtl::heap
