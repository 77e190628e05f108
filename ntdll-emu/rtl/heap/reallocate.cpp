// SPDX-License-Identifier: MIT
// reallocate.cpp: HeapReAlloc: in place where the neighbours allow it, else a new block and a copy.
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/checks.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

#include <cstring>

namespace oriel::rtl::heap {

namespace {

/// Makes the block at least `units` long by taking a free next block, after committing pages behind it if
/// the segment ends there. False: it cannot, and nothing that matters has changed.
bool absorb_next(Heap& heap, const FoundBlock& block, BlockHeader& header, std::size_t units) {
    if (units > max_units) return false;
    const std::size_t missing = units - header.Size;
    StoredHeader* const end = block.at->after(header.Size);
    const bool at_end = header.last() || (end == block.segment->LastEntry && !heap.Encoding.read(end).busy());
    if (at_end) {
        if (!extend_segment(heap, *block.segment, missing)) return false;
        header = heap.Encoding.read(block.at); // it may no longer be the last
    }
    if (header.last()) return false;
    const BlockHeader next = heap.Encoding.read(end);
    if (next.busy() || next.Size < missing) return false;
    // A rest of one unit is no block: it is taken too, if the header can say so.
    std::size_t taken = missing;
    if (next.Size - missing < min_units) taken = next.Size;
    if (header.Size + taken > max_units) return false;

    heap.Free.remove(end, next.Size);
    heap.TotalFreeSize -= next.Size;
    const bool reaches_end = next.last() && taken == next.Size;
    header.Size = static_cast<std::uint16_t>(header.Size + taken);
    if (reaches_end) {
        header.Flags |= entry_flag::last_entry;
        block.segment->LastEntry = block.at;
    }
    heap.Encoding.write(block.at, header);
    StoredHeader* const behind = block.at->after(header.Size);
    if (taken < next.Size) make_free(heap, *block.segment, behind, next.Size - taken, header.Size, next.last());
    else if (!reaches_end) set_previous_size(heap, behind, header.Size);
    return true;
}

/// Gives the units behind `units` back, if they make a block.
void shrink_block(Heap& heap, const FoundBlock& block, BlockHeader& header, std::size_t units) {
    const std::size_t rest = header.Size - units;
    if (rest < min_units) return;
    StoredHeader* const tail = block.at->after(units);
    BlockHeader tail_header{};
    tail_header.Size = static_cast<std::uint16_t>(rest);
    tail_header.PreviousSize = static_cast<std::uint16_t>(units);
    tail_header.Flags = entry_flag::busy | (header.Flags & entry_flag::last_entry);
    header.Size = static_cast<std::uint16_t>(units);
    header.Flags &= static_cast<std::uint8_t>(~entry_flag::last_entry);
    heap.Encoding.write(block.at, header);
    if (tail_header.last()) block.segment->LastEntry = tail;
    else set_previous_size(heap, tail->after(rest), rest);
    heap.Encoding.write(tail, tail_header);
    free_block(heap, *block.segment, tail, tail_header);
    header = heap.Encoding.read(block.at);
}

/// In place, for a block of a segment. False: it does not fit.
bool resize_block(Heap& heap, std::uint32_t flags, const FoundBlock& block, std::size_t size) {
    BlockHeader header = block.header;
    const std::size_t old_size = header.requested();
    const std::uint32_t extra = header.Flags & entry_flag::extra_present ? flag::settable_user_value : 0u;
    const BlockLayout layout = layout_for(heap, flags | extra, size);
    if (layout.units > heap.VirtualMemoryThreshold) return false;
    const ExtraWords words = extra ? *extra_of(block.at, header) : ExtraWords{};
    if (layout.units > header.Size) {
        if (!absorb_next(heap, block, header, layout.units)) return false;
    } else {
        shrink_block(heap, block, header, layout.units);
    }
    if (extra) *extra_of(block.at, header) = words;
    finish_busy(heap, block.at, header, size);
    if (size > old_size) {
        std::uint8_t* const grown = block.at->data() + old_size;
        if (flags & flag::zero_memory) std::memset(grown, 0, size - old_size);
        else if (heap.Flags & flag::free_checking) fill_words(grown, size - old_size, new_fill);
    }
    return true;
}

bool resize_in_place(Heap& heap, std::uint32_t flags, const FoundBlock& block, std::size_t size) {
    if (block.large == nullptr) return resize_block(heap, flags, block, size);
    // A large block that becomes small enough for a segment moves there, unless it must not move.
    if (!(flags & flag::realloc_in_place_only) &&
        layout_for(heap, flags, size).units <= heap.VirtualMemoryThreshold) {
        return false;
    }
    const std::size_t old_size = block.large->Requested;
    if (!resize_large(heap, *block.large, size)) return false;
    if (size > old_size && (flags & flag::zero_memory))
        std::memset(block.large->data() + old_size, 0, size - old_size);
    return true;
}

void* move_block(Heap& heap, std::uint32_t flags, void* data, const FoundBlock& block, std::size_t size) {
    UserInfo info{};
    if (block.has_extra() || block.user_flags() != 0) get_user_info(heap, flags, data, info);
    std::uint32_t new_flags = (flags & ~flag::settable_user_flags) | info.flags;
    if (block.has_extra()) new_flags |= flag::settable_user_value;
    void* const moved = allocate(heap, new_flags & ~flag::zero_memory, size);
    if (moved == nullptr) return nullptr;
    const std::size_t old_size = block.requested();
    std::memcpy(moved, data, old_size < size ? old_size : size);
    if ((flags & flag::zero_memory) && size > old_size) {
        std::memset(static_cast<std::uint8_t*>(moved) + old_size, 0, size - old_size);
    }
    if (new_flags & flag::settable_user_value) set_user_value(heap, flags, moved, info.value);
    release(heap, flags, data);
    return moved;
}

} // namespace

namespace {

/// NT's front end changes no block in place, neither to fewer bytes nor to as many: who insists on the place is
/// refused, and anybody else gets another block (observed on Windows by way of GlobalReAlloc and LocalReAlloc).
Reallocated reallocate_front(Heap& heap, std::uint32_t flags, void* data, const FoundBlock& block, std::size_t size) {
    if (size > max_request || (flags & flag::realloc_in_place_only)) return {BlockVerdict::Good, nullptr};
    return {BlockVerdict::Good, move_block(heap, flags, data, block, size)};
}

} // namespace

Reallocated reallocate(Heap& heap, std::uint32_t flags, void* data, std::size_t size) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::reallocate(heap, flags, data, size);
    flags = heap.effective(flags);
    FoundBlock block = find_front_block(heap, data);
    if (block.good()) return reallocate_front(heap, flags, data, block, size);
    {
        HeapHold hold(heap, flags);
        block = find_block(heap, data);
        if (!block.good()) return {verdict_on_bad(data), nullptr};
        if (block.large == nullptr && (block.header.Flags & entry_flag::fill_pattern)
            && !tail_is_intact(block.at, block.requested())) {
            return {BlockVerdict::Bad, nullptr};
        }
        if (size > max_request) return {BlockVerdict::Good, nullptr};
        if (resize_in_place(heap, flags, block, size)) return {BlockVerdict::Good, data};
        // A failed growth may still have committed pages behind the block.
        block.header = heap.Encoding.read(block.at);
    }
    if (flags & flag::realloc_in_place_only) return {BlockVerdict::Good, nullptr};
    return {BlockVerdict::Good, move_block(heap, flags, data, block, size)};
}

} // namespace oriel::rtl::heap
