// SPDX-License-Identifier: MIT
// subsegment.h: a run of equal blocks, which one thread hands out without a lock.
//
// A subsegment is the contents of one block of the backend (NT: its "user blocks"; the block is marked
// internal, and HeapWalk shows what is in it instead). It is whole pages, so that the page map can say of any address
// whether it is in one:
//
//     header 8 | (colour) | Subsegment | header 8 | data | header 8 | data | ... never used yet ...
//              ^ base(), a page boundary                 |                 ^ Fresh              ^ End
//
// The colour is a few cache lines, another number in each: if all these structures began at a page boundary,
// they would fight for the same lines of the first-level cache.
//
// It belongs to one thread's bins (thread_bins.h). The owner takes blocks from Head and puts them back there,
// with plain loads and stores. Other threads push what they free onto Remote with a compare-and-swap; the
// owner takes that whole list when Head is empty. (The scheme is mimalloc's: Leijen, Zorn, de Moura, "Mimalloc: Free
// List Sharding in Action", 2019.)
//
// Offsets are in units from base() to a block's data; 0 means none. A free block's header names the
// next one (entry.h).
//
// How the owner keeps it, and what Attention counts: frees until the owner has to think.
//     current    blocks are taken from it; Attention = used blocks + current_bias (a free never needs thought)
//     listed     among its bucket's partial ones; Attention = used blocks (at 0 it is empty: give it back)
//     parked     no block to be had; in no list; Attention = 1 (the next free makes it useful again)
// Used blocks include those in Remote, until the owner has taken them.
//
// Always: while parked, bit `parked_bit` of Remote is set, until somebody frees a block into it. Who clears the
// bit lists it (the owner), or hands it to the owner by ThreadBins::Awake (another thread): exactly one does.
#pragma once

#include <ntdll-emu/rtl/heap/front_end/entry.h>
#include <oriel/page_range.h>

#include <atomic>

namespace oriel::rtl::heap {
struct Heap;
}

namespace oriel::rtl::heap::front_end {

struct ThreadBins;

struct Subsegment {
    std::uint32_t Head;
    std::uint32_t Attention;
    std::atomic<ThreadBins*> Owner; ///< changes only while listed, and only by the owner or for a dead one
    Heap* TheHeap;
    std::atomic<std::uint32_t> BlockUnits; ///< 0: a spare, which has no blocks yet
    std::uint32_t End; ///< where no block fits any more
    std::atomic<std::uint32_t> Fresh; ///< the first block that was never used: it has no header yet
    std::uint16_t Bucket;
    std::uint8_t Pages;
    bool Listed;
    Subsegment* Next; ///< in the bucket's list of partial ones
    Subsegment* Previous;
    Subsegment* NextAwake;
    std::uint32_t ParkedUsed; ///< used blocks while parked
    std::atomic<std::uint32_t> Remote; ///< remote_* below

    [[nodiscard]] std::uintptr_t base() const { return reinterpret_cast<std::uintptr_t>(this) & ~(page_size - 1); }
    [[nodiscard]] StoredHeader* header_at(std::uint32_t offset) const {
        return reinterpret_cast<StoredHeader*>(base() + offset * unit - header_bytes);
    }
    [[nodiscard]] std::uint32_t offset_of(const void* data) const {
        return static_cast<std::uint32_t>((reinterpret_cast<std::uintptr_t>(data) - base()) / unit);
    }
    [[nodiscard]] inline std::uint32_t first_offset() const;
    [[nodiscard]] std::uint32_t end_of_pages() const { return static_cast<std::uint32_t>(Pages * (page_size / unit)); }
    [[nodiscard]] PageRange page_range() const { return {Address(base()), Pages * page_size}; }
    /// The block of the backend that it is the contents of.
    [[nodiscard]] StoredHeader* backend_header() const { return header_at(0); }

    /// The subsegment that begins at a page.
    static Subsegment* at_base(std::uintptr_t base) {
        return reinterpret_cast<Subsegment*>(base + ((base >> 12) + (base >> 16)) % colours * colour_bytes);
    }
    static constexpr std::size_t colours = 8, colour_bytes = 64;
};
inline constexpr std::size_t most_offset_bytes = // of the first block
    (Subsegment::colours - 1) * Subsegment::colour_bytes + sizeof(Subsegment) + header_bytes + unit;

inline std::uint32_t Subsegment::first_offset() const {
    const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(this + 1) + header_bytes - base();
    return static_cast<std::uint32_t>((end + unit - 1) / unit);
}

inline constexpr std::uint32_t current_bias = 1u << 30;

// Remote: the list's head, how many blocks are in it, and the parked bit.
inline constexpr std::uint32_t remote_head_mask = 0xFFFF;
inline constexpr std::uint32_t remote_count_one = 0x10000;
inline constexpr unsigned remote_count_shift = 16;
inline constexpr std::uint32_t remote_count_mask = 0x7FFF;
inline constexpr std::uint32_t parked_bit = 0x80000000;

inline std::uint32_t remote_count(std::uint32_t remote) { return remote >> remote_count_shift & remote_count_mask; }

/// What stands where there is no subsegment: it never has a block.
extern Subsegment nothing;

} // namespace oriel::rtl::heap::front_end
