// SPDX-License-Identifier: MIT
// validate.cpp: does the heap hold what it always must?
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/checks.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>
#include <ntdll-emu/rtl/heap/front_end/front_end.h>
#include <ntdll-emu/rtl/heap/page_map.h>

#include <cstring>

namespace oriel::rtl::heap {

namespace {

struct Tally {
    std::size_t free_units = 0;
};

// What is looked at here may have been written over by the program. Nothing of it is followed before the page map or the
// segment says that there is memory: a broken heap is an answer, not a fault.

/// Does a free block of this heap fit there?
bool can_hold_free_block(const Heap& heap, const void* at) {
    const Address from = address_of(at), to = from + sizeof(FreeBlock);
    void* const tagged = page_map().find(from);
    if (tagged == nullptr || from.value() % pointer_bytes != 0) return false;
    const Segment* const segment = Region(tagged).segment();
    return segment != nullptr && segment->Heap == &heap && from >= address_of(segment->FirstEntry)
           && to <= segment->committed_end();
}

/// The headers of a subsegment's blocks. Threads allocate and free in it meanwhile: each header is written whole.
bool subsegment_is_sound(Heap& heap, StoredHeader* at, BlockHeader header) {
    auto& subsegment = *front_end::Subsegment::at_base(reinterpret_cast<std::uintptr_t>(at->data()));
    const std::uint32_t step = subsegment.BlockUnits.load(std::memory_order_acquire);
    if (step == 0) return true; // a spare
    if (subsegment.TheHeap != &heap || subsegment.Pages * page_size > header.bytes()) return false;
    const std::uint32_t fresh = subsegment.Fresh.load(std::memory_order_acquire);
    if (fresh > subsegment.End || subsegment.End > subsegment.end_of_pages()) return false;
    if (step > subsegment.End - subsegment.first_offset()) return false;
    for (std::uint32_t offset = subsegment.first_offset(); offset < fresh; offset += step) {
        const auto entry = front_end::Entry::read(subsegment.header_at(offset), heap.Encoding.key());
        if (!entry.sound_at(offset)) return false;
        if (entry.is_busy() && entry.requested() > step * unit - header_bytes) return false;
    }
    return true;
}

bool block_is_sound(Heap& heap, StoredHeader* at, BlockHeader header) {
    if (header.busy()) {
        if (header.requested() > header.bytes() - header_bytes) return false;
        if (header.is_internal()) return subsegment_is_sound(heap, at, header);
        if (!(header.Flags & entry_flag::fill_pattern)) return true;
        return header.UnusedBytes >= heap.HeaderOverhead + tail_bytes && tail_is_intact(at, header.requested());
    }
    if (!heap.Free.links_are_sound(at, header.Size, [&](const void* link) { return can_hold_free_block(heap, link); }))
        return false;
    return !(header.Flags & entry_flag::fill_pattern) || free_fill_is_intact(at, header.Size);
}

bool segment_is_sound(Heap& heap, Segment& segment, Tally& tally) {
    if (segment.SegmentSignature != segment_signature || segment.Heap != &heap) return false;
    std::size_t previous = 0;
    return for_each_block(heap, segment, [&](StoredHeader* at, BlockHeader header) {
        if (header.PreviousSize != previous || !block_is_sound(heap, at, header)) return false;
        previous = header.Size;
        if (!header.busy()) tally.free_units += header.Size;
        return true;
    });
}

bool heap_is_sound(Heap& heap) {
    if (!is_heap(&heap)) return false;
    Tally tally;
    for (ListLink* link = heap.SegmentList.Flink; link != &heap.SegmentList; link = link->Flink) {
        if (!segment_is_sound(heap, *Segment::of_link(link), tally)) return false;
    }
    for (ListLink* link = heap.VirtualAllocdBlocks.Flink; link != &heap.VirtualAllocdBlocks; link = link->Flink) {
        LargeBlock& block = *LargeBlock::of_link(link);
        if (page_map().find(address_of(link)) != Region::tag(&block)) return false; // the program wrote before a block
        const BlockHeader header = heap.Encoding.read(&block.Header);
        if (block.Heap != &heap || !HeaderCodec::plausible(header) || !header.is_virtual()) return false;
    }
    return tally.free_units == heap.TotalFreeSize;
}

} // namespace

BlockVerdict validate(Heap& heap, std::uint32_t flags, void* data) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::validate(heap, flags, data);
    if (data != nullptr && find_front_block(heap, data).good()) return BlockVerdict::Good;
    HeapHold hold(heap, heap.effective(flags));
    if (data == nullptr) return heap_is_sound(heap) ? BlockVerdict::Good : BlockVerdict::Bad;
    const FoundBlock block = find_block(heap, data);
    if (!block.good()) return verdict_on_bad(data);
    if (block.large == nullptr && !block_is_sound(heap, block.at, block.header)) return BlockVerdict::Bad;
    return BlockVerdict::Good;
}

std::size_t compact(Heap& heap, std::uint32_t flags) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::compact(heap, flags);
    front_end::compact(heap);
    HeapHold hold(heap, heap.effective(flags));
    // Free blocks are always joined, unless the heap was told not to; what is left is to give pages back.
    for (ListLink* link = heap.SegmentList.Flink; link != &heap.SegmentList;) {
        Segment& segment = *Segment::of_link(link);
        link = link->Flink;
        trim(heap, segment, Trim::Pages);
    }
    release_spares(heap);
    const std::size_t units = heap.Free.largest(heap.Encoding);
    return units == 0 ? 0 : units * unit - header_bytes;
}

void zero_free_blocks(Heap& heap, std::uint32_t flags) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::zero_free_blocks(heap, flags);
    HeapHold hold(heap, heap.effective(flags));
    for (ListLink* link = heap.SegmentList.Flink; link != &heap.SegmentList; link = link->Flink) {
        for_each_block(heap, *Segment::of_link(link), [&](StoredHeader* at, BlockHeader header) {
            if (header.busy()) return true;
            std::uint8_t* const body = at->data() + free_links_bytes;
            std::memset(body, 0, header.bytes() - header_bytes - free_links_bytes);
            if (header.Flags & entry_flag::fill_pattern) {
                header.Flags &= static_cast<std::uint8_t>(~entry_flag::fill_pattern);
                heap.Encoding.write(at, header);
            }
            return true;
        });
    }
}

} // namespace oriel::rtl::heap
