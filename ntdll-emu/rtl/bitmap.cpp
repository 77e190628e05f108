// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/bitmap.h>

#include <algorithm>
#include <bit>

namespace oriel::rtl {

namespace {

constexpr std::uint32_t word_bits = 32;

/// `length` bits from `start` within one word.
std::uint32_t mask_of(std::uint32_t start, std::uint32_t length) {
    return (length == word_bits ? ~0u : (1u << length) - 1) << start;
}

/// The first bit at or after `from` that equals `value`, or the map's size.
std::uint32_t first_equal(const Bitmap& map, std::uint32_t from, bool value) {
    while (from < map.SizeOfBitMap) {
        std::uint32_t word = map.Buffer.get()[from / word_bits];
        if (!value) word = ~word;
        word &= ~0u << (from % word_bits);
        const std::uint32_t base = from - from % word_bits;
        if (word != 0) return std::min(base + static_cast<std::uint32_t>(std::countr_zero(word)), map.SizeOfBitMap);
        from = base + word_bits;
    }
    return map.SizeOfBitMap;
}

} // namespace

bool test_bit(const Bitmap& map, std::uint32_t index) {
    return index < map.SizeOfBitMap && map.Buffer.get()[index / word_bits] >> (index % word_bits) & 1;
}

void write_bits(Bitmap& map, std::uint32_t start, std::uint32_t length, bool value) {
    if (start >= map.SizeOfBitMap || length > map.SizeOfBitMap - start) return;
    while (length != 0) {
        const std::uint32_t bit = start % word_bits, here = std::min(length, word_bits - bit);
        std::uint32_t& word = map.Buffer.get()[start / word_bits];
        if (value) word |= mask_of(bit, here);
        else word &= ~mask_of(bit, here);
        start += here;
        length -= here;
    }
}

bool all_bits_are(const Bitmap& map, std::uint32_t start, std::uint32_t length, bool value) {
    if (length == 0 || start >= map.SizeOfBitMap || length > map.SizeOfBitMap - start) return false;
    return first_equal(map, start, !value) >= start + length;
}

BitRun next_run(const Bitmap& map, std::uint32_t from, bool value) {
    const std::uint32_t start = first_equal(map, from, value);
    if (start >= map.SizeOfBitMap) return {};
    return {start, first_equal(map, start, !value) - start};
}

namespace {
std::uint32_t find_between(const Bitmap& map, std::uint32_t length, std::uint32_t from, std::uint32_t begin_before,
                           bool value) {
    for (BitRun run = next_run(map, from, value); run.start < begin_before;
         run = next_run(map, run.start + run.length, value)) {
        if (run.length >= length) return run.start;
    }
    return no_bit;
}
} // namespace

std::uint32_t find_run(const Bitmap& map, std::uint32_t length, std::uint32_t hint, bool value) {
    if (hint >= map.SizeOfBitMap) hint = 0;
    if (length == 0) return hint & ~7u; // as Windows answers: the hint's byte
    const std::uint32_t found = find_between(map, length, hint, map.SizeOfBitMap, value);
    return found != no_bit || hint == 0 ? found : find_between(map, length, 0, hint, value);
}

BitRun longest_run(const Bitmap& map, bool value) {
    BitRun longest;
    for (BitRun run = next_run(map, 0, value); run.length != 0; run = next_run(map, run.start + run.length, value)) {
        if (run.length > longest.length) longest = run;
    }
    return longest;
}

std::uint32_t count_set(const Bitmap& map) {
    std::uint32_t count = 0;
    for (std::uint32_t at = 0; at < map.SizeOfBitMap; at += word_bits) {
        const std::uint32_t here = std::min(word_bits, map.SizeOfBitMap - at);
        count += static_cast<std::uint32_t>(std::popcount(map.Buffer.get()[at / word_bits] & mask_of(0, here)));
    }
    return count;
}

} // namespace oriel::rtl
