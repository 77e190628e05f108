// SPDX-License-Identifier: MIT
// checks.h: the fill patterns of a checked heap.
//
// With FLG_HEAP_ENABLE_TAIL_CHECK a block is followed by two words of 0xAB, with FLG_HEAP_ENABLE_FREE_CHECK
// new memory is 0xBAADF00D and freed memory 0xFEEEFEEE; when the pattern is gone, something wrote where it
// should not. (NT's patterns; only whole 32-bit words of new memory are filled. Large blocks are not.)
#pragma once

#include <ntdll-emu/rtl/heap/block_header.h>

#include <cstring>

namespace oriel::rtl::heap {

inline constexpr std::uint32_t new_fill = 0xBAADF00D;
inline constexpr std::uint32_t free_fill = 0xFEEEFEEE;
inline constexpr std::uint8_t tail_fill = 0xAB;
inline constexpr std::size_t tail_bytes = 2 * pointer_bytes;
inline constexpr std::size_t free_links_bytes = 2 * pointer_bytes;

inline void fill_words(void* from, std::size_t bytes, std::uint32_t pattern) {
    auto* at = static_cast<std::uint8_t*>(from);
    for (std::size_t i = 0; i + sizeof pattern <= bytes; i += sizeof pattern)
        std::memcpy(at + i, &pattern, sizeof pattern);
}

inline bool holds_words(const void* from, std::size_t bytes, std::uint32_t pattern) {
    const auto* at = static_cast<const std::uint8_t*>(from);
    for (std::size_t i = 0; i + sizeof pattern <= bytes; i += sizeof pattern) {
        if (std::memcmp(at + i, &pattern, sizeof pattern) != 0) return false;
    }
    return true;
}

inline void fill_tail(StoredHeader* block, std::size_t requested) {
    std::memset(block->data() + requested, tail_fill, tail_bytes);
}

inline bool tail_is_intact(StoredHeader* block, std::size_t requested) {
    for (std::size_t i = 0; i < tail_bytes; ++i) {
        if (block->data()[requested + i] != tail_fill) return false;
    }
    return true;
}

/// The body of a free block, behind the list's links.
inline void fill_free(StoredHeader* block, std::size_t units) {
    fill_words(block->data() + free_links_bytes, units * unit - header_bytes - free_links_bytes, free_fill);
}
inline bool free_fill_is_intact(StoredHeader* block, std::size_t units) {
    return holds_words(block->data() + free_links_bytes, units * unit - header_bytes - free_links_bytes, free_fill);
}

} // namespace oriel::rtl::heap
