// SPDX-License-Identifier: MIT
// segment.h: a run of address space in which a heap's blocks lie.
//
// A segment is reserved whole and committed from the bottom as blocks are needed. A heap begins as one
// segment, whose first bytes are the heap's own structure; a growable heap adds segments, each twice as
// large as the one before, and gives an empty one back. Anti-debugging code and debuggers know the
// signature 0xFFEEFFEE at offset 0x10 (x86: 0x08), so the layout of HEAP_SEGMENT is kept.
//
// Always: [BaseAddress, committed_end) is committed and is exactly the structure, then blocks side by
// side; the last block has the last_entry flag; [committed_end, end) is reserved.
#pragma once

#include <ntdll-emu/rtl/heap/block_header.h>
#include <ntdll-emu/rtl/heap/page_source.h>

namespace oriel::rtl::heap {

struct Heap;

/// A link of an intrusive ring, as NT's LIST_ENTRY.
struct ListLink {
    ListLink* Flink;
    ListLink* Blink;

    void make_empty() { Flink = Blink = this; }
    [[nodiscard]] bool empty() const { return Flink == this; }
    void insert_before(ListLink& place) {
        Flink = &place;
        Blink = place.Blink;
        Blink->Flink = this;
        place.Blink = this;
    }
    void remove() {
        Flink->Blink = Blink;
        Blink->Flink = Flink;
    }
};

inline constexpr std::uint32_t segment_signature = 0xFFEEFFEE;
/// What lies between the last block and the uncommitted pages. NT describes those there (HEAP_UCR_DESCRIPTOR, in a block of
/// eight words that no walk shows); we leave it empty. (Observed on Windows: the gap in a walk.) On x64 the last block
/// shares its first eight bytes, as any block shares its successor's.
inline constexpr std::size_t after_blocks = 8 * pointer_bytes - (unit - header_bytes);

struct Segment {
    std::uint8_t Entry[2 * pointer_bytes]; ///< NT: a block header for the structure itself
    std::uint32_t SegmentSignature;
    std::uint32_t SegmentFlags;
    ListLink SegmentListEntry; ///< in the heap's list, oldest first
    struct Heap* Heap;
    void* BaseAddress;
    std::uint32_t NumberOfPages; ///< reserved
    StoredHeader* FirstEntry;    ///< the first block's header
    void* LastValidEntry;        ///< the reservation's end
    std::uint32_t NumberOfUnCommittedPages;
    std::uint32_t NumberOfUnCommittedRanges;
    std::uint16_t SegmentAllocatorBackTraceIndex;
    std::uint16_t GuardPages; ///< of the reservation's end, never committed (since Windows 8, growable heaps)
    StoredHeader* LastEntry; ///< the last block: what grows when pages are committed behind it
    void* Unused;

    [[nodiscard]] Address base() const { return address_of(BaseAddress); }
    [[nodiscard]] Address end() const { return address_of(LastValidEntry); }
    [[nodiscard]] PageRange range() const { return {base(), end() - base()}; }
    [[nodiscard]] Address commit_limit() const { return end() - std::uint64_t{GuardPages} * page_size; }
    [[nodiscard]] Address committed_end() const {
        return end() - std::uint64_t{NumberOfUnCommittedPages} * page_size;
    }
    void set_committed_end(Address committed) {
        NumberOfUnCommittedPages = static_cast<std::uint32_t>((end() - committed) / page_size);
        NumberOfUnCommittedRanges = NumberOfUnCommittedPages != 0;
    }
    /// Where a header would stand if one more block began at the end of the committed bytes.
    [[nodiscard]] StoredHeader* end_of_blocks(Address committed) const {
        return pointer_to<StoredHeader>(committed - after_blocks);
    }
    /// Units of all its blocks.
    [[nodiscard]] std::size_t block_units() {
        const Address end = address_of(end_of_blocks(committed_end()));
        return static_cast<std::size_t>(end - address_of(FirstEntry)) / unit;
    }
    static Segment* of_link(ListLink* link) {
        return reinterpret_cast<Segment*>(reinterpret_cast<std::uint8_t*>(link) -
                                          offsetof(Segment, SegmentListEntry));
    }
};
static_assert(offsetof(Segment, SegmentSignature) == 2 * pointer_bytes);
static_assert(sizeof(Segment) == (pointer_bytes == 8 ? 0x70 : 0x40));

/// What the page map says about a granule: a segment, or a large block (large_blocks.h).
class Region {
public:
    static void* tag(Segment* segment) { return segment; }
    static void* tag(struct LargeBlock* block) { return reinterpret_cast<std::uint8_t*>(block) + 1; }
    explicit Region(void* tagged) : m_tagged(reinterpret_cast<std::uintptr_t>(tagged)) {}
    [[nodiscard]] Segment* segment() const { return m_tagged & 1 ? nullptr : reinterpret_cast<Segment*>(m_tagged); }
    [[nodiscard]] struct LargeBlock* large() const {
        return m_tagged & 1 ? reinterpret_cast<struct LargeBlock*>(m_tagged - 1) : nullptr;
    }

private:
    std::uintptr_t m_tagged;
};

/// The offset of the first header behind a structure of that many bytes.
constexpr std::size_t first_header_offset(std::size_t structure_bytes) {
    return static_cast<std::size_t>(align_up(structure_bytes, unit)) + unit - header_bytes;
}

} // namespace oriel::rtl::heap
