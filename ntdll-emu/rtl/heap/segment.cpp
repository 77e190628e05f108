// SPDX-License-Identifier: MIT
// segment.cpp: how a heap's segments begin, grow, shrink and go.
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/page_map.h>

#include <algorithm>

namespace oriel::rtl::heap {

namespace {

constexpr std::size_t largest_segment = 0xFD0000; ///< NT's: segments double up to this (seen in a debugger's !heap)
constexpr unsigned commit_share = 8; ///< a segment grows by at least this part of itself, to commit seldom

/// The segment's last block.
BlockHeader last_header(const Heap& heap, const Segment& segment) { return heap.Encoding.read(segment.LastEntry); }

/// The free blocks at the segment's end: one, or several where one header could not say so much.
struct FreeEnd {
    StoredHeader* at = nullptr;
    std::size_t units = 0, previous = 0;
    [[nodiscard]] std::size_t bytes() const { return units * unit; }
};
FreeEnd free_end(const Heap& heap, const Segment& segment) {
    FreeEnd end;
    for (StoredHeader* at = segment.LastEntry;;) {
        const BlockHeader header = heap.Encoding.read(at);
        if (header.busy()) return end;
        end = {at, end.units + header.Size, header.PreviousSize};
        if (header.PreviousSize == 0) return end;
        at = at->before(header.PreviousSize);
    }
}

void take_free_end(Heap& heap, const FreeEnd& end) {
    StoredHeader* at = end.at;
    for (std::size_t left = end.units; left != 0;) {
        const std::size_t units = heap.Encoding.read(at).Size;
        heap.Free.remove(at, units);
        left -= units;
        at = at->after(units);
    }
    heap.TotalFreeSize -= end.units;
}

bool is_entirely_free(const Heap& heap, const Segment& segment) {
    return free_end(heap, segment).at == segment.FirstEntry;
}

/// Adds the pages [committed end, to) as free space, joined with a free last block.
void absorb_committed(Heap& heap, Segment& segment, Address to) {
    StoredHeader* at = segment.end_of_blocks(segment.committed_end());
    std::size_t units = static_cast<std::size_t>(to - segment.committed_end()) / unit;
    StoredHeader* const last = segment.LastEntry;
    BlockHeader header = last_header(heap, segment);
    std::size_t previous = header.Size;
    segment.set_committed_end(to);
    if (header.busy()) {
        header.Flags &= static_cast<std::uint8_t>(~entry_flag::last_entry);
        heap.Encoding.write(last, header);
    } else {
        heap.Free.remove(last, header.Size);
        heap.TotalFreeSize -= header.Size;
        units += header.Size;
        previous = header.PreviousSize;
        at = last;
    }
    make_free(heap, segment, at, units, previous, true);
}

} // namespace

void begin_segment(Heap& heap, Segment& segment, PageRange range, std::size_t structure_bytes, std::size_t committed,
                   unsigned guard_pages) {
    segment.SegmentSignature = segment_signature;
    segment.Heap = &heap;
    segment.BaseAddress = pointer_to<void>(range.base());
    segment.LastValidEntry = pointer_to<void>(range.end());
    segment.NumberOfPages = static_cast<std::uint32_t>(range.pages());
    segment.GuardPages = static_cast<std::uint16_t>(guard_pages);
    segment.set_committed_end(range.base() + committed);
    segment.FirstEntry = pointer_to<StoredHeader>(range.base() + first_header_offset(structure_bytes));
    segment.SegmentListEntry.insert_before(heap.SegmentList);
    const Address end = address_of(segment.end_of_blocks(segment.committed_end()));
    make_free(heap, segment, segment.FirstEntry,
              static_cast<std::size_t>(end - address_of(segment.FirstEntry)) / unit, 0, true);
}

bool extend_segment(Heap& heap, Segment& segment, std::size_t units) {
    const BlockHeader last = last_header(heap, segment);
    const std::size_t have = last.busy() ? 0 : last.Size;
    if (have >= units) return true;
    const Address committed = segment.committed_end(), limit = segment.commit_limit();
    if (committed >= limit) return false;
    const std::uint64_t room = limit - committed;
    const std::uint64_t needed = align_up((units - have) * unit, page_size);
    if (needed > room) return false;
    const std::uint64_t wished =
        std::max<std::uint64_t>(heap.SegmentCommit, (committed - segment.base()) / commit_share);
    std::uint64_t bytes = std::min(room, std::max(needed, align_up(wished, page_size)));
    if (!heap.Source.commit({committed, bytes}, heap.page_use()).ok()) {
        bytes = needed;
        if (!heap.Source.commit({committed, bytes}, heap.page_use()).ok()) return false;
    }
    absorb_committed(heap, segment, committed + bytes);
    return true;
}

namespace {

Segment* new_segment(Heap& heap, std::size_t units) {
    constexpr std::size_t guard_pages = 1;
    const std::size_t structure = first_header_offset(sizeof(Segment));
    const std::size_t needed = static_cast<std::size_t>(align_up(structure + units * unit + unit + after_blocks, page_size));
    const auto least = align_up(needed + guard_pages * page_size, allocation_granularity);
    std::uint64_t bytes = std::max<std::uint64_t>(least, heap.SegmentReserve);
    NtResult<PageRange> range = heap.Source.reserve(bytes);
    while (!range.ok() && bytes > least) {
        bytes = std::max(least, align_up(bytes / 2, allocation_granularity));
        range = heap.Source.reserve(bytes);
    }
    if (!range.ok()) return nullptr;
    Reservation reservation(heap.Source, range.value());
    if (!heap.Source.commit({range.value().base(), needed}, heap.page_use()).ok()) return nullptr;
    auto* const segment = pointer_to<Segment>(range.value().base());
    if (!page_map().insert(range.value(), Region::tag(segment)).ok()) return nullptr;
    reservation.keep();
    begin_segment(heap, *segment, range.value(), sizeof(Segment), needed, guard_pages);
    if (heap.SegmentReserve < largest_segment) heap.SegmentReserve = std::min(2 * heap.SegmentReserve, largest_segment);
    return segment;
}

/// A segment that is entirely free goes.
void release_segment(Heap& heap, Segment& segment) {
    take_free_end(heap, free_end(heap, segment));
    segment.SegmentListEntry.remove();
    const PageRange range = segment.range();
    page_map().remove(range);
    heap.Source.release(range);
}

/// What a heap keeps of empty segments: enough that a program which frees all it has, and begins anew, need not wait for
/// zeroed pages each time.
constexpr std::uint64_t most_empty_bytes = std::uint64_t{32} << 20;

bool enough_are_empty(Heap& heap, Segment& segment) {
    std::uint64_t bytes = segment.range().bytes();
    for (ListLink* link = heap.SegmentList.Flink; link != &heap.SegmentList; link = link->Flink) {
        Segment& other = *Segment::of_link(link);
        if (&other == &segment || &other == &heap || !is_entirely_free(heap, other)) continue;
        bytes += other.range().bytes();
        if (bytes > most_empty_bytes) return true;
    }
    return false;
}

} // namespace

bool grow(Heap& heap, std::size_t units) {
    // The newest segment first: it is the largest, and most likely to have uncommitted pages.
    for (ListLink* link = heap.SegmentList.Blink; link != &heap.SegmentList; link = link->Blink) {
        if (extend_segment(heap, *Segment::of_link(link), units)) return true;
    }
    return heap.growable() && new_segment(heap, units) != nullptr;
}

bool release_empty_segments(Heap& heap) {
    if (heap.Flags & flag::disable_coalesce_on_free) return false;
    bool any = false;
    for (ListLink* link = heap.SegmentList.Flink; link != &heap.SegmentList;) {
        Segment& segment = *Segment::of_link(link);
        link = link->Flink;
        if (&segment == &heap || !is_entirely_free(heap, segment)) continue;
        release_segment(heap, segment);
        any = true;
    }
    return any;
}

void trim(Heap& heap, Segment& segment, Trim how) {
    if (heap.Flags & flag::disable_coalesce_on_free) return; // the free end would be many blocks
    const FreeEnd end = free_end(heap, segment);
    if (end.bytes() < heap.DeCommitFreeBlockThreshold) return;
    if (&segment != &heap && end.at == segment.FirstEntry && (how == Trim::Pages || enough_are_empty(heap, segment))) {
        release_segment(heap, segment);
        return;
    }
    if (how == Trim::Segments) return;
    // What remains committed: the pages that the free block's header needs, and a little to grow into.
    const Address keep =
        (address_of(end.at->after(min_units)) + (unit - header_bytes)).next_page() + heap.SegmentCommit;
    const Address committed = segment.committed_end();
    if (keep >= committed || committed - keep < heap.DeCommitFreeBlockThreshold / 2) return;
    take_free_end(heap, end);
    segment.set_committed_end(keep);
    heap.Source.decommit({keep, committed - keep});
    const auto units = static_cast<std::size_t>(address_of(segment.end_of_blocks(keep)) - address_of(end.at)) / unit;
    make_free(heap, segment, end.at, units, end.previous, true);
}

} // namespace oriel::rtl::heap
