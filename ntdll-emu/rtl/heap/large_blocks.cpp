// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/large_blocks.h>

#include <ntdll-emu/rtl/heap/heap.h>
#include <ntdll-emu/rtl/heap/page_map.h>

namespace oriel::rtl::heap {

LargeBlock* allocate_large(Heap& heap, std::size_t size) {
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
    block->Requested = size;
    block->Settable = nullptr;
    block->Entry.insert_before(heap.VirtualAllocdBlocks);
    BlockHeader header{};
    header.Flags = entry_flag::busy | entry_flag::virtual_alloc;
    heap.Encoding.write(&block->Header, header);
    return block;
}

void free_large(Heap& heap, LargeBlock& block) {
    block.Entry.remove();
    const PageRange range = block.range();
    page_map().remove(range);
    heap.Source.release(range);
}

bool resize_large(Heap& heap, LargeBlock& block, std::size_t size) {
    const std::size_t before = block.committed(), after = LargeBlock::committed_for(size);
    if (after > before) return false;
    block.Requested = size;
    if (after < before) heap.Source.decommit({address_of(&block) + after, before - after});
    return true;
}

} // namespace oriel::rtl::heap
