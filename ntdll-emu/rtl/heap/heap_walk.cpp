// SPDX-License-Identifier: MIT
// heap_walk.cpp: RtlWalkHeap, one step at a time.
//
// The caller's entry is the cursor: what it says was answered last leads to what comes next. The order is
// each segment's region, its blocks, its uncommitted range; then the large blocks. A fresh heap is three
// entries (observed on Windows: REGION, one free block with four words of overhead, UNCOMMITTED).
//
// What is in a subsegment of the front end is shown in its place: every block of it, used or not. (Blocks that
// were never used have no header yet; the page map says in which subsegment a cursor is.)
//
// The entry comes from the program and is judged like any pointer: the page map says whether it can be
// meant.
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>
#include <ntdll-emu/rtl/heap/page_map.h>

namespace oriel::rtl::heap {

namespace {

namespace entry_kind = nt::heap_entry_flag;
constexpr std::uint8_t large_index = 64; ///< SegmentIndex of large blocks
constexpr std::size_t free_overhead = 4 * pointer_bytes;
constexpr std::size_t front_overhead = 2 * pointer_bytes; ///< of a free block of the front end

std::uint8_t index_of(Heap& heap, const Segment& segment) {
    std::uint8_t index = 0;
    for (ListLink* link = heap.SegmentList.Flink; link != &segment.SegmentListEntry; link = link->Flink) ++index;
    return index;
}

void answer_region(Heap& heap, Segment& segment, NtHeapWalkEntry& entry) {
    const bool first = &segment == static_cast<Segment*>(&heap);
    entry = {};
    entry.DataAddress = segment.BaseAddress;
    entry.DataSize = first ? heap_structure_bytes : align_up(sizeof(Segment), unit);
    entry.SegmentIndex = index_of(heap, segment);
    entry.Flags = entry_kind::region;
    entry.Segment.CommittedSize = static_cast<std::uint32_t>(segment.committed_end() - segment.base());
    entry.Segment.UnCommittedSize = static_cast<std::uint32_t>(segment.end() - segment.committed_end());
    entry.Segment.FirstEntry = segment.FirstEntry->data();
    entry.Segment.LastEntry = segment.LastValidEntry;
}

void answer_block(Heap& heap, Segment& segment, StoredHeader* at, BlockHeader header, NtHeapWalkEntry& entry) {
    entry = {};
    entry.DataAddress = at->data();
    entry.SegmentIndex = index_of(heap, segment);
    if (!header.busy()) {
        entry.DataAddress = at->data() + hidden_links;
        entry.DataSize = header.bytes() - free_overhead;
        entry.OverheadBytes = free_overhead;
        return;
    }
    entry.Flags = entry_kind::busy | entry_kind::block;
    entry.DataSize = header.requested();
    entry.OverheadBytes = header.UnusedBytes;
    if (header.Flags & entry_flag::extra_present) {
        entry.Block.Settable = reinterpret_cast<nt::uptr<nt::Native>>(extra_of(at, header)->Settable);
    }
    entry.Flags |= static_cast<std::uint16_t>(header.Flags & entry_flag::settable_flags);
}

bool answer_uncommitted(Heap& heap, Segment& segment, NtHeapWalkEntry& entry) {
    const Address from = segment.committed_end(), to = segment.commit_limit();
    if (from >= to) return false;
    entry = {};
    entry.DataAddress = pointer_to<void>(from);
    entry.DataSize = static_cast<std::size_t>(to - from);
    entry.SegmentIndex = index_of(heap, segment);
    entry.Flags = entry_kind::uncommitted;
    return true;
}

Status answer_large(Heap& heap, ListLink* link, NtHeapWalkEntry& entry) {
    if (link == &heap.VirtualAllocdBlocks) return Status::NoMoreEntries;
    LargeBlock& block = *LargeBlock::of_link(link);
    entry = {};
    entry.DataAddress = block.data();
    entry.DataSize = block.Requested;
    entry.SegmentIndex = large_index;
    entry.Flags = entry_kind::busy | entry_kind::block | entry_kind::committed;
    entry.Block.Settable = reinterpret_cast<nt::uptr<nt::Native>>(block.Settable);
    return Status::Success;
}

Status answer_after_segment(Heap& heap, Segment& segment, NtHeapWalkEntry& entry) {
    ListLink* const next = segment.SegmentListEntry.Flink;
    if (next == &heap.SegmentList) return answer_large(heap, heap.VirtualAllocdBlocks.Flink, entry);
    answer_region(heap, *Segment::of_link(next), entry);
    return Status::Success;
}

front_end::Subsegment& subsegment_in(StoredHeader* at) {
    return *front_end::Subsegment::at_base(reinterpret_cast<std::uintptr_t>(at->data()));
}

/// The front-end block at `offset`. Its owner may be using it at this moment: the header is read once.
void answer_front_block(Heap& heap, Segment& segment, const front_end::Subsegment& subsegment, std::uint32_t offset,
                        NtHeapWalkEntry& entry) {
    StoredHeader* const at = subsegment.header_at(offset);
    const std::uint32_t units = subsegment.BlockUnits.load(std::memory_order_relaxed);
    entry = {};
    entry.DataAddress = at->data();
    entry.SegmentIndex = index_of(heap, segment);
    entry.Flags = entry_kind::front_end;
    if (offset < subsegment.Fresh.load(std::memory_order_acquire)) {
        const auto header = front_end::Entry::read(at, heap.Encoding.key());
        if (header.is_busy()) {
            entry.Flags |= entry_kind::busy; // and not `block` (observed on Windows)
            entry.Flags |= static_cast<std::uint16_t>(header.flags() & entry_flag::settable_flags);
            entry.DataSize = header.requested();
            entry.OverheadBytes = header_bytes;
            return;
        }
    }
    entry.DataSize = units * unit - front_overhead;
    entry.OverheadBytes = front_overhead;
}

Status answer_after_blocks(Heap& heap, Segment& segment, NtHeapWalkEntry& entry) {
    if (answer_uncommitted(heap, segment, entry)) return Status::Success;
    return answer_after_segment(heap, segment, entry);
}

/// The block at `at`, or what is in it, or what follows the last one.
Status answer_from(Heap& heap, Segment& segment, StoredHeader* at, NtHeapWalkEntry& entry) {
    for (;;) {
        const BlockHeader header = heap.Encoding.read(at);
        if (!HeaderCodec::plausible(header) || header.Size < min_units) return Status::InvalidParameter;
        if (!header.busy() || !header.is_internal()) {
            answer_block(heap, segment, at, header, entry);
            return Status::Success;
        }
        front_end::Subsegment& subsegment = subsegment_in(at);
        if (subsegment.BlockUnits.load(std::memory_order_acquire) != 0) {
            answer_front_block(heap, segment, subsegment, subsegment.first_offset(), entry);
            return Status::Success;
        }
        if (header.last()) return answer_after_blocks(heap, segment, entry);
        at = at->after(header.Size);
    }
}

/// What follows the block whose header is at `cursor`.
Status answer_after_block(Heap& heap, Segment& segment, StoredHeader* cursor, NtHeapWalkEntry& entry) {
    StoredHeader* block = cursor;
    if (const auto* subsegment = front_end::subsegment_around(heap, cursor->data())) {
        const std::uint32_t offset = subsegment->offset_of(cursor->data());
        const std::uint32_t units = subsegment->BlockUnits.load(std::memory_order_acquire);
        if (offset < subsegment->first_offset() || (offset - subsegment->first_offset()) % units != 0)
            return Status::InvalidParameter;
        if (offset + units < subsegment->End) {
            answer_front_block(heap, segment, *subsegment, offset + units, entry);
            return Status::Success;
        }
        block = subsegment->backend_header();
    }
    const BlockHeader header = heap.Encoding.read(block);
    if (!HeaderCodec::plausible(header)) return Status::InvalidParameter;
    if (!header.last()) return answer_from(heap, segment, block->after(header.Size), entry);
    return answer_after_blocks(heap, segment, entry);
}

} // namespace

Status walk(Heap& heap, NtHeapWalkEntry& entry) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::walk(heap, entry);
    HeapHold hold(heap, heap.effective(0));
    if (!entry.DataAddress) {
        answer_region(heap, heap, entry);
        return Status::Success;
    }
    void* const at = entry.DataAddress;
    // An uncommitted range may begin at the very end of the granule before: its segment still covers it.
    void* const tagged = page_map().find(address_of(at));
    if (tagged == nullptr) return Status::InvalidParameter;
    const Region region(tagged);
    if (LargeBlock* large = region.large()) {
        if (large->Heap != &heap || large->data() != at) return Status::InvalidParameter;
        return answer_large(heap, large->Entry.Flink, entry);
    }
    Segment& segment = *region.segment();
    if (segment.Heap != &heap) return Status::InvalidParameter;
    if (entry.Flags & entry_kind::region) return answer_from(heap, segment, segment.FirstEntry, entry);
    if (entry.Flags & entry_kind::uncommitted) return answer_after_segment(heap, segment, entry);

    const bool is_free_block = !(entry.Flags & entry_kind::busy) && front_end::subsegment_around(heap, at) == nullptr;
    StoredHeader* const block = header_of(static_cast<std::uint8_t*>(at) - (is_free_block ? hidden_links : 0));
    if (block < segment.FirstEntry || address_of(at) >= segment.committed_end()) return Status::InvalidParameter;
    return answer_after_block(heap, segment, block, entry);
}

} // namespace oriel::rtl::heap
