// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/page_map.h>

#include <ntdll-emu/rtl/platform.h>

#include <atomic>

namespace oriel::rtl::heap {

namespace {

constexpr unsigned address_bits = sizeof(void*) == 8 ? 47 : 32;
constexpr unsigned granule_bits = 16;
constexpr unsigned leaf_bits = sizeof(void*) == 8 ? 13 : 8;
constexpr unsigned middle_bits = sizeof(void*) == 8 ? 11 : 0;
constexpr unsigned root_bits = address_bits - granule_bits - leaf_bits - middle_bits;

using Slot = std::atomic<void*>;
struct Leaf { Slot slots[1u << leaf_bits]; };
struct Middle { Slot slots[1u << middle_bits]; };

constinit Slot root[1u << root_bits];

struct Path {
    std::size_t root, middle, leaf;
};

bool path_of(Address address, Path& path) {
    if (address.value() >> address_bits) return false;
    const std::uint64_t granule = address.value() >> granule_bits;
    path.leaf = static_cast<std::size_t>(granule & ((1u << leaf_bits) - 1));
    path.middle = static_cast<std::size_t>((granule >> leaf_bits) & ((1u << middle_bits) - 1));
    path.root = static_cast<std::size_t>(granule >> (leaf_bits + middle_bits));
    return true;
}

/// The node behind a slot, made if it is missing; who loses a race gives its node back.
void* node_at(Slot& slot, std::size_t bytes) {
    const Pages& pages = process_pages();
    if (void* node = slot.load(std::memory_order_acquire)) return node;
    auto range = pages.reserve(align_up(bytes, page_size));
    if (!range.ok()) return nullptr;
    Reservation reservation(pages, range.value());
    if (!pages.commit(range.value(), PageUse::Data).ok()) return nullptr;
    void* const node = pointer_to<void>(range.value().base());
    void* other = nullptr;
    if (!slot.compare_exchange_strong(other, node, std::memory_order_acq_rel)) return other;
    reservation.keep();
    return node;
}

Slot* slot_for(Address address) {
    Path path;
    if (!path_of(address, path)) return nullptr;
    Slot* slot = &root[path.root];
    if constexpr (middle_bits != 0) {
        auto* middle = static_cast<Middle*>(node_at(*slot, sizeof(Middle)));
        if (middle == nullptr) return nullptr;
        slot = &middle->slots[path.middle];
    }
    auto* leaf = static_cast<Leaf*>(node_at(*slot, sizeof(Leaf)));
    return leaf != nullptr ? &leaf->slots[path.leaf] : nullptr;
}

Slot* existing_slot(Address address) {
    Path path;
    if (!path_of(address, path)) return nullptr;
    Slot* slot = &root[path.root];
    if constexpr (middle_bits != 0) {
        auto* middle = static_cast<Middle*>(slot->load(std::memory_order_acquire));
        if (middle == nullptr) return nullptr;
        slot = &middle->slots[path.middle];
    }
    auto* leaf = static_cast<Leaf*>(slot->load(std::memory_order_acquire));
    return leaf != nullptr ? &leaf->slots[path.leaf] : nullptr;
}

} // namespace

PageMap& page_map() {
    static constinit PageMap the_map;
    return the_map;
}

void* PageMap::find(Address address) const {
    Slot* const slot = existing_slot(address);
    return slot != nullptr ? slot->load(std::memory_order_acquire) : nullptr;
}

NtResult<> PageMap::insert(PageRange range, void* region) {
    for (Address at = range.base(); at < range.end(); at += allocation_granularity) {
        if (slot_for(at) == nullptr) return Status::NoMemory; // only nodes were made: nothing is visible
    }
    for (Address at = range.base(); at < range.end(); at += allocation_granularity) {
        existing_slot(at)->store(region, std::memory_order_release);
    }
    return {};
}

void PageMap::remove(PageRange range) {
    for (Address at = range.base(); at < range.end(); at += allocation_granularity) {
        if (Slot* slot = existing_slot(at)) slot->store(nullptr, std::memory_order_release);
    }
}

} // namespace oriel::rtl::heap
