// SPDX-License-Identifier: MIT
// block_header.h: the eight bytes in front of every block.
//
// Blocks lie side by side in a segment, each a whole number of units (16 bytes on x64, 8 on x86). A header
// says how long its block and the one before it are, so both neighbours are one addition away and a freed
// block can be joined with them at once (Knuth's boundary tags). The program's data follow directly:
//
//     | header | data ................ unused | header | data ...
//     ^ 8 before a multiple of the unit       ^ Size units further
//
// NT's HEAP_ENTRY, with its field names, and NT's habit of storing it scrambled: XORed with a random key of
// the heap, with a check byte, so that an overrun is noticed when the block is next used, and nobody can
// forge a header without knowing the key ("Windows Internals", 7th edition, part 1, chapter 5, "Heap
// security features").
//
// Always: the XOR of all eight decoded bytes is zero; Size >= min_units.
#pragma once

#include <nt/abi.h>
#include <oriel/address.h>

#include <bit>

namespace oriel::rtl::heap {

inline constexpr std::size_t pointer_bytes = sizeof(void*);
inline constexpr std::size_t unit = 2 * pointer_bytes; ///< MEMORY_ALLOCATION_ALIGNMENT
inline constexpr std::size_t header_bytes = 8;
inline constexpr std::size_t min_units = 2; ///< a free block holds its list's two links
inline constexpr std::size_t max_units = 0xFFFF; ///< what Size can say

namespace entry_flag { // HEAP_ENTRY_*
inline constexpr std::uint8_t busy = 0x01;
inline constexpr std::uint8_t extra_present = 0x02; ///< the block's last two words hold the user's value
inline constexpr std::uint8_t fill_pattern = 0x04; ///< tail (busy) or body (free) is filled for checking
inline constexpr std::uint8_t virtual_alloc = 0x08; ///< a large block: Size means unused bytes
inline constexpr std::uint8_t internal = 0x08; ///< in a segment: a subsegment of the front end
inline constexpr std::uint8_t last_entry = 0x10; ///< nothing committed follows
inline constexpr std::uint8_t settable_flags = 0xE0; ///< HEAP_SETTABLE_USER_FLAGS, shifted right by 4
inline constexpr unsigned settable_shift = 4;
} // namespace entry_flag

struct BlockHeader {
    std::uint16_t Size; ///< units, this header included
    std::uint8_t Flags;
    std::uint8_t SmallTagIndex; ///< the check byte
    std::uint16_t PreviousSize; ///< units of the block before; 0: the segment's first
    std::uint8_t SegmentOffset;
    std::uint8_t UnusedBytes; ///< busy: bytes of the block, header included, that were not asked for

    [[nodiscard]] bool busy() const { return Flags & entry_flag::busy; }
    [[nodiscard]] bool last() const { return Flags & entry_flag::last_entry; }
    [[nodiscard]] bool is_virtual() const { return Flags & entry_flag::virtual_alloc; }
    [[nodiscard]] bool is_internal() const { return Flags & entry_flag::internal; }
    [[nodiscard]] std::size_t bytes() const { return Size * unit; }
    [[nodiscard]] std::size_t requested() const { return bytes() - UnusedBytes; }
};
static_assert(sizeof(BlockHeader) == header_bytes);

/// A header as it lies in memory.
struct StoredHeader {
    std::uint64_t bits;

    [[nodiscard]] std::uint8_t* data() { return reinterpret_cast<std::uint8_t*>(this) + header_bytes; }
    [[nodiscard]] StoredHeader* after(std::size_t units) {
        return reinterpret_cast<StoredHeader*>(reinterpret_cast<std::uint8_t*>(this) + units * unit);
    }
    [[nodiscard]] StoredHeader* before(std::size_t units) {
        return reinterpret_cast<StoredHeader*>(reinterpret_cast<std::uint8_t*>(this) - units * unit);
    }
};
static_assert(sizeof(StoredHeader) == header_bytes);

inline StoredHeader* header_of(void* data) {
    return reinterpret_cast<StoredHeader*>(static_cast<std::uint8_t*>(data) - header_bytes);
}
inline const StoredHeader* header_of(const void* data) {
    return reinterpret_cast<const StoredHeader*>(static_cast<const std::uint8_t*>(data) - header_bytes);
}

/// Scrambles headers with a heap's key.
class HeaderCodec {
public:
    constexpr HeaderCodec() = default;
    constexpr explicit HeaderCodec(std::uint64_t key) : m_key(key) {}

    [[nodiscard]] BlockHeader read(const StoredHeader* at) const {
        return std::bit_cast<BlockHeader>(at->bits ^ m_key);
    }
    [[nodiscard]] constexpr std::uint64_t key() const { return m_key; }
    void write(StoredHeader* at, BlockHeader header) const {
        header.SmallTagIndex = 0;
        header.SmallTagIndex = fold(std::bit_cast<std::uint64_t>(header));
        at->bits = std::bit_cast<std::uint64_t>(header) ^ m_key;
    }
    /// False if the header cannot be one that write() made: something wrote over it.
    [[nodiscard]] static bool plausible(BlockHeader header) {
        return fold(std::bit_cast<std::uint64_t>(header)) == 0;
    }

private:
    static std::uint8_t fold(std::uint64_t bits) {
        bits ^= bits >> 32;
        bits ^= bits >> 16;
        return static_cast<std::uint8_t>(bits ^ (bits >> 8));
    }

    std::uint64_t m_key = 0;
};

} // namespace oriel::rtl::heap
