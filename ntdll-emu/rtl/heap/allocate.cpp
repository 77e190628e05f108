// SPDX-License-Identifier: MIT
// allocate.cpp: HeapAlloc's, HeapFree's and HeapSize's way through the heap: the front end's fast path, the front
// end's long way, the backend.
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/checks.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

#include <cstring>

namespace oriel::rtl::heap {

namespace {

/// A free block that fits: from the lists, from pages committed now, or from one that is hidden behind
/// smaller ones in its list.
StoredHeader* find_or_grow(Heap& heap, std::size_t units) {
    if (StoredHeader* at = heap.Free.find(units, heap.Encoding, FreeLists::Effort::Quick)) return at;
    for (;;) {
        const bool grown = grow(heap, units);
        StoredHeader* const at = heap.Free.find(units, heap.Encoding, FreeLists::Effort::Thorough);
        // A run longer than a header can say was split, and may need one more page.
        if (at != nullptr || !grown) return at;
    }
}

/// Only the last block of a segment has to be known to its segment.
Segment& segment_holding(Heap& heap, StoredHeader* at, BlockHeader header) {
    return header.last() ? *Region(page_map().find(address_of(at))).segment() : heap;
}

void prepare_contents(const Heap& heap, std::uint32_t flags, std::uint8_t* data, std::size_t size) {
    if (flags & flag::zero_memory) std::memset(data, 0, size);
    else if (heap.Flags & flag::free_checking) fill_words(data, size, new_fill);
}

void* allocate_block(Heap& heap, std::uint32_t flags, std::size_t size, std::size_t units) {
    StoredHeader* const at = find_or_grow(heap, units);
    if (at == nullptr) return nullptr;
    BlockHeader header = heap.Encoding.read(at);
    heap.Free.remove(at, header.Size);
    heap.TotalFreeSize -= header.Size;
    Segment& segment = segment_holding(heap, at, header);
    header = carve(heap, segment, at, header, units);
    header.Flags |= static_cast<std::uint8_t>((flags & flag::settable_user_flags) >> entry_flag::settable_shift);
    if (wants_extra(heap, flags)) {
        header.Flags |= entry_flag::extra_present;
        *extra_of(at, header) = {};
    }
    finish_busy(heap, at, header, size);
    return at->data();
}

void* allocate_from_backend(Heap& heap, std::uint32_t flags, std::size_t size) {
    const BlockLayout layout = layout_for(heap, flags, size);
    HeapHold hold(heap, flags);
    if (layout.units <= heap.VirtualMemoryThreshold) {
        void* data = allocate_block(heap, flags, size, layout.units);
        if (data == nullptr && release_spares(heap)) data = allocate_block(heap, flags, size, layout.units);
        if (data != nullptr) front_end::count_allocation(heap, layout.units);
        return data;
    }
    if (!heap.growable()) return nullptr;
    const bool wants_zero = flags & flag::zero_memory;
    LargeBlock* large = allocate_large(heap, size, wants_zero);
    if (large == nullptr && (release_spares(heap) | release_empty_segments(heap)))
        large = allocate_large(heap, size, wants_zero);
    if (large == nullptr) return nullptr;
    BlockHeader header = heap.Encoding.read(&large->Header);
    header.Flags |= static_cast<std::uint8_t>((flags & flag::settable_user_flags) >> entry_flag::settable_shift);
    if (wants_extra(heap, flags)) header.Flags |= entry_flag::extra_present;
    heap.Encoding.write(&large->Header, header);
    return large->data();
}

} // namespace

void* allocate_slowly(Heap& heap, std::uint32_t flags, std::size_t size) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::allocate(heap, flags, size);
    flags = heap.effective(flags);
    if (size > max_request) return nullptr;
    void* data = nullptr;
    if (size <= front_end::largest_request && !(flags & front_end::backend_flags))
        data = front_end::allocate(heap, size);
    if (data == nullptr) data = allocate_from_backend(heap, flags, size);
    // A large block's data are zero already where that was asked for; and such blocks are not filled.
    if (data != nullptr && layout_for(heap, flags, size).units <= heap.VirtualMemoryThreshold)
        prepare_contents(heap, flags, static_cast<std::uint8_t*>(data), size);
    return data;
}

BlockVerdict release_slowly(Heap& heap, std::uint32_t flags, void* data) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::release(heap, flags, data);
    flags = heap.effective(flags);
    if (const FoundBlock block = find_front_block(heap, data); block.good()) {
        if (block.front->Owner.load(std::memory_order_relaxed) == front_end::bins_at_hand(heap))
            front_end::put_back(heap, *block.front, block.at, block.entry.offset());
        else front_end::free_remote(heap, *block.front, block.at, block.entry.offset());
        return BlockVerdict::Good;
    }
    __builtin_prefetch(header_of(data), 1); // it comes while the lock is taken
    HeapHold hold(heap, flags);
    const FoundBlock block = find_backend_block(heap, data);
    if (!block.good()) return verdict_on_bad(data);
    if (block.large != nullptr) {
        free_large(heap, *block.large);
        return BlockVerdict::Good;
    }
    if ((block.header.Flags & entry_flag::fill_pattern) && !tail_is_intact(block.at, block.requested())) {
        return BlockVerdict::Bad;
    }
    front_end::count_free(heap, block.header.Size);
    free_block(heap, *block.segment, block.at, block.header);
    return BlockVerdict::Good;
}

std::size_t size_of(Heap& heap, std::uint32_t flags, void* data) {
    if (const std::size_t size = front_end::try_size_of(heap, data); size != ~std::size_t{0}) [[likely]] return size;
    if (heap.Debug != nullptr) [[unlikely]] return debug::size_of(heap, flags, data);
    if (const FoundBlock front = find_front_block(heap, data); front.good()) return front.requested();
    HeapHold hold(heap, heap.effective(flags));
    const FoundBlock block = find_block(heap, data);
    return block.good() ? block.requested() : ~std::size_t{0};
}

namespace {

constexpr std::size_t page_units = page_size / unit;

/// The units before the first page boundary at which a block's data can begin; what lies there has to be a block, too.
std::size_t units_before_page(StoredHeader* at) {
    const auto data = reinterpret_cast<std::uintptr_t>(at->data());
    const std::size_t before = static_cast<std::size_t>(align_up(data, page_size) - data) / unit;
    return before != 0 && before < min_units ? before + page_units : before;
}

/// A free block that whole pages fit into. Where a subsegment was before, another fits exactly.
StoredHeader* find_or_grow_for_pages(Heap& heap, std::size_t units) {
    constexpr unsigned tries = 64;
    StoredHeader* const fitting = heap.Free.find_fitting(units, tries, [&](StoredHeader* at) {
        return heap.Encoding.read(at).Size >= units_before_page(at) + units;
    });
    return fitting != nullptr ? fitting : find_or_grow(heap, units + page_units + min_units);
}

} // namespace

StoredHeader* allocate_internal(Heap& heap, std::size_t pages) {
    const std::size_t units = pages * page_units;
    StoredHeader* at = find_or_grow_for_pages(heap, units);
    if (at == nullptr) return nullptr;
    BlockHeader header = heap.Encoding.read(at);
    heap.Free.remove(at, header.Size);
    heap.TotalFreeSize -= header.Size;
    Segment& segment = *Region(page_map().find(address_of(at))).segment();
    // What lies before the page boundary stays free.
    const std::size_t before = units_before_page(at);
    if (before != 0) {
        const std::size_t all = header.Size;
        const bool last = header.last();
        make_free_piece(heap, at, before, header.PreviousSize);
        at = at->after(before);
        header = {};
        header.Size = static_cast<std::uint16_t>(all - before);
        header.PreviousSize = static_cast<std::uint16_t>(before);
        if (last) header.Flags = entry_flag::last_entry;
    }
    header = carve(heap, segment, at, header, units);
    if (!header.last()) set_previous_size(heap, at->after(header.Size), header.Size);
    header.Flags |= entry_flag::internal;
    finish_busy(heap, at, header, header.bytes() - header_bytes);
    return at;
}

void free_internal(Heap& heap, front_end::Subsegment& subsegment) {
    StoredHeader* const at = subsegment.backend_header();
    Segment& segment = *Region(page_map().find(address_of(at))).segment();
    free_block(heap, segment, at, heap.Encoding.read(at));
}

} // namespace oriel::rtl::heap
