// SPDX-License-Identifier: MIT
// large_blocks.h: blocks that are too large for a segment: each is a reservation of its own.
//
// NT: a request above VirtualMemoryThreshold goes to the memory manager, and the block is kept in a list of
// the heap (VirtualAllocdBlocks). Only growable heaps do that; in a fixed heap such a request fails
// ("HeapCreate function", Microsoft documentation). The data begin 8 words into the reservation, so a
// large block's pointer is aligned to exactly 8 words within its 64 KiB.
//
// Always: Prefix::requested is what the program asked for; everything up to it is committed.
#pragma once

#include <ntdll-emu/rtl/heap/segment.h>

namespace oriel::rtl::heap {

/// NT's HEAP_VIRTUAL_ALLOC_ENTRY: the same size, the fields that are used.
struct LargeBlock {
    ListLink Entry; ///< in the heap's list
    struct Heap* Heap;
    std::size_t ReserveSize;
    std::size_t Requested;
    void* Settable; ///< the user's value
    std::uint8_t Padding[2 * pointer_bytes - header_bytes];
    StoredHeader Header;

    [[nodiscard]] PageRange range() const { return {address_of(this), ReserveSize}; }
    [[nodiscard]] std::uint8_t* data() { return Header.data(); }
    /// Committed: the pages that hold the structure and what was asked for.
    [[nodiscard]] std::size_t committed() const { return committed_for(Requested); }
    static std::size_t committed_for(std::size_t requested) {
        return static_cast<std::size_t>(align_up(sizeof(LargeBlock) + requested, page_size));
    }
    static LargeBlock* of_link(ListLink* link) { return reinterpret_cast<LargeBlock*>(link); }
};
static_assert(sizeof(LargeBlock) == 8 * pointer_bytes);

// A program that frees a large block often asks for one of the same size soon, and giving the pages back and getting
// zeroed ones costs more than all else in the heap. So a heap keeps a few as spares: out of its list and of the page map,
// as good as gone for every call, but for the memory. NT gives them back at once. Heaps with checks keep none.
inline constexpr std::size_t most_spare_bytes = 8u << 20; ///< of one heap

/// A new block, in the heap's list and the page map; null if there is no memory. Its data are zero if it is fresh; else
/// `wants_zero` makes them so. The heap's lock is held, here and below.
LargeBlock* allocate_large(Heap& heap, std::size_t size, bool wants_zero);
void free_large(Heap& heap, LargeBlock& block);
/// Whether there were any.
bool release_spares(Heap& heap);
/// Changes what was asked for without moving, decommitting what is no longer needed; false if the committed
/// pages do not suffice (a large block never grows back: its address space beyond is not its own).
bool resize_large(Heap& heap, LargeBlock& block, std::size_t size);

} // namespace oriel::rtl::heap
