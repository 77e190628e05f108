// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/large_blocks.h>

#include <ntdll-emu/rtl/heap/heap.h>
#include <ntdll-emu/rtl/heap/page_map.h>

#include <cstring>

namespace oriel::rtl::heap {

namespace {

void release(Heap& heap, LargeBlock& block) { heap.Source.release(block.range()); }

void take_out(Heap& heap, LargeBlock& spare) {
    spare.Entry.remove();
    heap.SpareLargeSize -= spare.ReserveSize;
}

LargeBlock* begin(Heap& heap, LargeBlock* block, std::size_t size) {
    block->Requested = size;
    block->Settable = nullptr;
    block->Entry.insert_before(heap.VirtualAllocdBlocks);
    BlockHeader header{};
    header.Flags = entry_flag::busy | entry_flag::virtual_alloc;
    heap.Encoding.write(&block->Header, header);
    return block;
}

/// The latest spare that has just the pages that are wanted.
LargeBlock* take_spare(Heap& heap, std::size_t size, bool wants_zero) {
    const std::size_t wanted = LargeBlock::committed_for(size);
    for (ListLink* link = heap.SpareLargeBlocks.Blink; link != &heap.SpareLargeBlocks; link = link->Blink) {
        LargeBlock* const spare = LargeBlock::of_link(link);
        if (spare->ReserveSize != wanted) continue;
        if (!page_map().insert(spare->range(), Region::tag(spare)).ok()) return nullptr;
        take_out(heap, *spare);
        if (wants_zero) std::memset(spare->data(), 0, size);
        return begin(heap, spare, size);
    }
    return nullptr;
}

bool may_become_spare(const Heap& heap, const LargeBlock& block) {
    const bool has_checks = heap.HeaderOverhead != header_bytes;
    const bool has_all_pages = block.committed() == block.ReserveSize; // it did not shrink
    return !has_checks && has_all_pages && block.ReserveSize <= most_spare_bytes / 2;
}

} // namespace

LargeBlock* allocate_large(Heap& heap, std::size_t size, bool wants_zero) {
    if (LargeBlock* const spare = take_spare(heap, size, wants_zero)) return spare;
    const std::uint64_t committed = LargeBlock::committed_for(size);
    auto range = heap.Source.reserve(committed);
    if (!range.ok()) return nullptr;
    Reservation reservation(heap.Source, range.value());
    if (!heap.Source.commit({range.value().base(), committed}, heap.page_use()).ok()) return nullptr;
    auto* const block = pointer_to<LargeBlock>(range.value().base());
    if (!page_map().insert(range.value(), Region::tag(block)).ok()) return nullptr;
    reservation.keep();
    block->Heap = &heap;
    block->ReserveSize = static_cast<std::size_t>(range.value().bytes());
    return begin(heap, block, size);
}

void free_large(Heap& heap, LargeBlock& block) {
    block.Entry.remove();
    page_map().remove(block.range());
    if (!may_become_spare(heap, block)) return release(heap, block);
    block.Entry.insert_before(heap.SpareLargeBlocks);
    heap.SpareLargeSize += block.ReserveSize;
    while (heap.SpareLargeSize > most_spare_bytes) {
        LargeBlock& oldest = *LargeBlock::of_link(heap.SpareLargeBlocks.Flink);
        take_out(heap, oldest);
        release(heap, oldest);
    }
}

bool release_spares(Heap& heap) {
    const bool any = !heap.SpareLargeBlocks.empty();
    while (!heap.SpareLargeBlocks.empty()) {
        LargeBlock& spare = *LargeBlock::of_link(heap.SpareLargeBlocks.Flink);
        take_out(heap, spare);
        release(heap, spare);
    }
    return any;
}

bool resize_large(Heap& heap, LargeBlock& block, std::size_t size) {
    const std::size_t before = block.committed(), after = LargeBlock::committed_for(size);
    if (after > before) return false;
    block.Requested = size;
    if (after < before) heap.Source.decommit({address_of(&block) + after, before - after});
    return true;
}

} // namespace oriel::rtl::heap
