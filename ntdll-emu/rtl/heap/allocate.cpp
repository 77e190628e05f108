// SPDX-License-Identifier: MIT
// allocate.cpp: HeapAlloc's and HeapFree's way through the backend.
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/checks.h>
#include <ntdll-emu/rtl/heap/page_map.h>

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

} // namespace

void* allocate(Heap& heap, std::uint32_t flags, std::size_t size) {
    flags = heap.effective(flags);
    if (size > max_request) return nullptr;
    const BlockLayout layout = layout_for(heap, flags, size);
    void* data;
    if (layout.units <= heap.VirtualMemoryThreshold) {
        HeapHold hold(heap, flags);
        data = allocate_block(heap, flags, size, layout.units);
    } else {
        if (!heap.growable()) return nullptr;
        HeapHold hold(heap, flags);
        LargeBlock* const large = allocate_large(heap, size);
        if (large == nullptr) return nullptr;
        BlockHeader header = heap.Encoding.read(&large->Header);
        header.Flags |= static_cast<std::uint8_t>((flags & flag::settable_user_flags) >> entry_flag::settable_shift);
        if (wants_extra(heap, flags)) header.Flags |= entry_flag::extra_present;
        heap.Encoding.write(&large->Header, header);
        return large->data(); // fresh pages are zero, and large blocks are not filled
    }
    if (data != nullptr) prepare_contents(heap, flags, static_cast<std::uint8_t*>(data), size);
    return data;
}

BlockVerdict release(Heap& heap, std::uint32_t flags, void* data) {
    flags = heap.effective(flags);
    HeapHold hold(heap, flags);
    const FoundBlock block = find_block(heap, data);
    if (!block.good()) return verdict_on_bad(data);
    if (block.large != nullptr) {
        free_large(heap, *block.large);
        return BlockVerdict::Good;
    }
    if ((block.header.Flags & entry_flag::fill_pattern) && !tail_is_intact(block.at, block.requested())) {
        return BlockVerdict::Bad;
    }
    free_block(heap, *block.segment, block.at, block.header);
    return BlockVerdict::Good;
}

std::size_t size_of(Heap& heap, std::uint32_t flags, void* data) {
    HeapHold hold(heap, heap.effective(flags));
    const FoundBlock block = find_block(heap, data);
    return block.good() ? block.requested() : ~std::size_t{0};
}

} // namespace oriel::rtl::heap
