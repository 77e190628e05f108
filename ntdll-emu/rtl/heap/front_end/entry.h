// SPDX-License-Identifier: MIT
// entry.h: the header of a front-end block.
//
// The same eight bytes at the same place as any block's (block_header.h), scrambled with the same key. Its neighbours do not
// matter, so the bytes say something else:
//
//     0 1   how many units the block's data lie behind its subsegment's base
//     2     busy, and the three user flags; nothing else
//     3 4   busy: the bytes that were asked for; free: the next free block (as bytes 0 and 1 count), or 0
//     5     as 2
//     6 7   as 3 and 4
//
// The list of free blocks so runs through headers, not through the program's bytes: a write after free
// does not derail it, and an overrun into the next header is noticed. All that the fast path wants to know of a
// header is whether it is the one that ought to be there: the place is known, the rest is there twice, and one
// multiplication makes the word to compare.
#pragma once

#include <ntdll-emu/rtl/heap/block_header.h>

namespace oriel::rtl::heap::front_end {

class Entry {
public:
    constexpr explicit Entry(std::uint64_t bits) : m_bits(bits) {}
    static constexpr Entry busy(std::uint32_t offset, std::uint32_t requested) {
        return make(offset, requested, entry_flag::busy);
    }
    static constexpr Entry free(std::uint32_t offset, std::uint32_t next) { return make(offset, next, 0); }

    [[nodiscard]] constexpr std::uint32_t offset() const { return static_cast<std::uint16_t>(m_bits); }
    [[nodiscard]] constexpr std::uint32_t requested() const { return static_cast<std::uint32_t>(m_bits >> 48); }
    [[nodiscard]] constexpr std::uint32_t next() const { return static_cast<std::uint32_t>(m_bits >> 48); }
    [[nodiscard]] constexpr std::uint8_t flags() const { return static_cast<std::uint8_t>(m_bits >> 16); }
    [[nodiscard]] constexpr std::uint64_t bits() const { return m_bits; }

    /// Is it a header of the block at that place? Nothing wrote over it, if so.
    [[nodiscard]] constexpr bool sound_at(std::uint32_t offset) const {
        return m_bits == make(offset, requested(), flags()).m_bits &&
               (flags() & ~(entry_flag::busy | entry_flag::settable_flags)) == 0;
    }
    [[nodiscard]] constexpr bool is_busy() const { return flags() & entry_flag::busy; }
    [[nodiscard]] constexpr bool operator==(const Entry&) const = default;

    /// With other user flags in place of all that `entry` has.
    static constexpr Entry with_flags(Entry entry, std::uint8_t flags) {
        return Entry(entry.m_bits ^ (entry.flags() ^ flags) * twice_flags);
    }

    static Entry read(const StoredHeader* at, std::uint64_t key) {
        return Entry(__atomic_load_n(&at->bits, __ATOMIC_RELAXED) ^ key);
    }
    void write(StoredHeader* at, std::uint64_t key) const { __atomic_store_n(&at->bits, m_bits ^ key, __ATOMIC_RELAXED); }

private:
    static constexpr std::uint64_t twice_flags = std::uint64_t{1} << 40 | 1u << 16;
    static constexpr std::uint64_t twice_word = std::uint64_t{1} << 48 | 1u << 24;

    static constexpr Entry make(std::uint32_t offset, std::uint32_t word, std::uint8_t flags) {
        return Entry(offset + word * twice_word + flags * twice_flags);
    }

    std::uint64_t m_bits;
};

} // namespace oriel::rtl::heap::front_end
