// SPDX-License-Identifier: MIT
// bitmap.h: runs of equal bits in NT's bitmaps (32-bit words, lowest bit first).
#pragma once

#include <nt/rtl_memory.h>

namespace oriel::rtl {

using Bitmap = nt::RTL_BITMAP<nt::Native>;

inline constexpr std::uint32_t no_bit = ~0u;

struct BitRun {
    std::uint32_t start = no_bit, length = 0;
};

bool test_bit(const Bitmap& map, std::uint32_t index);
void write_bits(Bitmap& map, std::uint32_t start, std::uint32_t length, bool value);
bool all_bits_are(const Bitmap& map, std::uint32_t start, std::uint32_t length, bool value);
/// The first run of bits equal to `value` at or after `from`; start is no_bit if there is none.
BitRun next_run(const Bitmap& map, std::uint32_t from, bool value);
/// Where `length` equal bits begin: searched from `hint` on, then from the start.
std::uint32_t find_run(const Bitmap& map, std::uint32_t length, std::uint32_t hint, bool value);
BitRun longest_run(const Bitmap& map, bool value);
std::uint32_t count_set(const Bitmap& map);

} // namespace oriel::rtl
