// SPDX-License-Identifier: MIT
// entry.h: the header of a front-end block.
//
// The same eight bytes at the same place as any block's (block_header.h), told apart by UnusedBytes 0x80, as
// on NT. Its neighbours do not matter, so the fields say something else:
//
//     Size            how many units the block's data lie behind its subsegment
//     Flags           busy, and the three user flags; nothing else
//     SmallTagIndex   the check byte
//     PreviousSize    busy: the bytes that were asked for; free: the next free block (as Size counts), or 0
//     SegmentOffset   0
//     UnusedBytes     0x80
//
// The list of free blocks so runs through headers, not through the program's bytes: a write after free
// does not derail it, and an overrun into the next header is noticed. All that the fast path wants to know of a
// header is whether it is the one that ought to be there: one word to compare.
#pragma once

#include <ntdll-emu/rtl/heap/block_header.h>

namespace oriel::rtl::heap::front_end {

inline constexpr std::uint8_t front_end_mark = 0x80; ///< UnusedBytes of a front-end block

class Entry {
public:
    constexpr explicit Entry(std::uint64_t bits) : m_bits(bits) {}
    static constexpr Entry busy(std::uint32_t offset, std::uint32_t requested) {
        return make(offset, requested, entry_flag::busy);
    }
    static constexpr Entry free(std::uint32_t offset, std::uint32_t next) { return make(offset, next, 0); }

    [[nodiscard]] constexpr std::uint32_t offset() const { return static_cast<std::uint16_t>(m_bits); }
    [[nodiscard]] constexpr std::uint32_t requested() const { return static_cast<std::uint16_t>(m_bits >> 32); }
    [[nodiscard]] constexpr std::uint32_t next() const { return static_cast<std::uint16_t>(m_bits >> 32); }
    [[nodiscard]] constexpr std::uint8_t flags() const { return static_cast<std::uint8_t>(m_bits >> 16); }
    [[nodiscard]] constexpr std::uint64_t bits() const { return m_bits; }

    /// Is it a front-end header at all? Nothing wrote over it, if so.
    [[nodiscard]] constexpr bool sound() const {
        return m_bits == with_flags(make(offset(), requested(), 0), flags()).m_bits &&
               (flags() & ~(entry_flag::busy | entry_flag::settable_flags)) == 0;
    }
    [[nodiscard]] constexpr bool is_busy() const { return flags() & entry_flag::busy; }
    /// A busy block's header without user flags: what the fast path expects.
    [[nodiscard]] constexpr bool plainly_busy() const { return *this == busy(offset(), requested()); }
    [[nodiscard]] constexpr bool operator==(const Entry&) const = default;

    /// With other user flags in place of all that `entry` has.
    static constexpr Entry with_flags(Entry entry, std::uint8_t flags) {
        const std::uint64_t change = static_cast<std::uint64_t>(entry.flags() ^ flags);
        return Entry(entry.m_bits ^ (change << 16) ^ (change << 24));
    }

    static Entry read(const StoredHeader* at, std::uint64_t key) {
        return Entry(__atomic_load_n(&at->bits, __ATOMIC_RELAXED) ^ key);
    }
    void write(StoredHeader* at, std::uint64_t key) const { __atomic_store_n(&at->bits, m_bits ^ key, __ATOMIC_RELAXED); }

private:
    // The XOR of the eight bytes is zero, as of every header: what the check byte has to be follows from
    // the four bytes that vary.
    static constexpr Entry make(std::uint32_t offset, std::uint32_t word, std::uint8_t flags) {
        const std::uint32_t varies = offset ^ word;
        const std::uint32_t check = (varies ^ (varies >> 8)) & 0xFF;
        return Entry((static_cast<std::uint64_t>(word) << 32 | offset | (check << 24)) ^
                     (static_cast<std::uint64_t>(front_end_mark) << 56 |
                      static_cast<std::uint32_t>(flags) << 16 |
                      static_cast<std::uint32_t>(static_cast<std::uint8_t>(front_end_mark ^ flags)) << 24));
    }

    std::uint64_t m_bits;
};

} // namespace oriel::rtl::heap::front_end
