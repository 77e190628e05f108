// SPDX-License-Identifier: MIT
// block_information.h: what lies around a block of a page heap.
//
//   normal:  | information | data ........ | suffix A0 |           (all of it a block of an ordinary heap)
//   full:    | ... | information | data ........ | suffix D0 | inaccessible page
//
// The information is NT's DPH_BLOCK_INFORMATION, which debuggers look for before a block; the suffix of a full page heap
// is what alignment leaves between the block's last byte and the page's. Whoever writes before the block breaks the
// information, who writes behind it the suffix or the page.
// Source: "The Structure of a Page Heap Block", Microsoft documentation; the patterns as debuggers show them.
#pragma once

#include <ntdll-emu/rtl/heap/debug/block_table.h>

#include <cstring>

namespace oriel::rtl::heap::debug {

struct BlockInformation {
    std::uint32_t StartStamp[sizeof(void*) / 4]; ///< the second word is padding
    void* Heap;
    std::size_t RequestedSize;
    std::size_t ActualSize;
    void* FreeQueue[2];
    void* StackTrace;
    std::uint32_t EndStamp[sizeof(void*) / 4]; ///< the last word, right before the data
};
static_assert(sizeof(BlockInformation) == (sizeof(void*) == 8 ? 0x40 : 0x20));

struct Patterns {
    std::uint32_t start_stamp, end_stamp;
    std::uint8_t fresh, suffix;
};
inline constexpr std::uint8_t freed_fill = 0xF0;
inline constexpr Patterns full_patterns{0xABCDBBBB, 0xDCBABBBB, 0xC0, 0xD0};
inline constexpr Patterns normal_patterns{0xABCDAAAA, 0xDCBAAAAA, 0xE0, 0xA0};
inline constexpr std::uint32_t freed_stamp_difference = 1; ///< ABCDAAA9, DCBAAAA9; ABCDBBBA, DCBABBBA
inline constexpr std::size_t normal_suffix_bytes = 2 * sizeof(void*);

inline const Patterns& patterns_of(const BlockRecord& record) {
    return record.guarding == Guarding::Pages ? full_patterns : normal_patterns;
}

/// Where the suffix ends: the last byte that the block's own pages or its ordinary block have.
std::uint8_t* suffix_end(const BlockRecord& record);
/// Is there room for the information? Not where the inaccessible page lies before the block.
bool has_information(const BlockRecord& record);

/// Writes information and suffix of a busy block.
void write_surroundings(const BlockRecord& record);
/// The same information, marked as freed (normal page heap; a full one's pages are gone).
void mark_freed(const BlockRecord& record);

/// The first byte that is not as it should be, and what should be there.
struct Damage {
    nt::HeapFaultKind kind;
    const std::uint8_t* at = nullptr; ///< null: all is well
    std::uint8_t expected = 0;
};
Damage damage_around(const BlockRecord& record);
/// Of a delayed block with patterns: what was written since it was freed.
Damage damage_in_freed(const BlockRecord& record);

} // namespace oriel::rtl::heap::debug
