// SPDX-License-Identifier: MIT
// page_map.h: to which heap does this address belong? Answered for any number, without touching it.
//
// NT trusts the header in front of a pointer that a program frees. We look the address up first: the map
// has an entry for each 64 KiB granule of the address space (NT places every reservation at such a
// boundary), which names the segment or the large block that lies there. A pointer into nowhere is then an
// answer, not a fault.
//
// For each page it also says whether a subsegment of the front end covers it, and where that has its structure: in lines of 64
// bytes from the leaf's first address (below it, if the subsegment began in the leaf before). HeapFree of a small block asks
// this first: two loads from lines that stay in the cache, and it has the subsegment without having waited for the block's
// own header.
//
// A root by the address' upper bits, and leaves (x64: for 1 GiB of addresses; x86: for 64 MiB), which come
// from the process' own pages and are never given back.
//
// Always: an entry is either empty or names something live; readers take no lock (entries are published
// with release, read with acquire). What a page's entry names is committed.
#pragma once

#include <ntdll-emu/rtl/heap/page_source.h>

#include <atomic>

namespace oriel::rtl::heap {

class PageMap {
public:
    /// What lies at the address: a pointer that insert() was given, or null.
    [[nodiscard]] void* find(Address address) const {
        const Leaf* const leaf = leaf_of(address);
        return leaf != nullptr ? leaf->region[slot_of(address)].load(std::memory_order_acquire) : nullptr;
    }
    /// The structure of the subsegment that covers the address; null if there is none.
    [[nodiscard]] void* subsegment_at(const void* data) const {
        const auto address = reinterpret_cast<std::uintptr_t>(data);
        const Leaf* const leaf = leaf_of(Address(address));
        if (leaf == nullptr) [[unlikely]] return nullptr;
        const std::intptr_t line = leaf->pages[page_of(Address(address))].load(std::memory_order_acquire);
        if (line == 0) [[unlikely]] return nullptr;
        return reinterpret_cast<void*>((address & ~(leaf_bytes - 1)) + static_cast<std::uintptr_t>(line * line_bytes));
    }

    /// `region` carries its kind in the low bit: see Region in segment.h. Nothing is committed yet.
    /// Statuses: NoMemory, and then nothing has changed.
    [[nodiscard]] NtResult<> insert(PageRange range, void* region);
    void remove(PageRange range);
    /// The pages of a subsegment, which lies in a segment that was inserted, and its structure in the first of them.
    void insert_subsegment(PageRange pages, const void* structure);
    void remove_subsegment(PageRange pages);

private:
    static constexpr unsigned address_bits = sizeof(void*) == 8 ? 47 : 32;
    static constexpr unsigned page_bits = 12, granule_bits = 16, leaf_bits = sizeof(void*) == 8 ? 14 : 10;
    static constexpr unsigned root_bits = address_bits - granule_bits - leaf_bits;
    static constexpr std::uintptr_t leaf_bytes = std::uintptr_t{1} << (leaf_bits + granule_bits);
    static constexpr std::intptr_t line_bytes = 64;
    static constexpr std::size_t leaf_pages = std::size_t{1} << (leaf_bits + granule_bits - page_bits);

    struct Leaf {
        std::atomic<void*> region[1u << leaf_bits];
        std::atomic<std::int32_t> pages[leaf_pages]; ///< line of the subsegment that covers it; 0: none
    };

    static const Leaf* leaf_of(Address address) {
        const std::uint64_t index = address.value() >> (granule_bits + leaf_bits);
        if (index >> root_bits) [[unlikely]] return nullptr;
        return s_root[index].load(std::memory_order_acquire);
    }
    static std::size_t slot_of(Address address) {
        return static_cast<std::size_t>(address.value() >> granule_bits & ((1u << leaf_bits) - 1));
    }
    static std::size_t page_of(Address address) {
        return static_cast<std::size_t>(address.value() >> page_bits & (leaf_pages - 1));
    }
    static Leaf* make_leaf(Address address);

    static std::atomic<Leaf*> s_root[1u << root_bits];
};

/// The process' one map.
inline PageMap& page_map() {
    static constinit PageMap the_map;
    return the_map;
}

} // namespace oriel::rtl::heap
