// SPDX-License-Identifier: MIT
// blocks.h: finding, splitting and joining the blocks of segments.
//
// Always: after each of these functions the segment's blocks lie side by side again, sizes and previous
// sizes agree, and two free neighbours are one block unless that would be longer than a header can say (or
// the heap was told not to join them).
#pragma once

#include <ntdll-emu/rtl/heap/calls.h>
#include <ntdll-emu/rtl/heap/large_blocks.h>

namespace oriel::rtl::heap {

/// What a request needs.
struct BlockLayout {
    std::size_t units;   ///< may be more than a header can say: then only a large block will do
    std::size_t bytes() const { return units * unit; }
};
BlockLayout layout_for(const Heap& heap, std::uint32_t flags, std::size_t size);
/// Does the call want two more words for a user's value?
[[nodiscard]] bool wants_extra(const Heap& heap, std::uint32_t flags);

/// A busy block of this heap, judged without trust: in a segment (or large) with a plausible header and
/// neighbours that agree, or in a subsegment of the front end.
struct FoundBlock {
    Segment* segment = nullptr;
    LargeBlock* large = nullptr;
    front_end::Subsegment* front = nullptr;
    StoredHeader* at = nullptr;
    BlockHeader header{};                ///< of a block of a segment, or a large one
    front_end::Entry entry{std::uint64_t{0}}; ///< of a front-end block

    [[nodiscard]] bool good() const { return at != nullptr; }
    [[nodiscard]] std::size_t requested() const {
        if (front != nullptr) return entry.requested();
        return large != nullptr ? large->Requested : header.requested();
    }
    /// Flags that the owner set (entry_flag::settable_flags), and whether there is a user's value.
    [[nodiscard]] std::uint8_t user_flags() const {
        return (front != nullptr ? entry.flags() : header.Flags) & entry_flag::settable_flags;
    }
    [[nodiscard]] bool has_extra() const {
        return front == nullptr && (header.Flags & entry_flag::extra_present);
    }
};
/// A busy block of the front end, which can be judged without the lock.
FoundBlock find_front_block(Heap& heap, void* data);
/// Of the backend. The heap's lock is held.
FoundBlock find_backend_block(Heap& heap, void* data);
/// Front end or backend. The heap's lock is held.
FoundBlock find_block(Heap& heap, void* data);
/// Does a block of the backend, busy or free, begin there? The header must be committed memory.
[[nodiscard]] bool is_block(const Heap& heap, const Segment& segment, StoredHeader* at);
/// For a pointer that find_block refused.
BlockVerdict verdict_on_bad(const void* data);

/// Makes [at, at + units) free, as one block or as several, and enters them in the lists. `previous` is the
/// size of the block before, `last` whether the segment's committed part ends here.
void make_free(Heap& heap, Segment& segment, StoredHeader* at, std::size_t units, std::size_t previous, bool last);
/// One free block, entered in its list; the block behind it is not told.
void make_free_piece(Heap& heap, StoredHeader* at, std::size_t units, std::size_t previous, std::uint8_t flags = 0);
/// Frees a busy block and joins it with free neighbours; then gives back memory if there is much.
void free_block(Heap& heap, Segment& segment, StoredHeader* at, BlockHeader header);
/// Turns a block (free, and already out of its list; or busy) into a busy one of `units`; the rest becomes
/// free. Answers the header, which is written with UnusedBytes 0 and no other flags.
BlockHeader carve(Heap& heap, Segment& segment, StoredHeader* at, BlockHeader header, std::size_t units);
/// Sets what was asked for in a header that carve() answered, and writes it.
void finish_busy(const Heap& heap, StoredHeader* at, BlockHeader header, std::size_t requested);
/// The next block's size includes this one's predecessor: writes PreviousSize of the block after `at`.
void set_previous_size(const Heap& heap, StoredHeader* at, std::size_t units);

/// A block for a subsegment of the front end: its data are whole pages, at a page boundary. And its end.
StoredHeader* allocate_internal(Heap& heap, std::size_t pages);
void free_internal(Heap& heap, front_end::Subsegment& subsegment);

/// Commits pages behind the segment's last block until a free block of `units` is there. False if it cannot.
bool extend_segment(Heap& heap, Segment& segment, std::size_t units);
/// Makes a free block of at least `units` come into being, in some segment or a new one.
bool grow(Heap& heap, std::size_t units);
/// Writes the structure of a segment whose first `committed` bytes are committed, with one free block.
void begin_segment(Heap& heap, Segment& segment, PageRange range, std::size_t structure_bytes, std::size_t committed,
                   unsigned guard_pages);
/// Gives every segment back that is empty. Whether there was one.
bool release_empty_segments(Heap& heap);
/// Gives the whole segment back if it is empty and the heap has enough of such; with Trim::Pages in any case, or the pages at
/// its end. A program that frees has its pages kept: it mostly wants them again, and what is committed stays so until the
/// heap is destroyed or told to be compact (observed on Windows, but for very large free blocks).
enum class Trim { Segments, Pages };
void trim(Heap& heap, Segment& segment, Trim how);

/// Calls visit(header address, decoded header) for each block; stops and answers false when it answers
/// false or when a header cannot be followed.
template<class Visit>
bool for_each_block(const Heap& heap, Segment& segment, Visit&& visit) {
    const Address end = segment.committed_end();
    for (StoredHeader* at = segment.FirstEntry;;) {
        const BlockHeader header = heap.Encoding.read(at);
        if (!HeaderCodec::plausible(header) || header.Size < min_units) return false;
        if (address_of(at->after(header.Size)) > end) return false;
        if (!visit(at, header)) return false;
        if (header.last()) return at == segment.LastEntry && at->after(header.Size) == segment.end_of_blocks(end);
        at = at->after(header.Size);
    }
}

// ------------------------------------------------------------------------------------- the user's value

/// The two words at the end of a block with extra_present: behind the data where those fill their units
/// (observed on Windows).
struct ExtraWords {
    std::uint16_t AllocatorBackTraceIndex;
    std::uint16_t TagIndex;
    void* Settable;
};
inline ExtraWords* extra_of(StoredHeader* at, BlockHeader header) {
    return reinterpret_cast<ExtraWords*>(reinterpret_cast<std::uint8_t*>(at) + header.bytes() - 2 * pointer_bytes
                                         - (unit - header_bytes));
}

} // namespace oriel::rtl::heap
