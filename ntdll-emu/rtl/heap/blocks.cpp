// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/blocks.h>

#include <ntdll-emu/rtl/heap/checks.h>
#include <ntdll-emu/rtl/heap/page_map.h>

namespace oriel::rtl::heap {

bool wants_extra(const Heap& heap, std::uint32_t flags) {
    return (flags & flag::settable_user_value) || (heap.Flags & (flag::validate_all | flag::validate_parameters));
}

BlockLayout layout_for(const Heap& heap, std::uint32_t flags, std::size_t size) {
    std::size_t bytes = heap.HeaderOverhead + (size < 2 * pointer_bytes ? 2 * pointer_bytes : size);
    if (heap.Flags & flag::tail_checking) bytes += tail_bytes;
    // The words lie before the next header's unit, so this block does not share that unit.
    if (wants_extra(heap, flags)) bytes += sizeof(ExtraWords) + (2 * pointer_bytes - heap.HeaderOverhead);
    return {static_cast<std::size_t>(align_up(bytes, unit)) / unit};
}

void set_previous_size(const Heap& heap, StoredHeader* at, std::size_t units) {
    BlockHeader header = heap.Encoding.read(at);
    header.PreviousSize = static_cast<std::uint16_t>(units);
    heap.Encoding.write(at, header);
}

// ------------------------------------------------------------------------------------- finding

namespace {

bool aligned_like_data(const void* data) { return reinterpret_cast<std::uintptr_t>(data) % unit == 0; }

/// Does the block before say that this one follows it, and the block behind that this one precedes it?
bool neighbours_agree(const Heap& heap, const Segment& segment, StoredHeader* at, BlockHeader header) {
    const Address end = address_of(segment.end_of_blocks(segment.committed_end()));
    if (address_of(at->after(header.Size)) > end) return false;
    if (header.last() != (address_of(at->after(header.Size)) == end)) return false;
    if (!header.last()) {
        const BlockHeader next = heap.Encoding.read(at->after(header.Size));
        if (!HeaderCodec::plausible(next) || next.PreviousSize != header.Size) return false;
    }
    if (at == segment.FirstEntry) return header.PreviousSize == 0;
    if (header.PreviousSize < min_units) return false;
    StoredHeader* const before = at->before(header.PreviousSize);
    if (before < segment.FirstEntry) return false;
    const BlockHeader previous = heap.Encoding.read(before);
    return HeaderCodec::plausible(previous) && previous.Size == header.PreviousSize;
}

} // namespace

FoundBlock find_front_block(Heap& heap, void* data) {
    front_end::Subsegment* const subsegment = front_end::subsegment_around(heap, data);
    if (subsegment == nullptr || !aligned_like_data(data)) return {};
    const std::uint32_t offset = subsegment->offset_of(data);
    const front_end::Entry entry = front_end::Entry::read(header_of(data), heap.Encoding.key());
    if (!entry.sound_at(offset) || !entry.is_busy()) return {};
    FoundBlock found;
    found.front = subsegment;
    found.at = header_of(data);
    found.entry = entry;
    return found;
}

bool is_block(const Heap& heap, const Segment& segment, StoredHeader* at) {
    const BlockHeader header = heap.Encoding.read(at);
    return HeaderCodec::plausible(header) && header.Size >= min_units && neighbours_agree(heap, segment, at, header);
}

FoundBlock find_block(Heap& heap, void* data) {
    const FoundBlock front = find_front_block(heap, data);
    return front.good() ? front : find_backend_block(heap, data);
}

FoundBlock find_backend_block(Heap& heap, void* data) {
    void* const tagged = page_map().find(address_of(data));
    if (tagged == nullptr || !aligned_like_data(data)) return {};
    const Region region(tagged);
    StoredHeader* const at = header_of(data);
    FoundBlock found;
    found.at = at;
    if (LargeBlock* large = region.large()) {
        if (large->Heap != &heap || large->data() != data) return {};
        found.header = heap.Encoding.read(at);
        if (!HeaderCodec::plausible(found.header) || !found.header.busy() || !found.header.is_virtual()) return {};
        found.large = large;
        return found;
    }
    Segment* const segment = region.segment();
    if (segment->Heap != &heap || at < segment->FirstEntry || at > segment->LastEntry) return {};
    const BlockHeader header = found.header = heap.Encoding.read(at);
    if (!header.busy() || header.is_internal() || !is_block(heap, *segment, at)) return {};
    found.segment = segment;
    return found;
}

BlockVerdict verdict_on_bad(const void* data) {
    // What the page map knows is committed memory or the end of a segment; the rest the system is asked.
    return platform::is_readable(static_cast<const std::uint8_t*>(data) - header_bytes) ? BlockVerdict::Bad
                                                                                       : BlockVerdict::Unreadable;
}

// ------------------------------------------------------------------------------------- splitting and joining

namespace {

/// How many units of a free run go into its next block: all, or as much as a header can say while leaving
/// enough for another.
std::size_t piece_of(std::size_t units) {
    if (units <= max_units) return units;
    return units - max_units >= min_units ? max_units : max_units - min_units;
}

void take_from_lists(Heap& heap, StoredHeader* at, BlockHeader header) {
    heap.Free.remove(at, header.Size);
    heap.TotalFreeSize -= header.Size;
}

} // namespace

void make_free_piece(Heap& heap, StoredHeader* at, std::size_t units, std::size_t previous, std::uint8_t flags) {
    BlockHeader header{};
    header.Size = static_cast<std::uint16_t>(units);
    header.PreviousSize = static_cast<std::uint16_t>(previous);
    header.Flags = flags;
    if (heap.Flags & flag::free_checking) {
        header.Flags |= entry_flag::fill_pattern;
        fill_free(at, units);
    }
    heap.Encoding.write(at, header);
    heap.Free.insert(at, units);
    heap.TotalFreeSize += units;
}

void make_free(Heap& heap, Segment& segment, StoredHeader* at, std::size_t units, std::size_t previous, bool last) {
    while (units != 0) {
        const std::size_t piece = piece_of(units);
        units -= piece;
        const bool ends_segment = last && units == 0;
        if (ends_segment) segment.LastEntry = at;
        make_free_piece(heap, at, piece, previous, ends_segment ? entry_flag::last_entry : std::uint8_t{0});
        previous = piece;
        at = at->after(piece);
    }
    if (!last) set_previous_size(heap, at, previous);
}

void free_block(Heap& heap, Segment& segment, StoredHeader* at, BlockHeader header) {
    std::size_t units = header.Size, previous = header.PreviousSize;
    bool last = header.last();
    if (!(heap.Flags & flag::disable_coalesce_on_free)) {
        if (!last) {
            StoredHeader* const next = at->after(units);
            const BlockHeader next_header = heap.Encoding.read(next);
            if (!next_header.busy()) {
                take_from_lists(heap, next, next_header);
                units += next_header.Size;
                last = next_header.last();
            }
        }
        if (previous != 0) {
            StoredHeader* const before = at->before(previous);
            const BlockHeader before_header = heap.Encoding.read(before);
            if (!before_header.busy()) {
                take_from_lists(heap, before, before_header);
                units += before_header.Size;
                previous = before_header.PreviousSize;
                at = before;
            }
        }
    }
    make_free(heap, segment, at, units, previous, last);
    // Is the whole segment free? Its free end may consist of several blocks that are too long to be one.
    if ((last || units >= max_units / 2) && heap.TotalFreeSize >= segment.block_units()) trim(heap, segment, Trim::Segments);
}

BlockHeader carve(Heap& heap, Segment& segment, StoredHeader* at, BlockHeader header, std::size_t units) {
    const std::size_t rest = header.Size - units;
    const bool last = header.last();
    header.Flags = entry_flag::busy;
    header.UnusedBytes = 0;
    if (rest < min_units) {
        if (last) {
            header.Flags |= entry_flag::last_entry;
            segment.LastEntry = at;
        }
        return header;
    }
    header.Size = static_cast<std::uint16_t>(units);
    make_free(heap, segment, at->after(units), rest, units, last);
    return header;
}

void finish_busy(const Heap& heap, StoredHeader* at, BlockHeader header, std::size_t requested) {
    header.UnusedBytes = static_cast<std::uint8_t>(header.bytes() - requested);
    if (heap.Flags & flag::tail_checking) {
        header.Flags |= entry_flag::fill_pattern;
        fill_tail(at, requested);
    }
    heap.Encoding.write(at, header);
}

} // namespace oriel::rtl::heap
