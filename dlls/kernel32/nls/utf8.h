// SPDX-License-Identifier: MIT
// utf8.h: UTF-8 and UTF-16, a character at a time.
//
// An ill-formed sequence is one that Unicode's table 3-7 does not list: overlong forms, surrogates, values
// above U+10FFFF, missing continuation bytes. As current Windows does, every maximal part of one counts as
// one replacement character (The Unicode Standard, 3.9, "U+FFFD substitution of maximal subparts").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace oriel::k32 {

inline constexpr char32_t ill_formed = 0xFFFFFFFF;

/// Takes one character off the front of `bytes` (not empty), or `ill_formed` for the maximal ill-formed part.
inline char32_t take_utf8(std::span<const std::uint8_t>& bytes) {
    const std::uint8_t lead = bytes[0];
    bytes = bytes.subspan(1);
    if (lead < 0x80) return lead;
    if (lead < 0xC2 || lead > 0xF4) return ill_formed;

    const int continuations = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    std::uint8_t lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;  // else overlong
    std::uint8_t highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF; // else a surrogate, or too large
    char32_t character = lead & (0x3F >> continuations);
    for (int i = 0; i < continuations; ++i) {
        if (bytes.empty() || bytes[0] < lowest || bytes[0] > highest) return ill_formed;
        character = character << 6 | (bytes[0] & 0x3F);
        bytes = bytes.subspan(1);
        lowest = 0x80;
        highest = 0xBF;
    }
    return character;
}

/// Takes one character off the front of `text` (not empty), or `ill_formed` for a lone surrogate.
inline char32_t take_utf16(std::span<const char16_t>& text) {
    const char16_t unit = text[0];
    text = text.subspan(1);
    if (unit < 0xD800 || unit > 0xDFFF) return unit;
    if (unit > 0xDBFF || text.empty() || text[0] < 0xDC00 || text[0] > 0xDFFF) return ill_formed;
    const char32_t character = 0x10000 + ((unit - 0xD800u) << 10) + (text[0] - 0xDC00u);
    text = text.subspan(1);
    return character;
}

/// Writes 1 to 4 bytes; answers how many.
inline std::size_t encode_utf8(char32_t character, std::uint8_t (&out)[4]) {
    if (character < 0x80) {
        out[0] = static_cast<std::uint8_t>(character);
        return 1;
    }
    const std::size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (std::size_t i = length - 1; i > 0; --i, character >>= 6) out[i] = 0x80 | (character & 0x3F);
    constexpr std::uint8_t lead_marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = static_cast<std::uint8_t>(lead_marks[length] | character);
    return length;
}

/// Writes 1 or 2 units; answers how many.
inline std::size_t encode_utf16(char32_t character, char16_t (&out)[2]) {
    if (character < 0x10000) {
        out[0] = static_cast<char16_t>(character);
        return 1;
    }
    out[0] = static_cast<char16_t>(0xD800 + ((character - 0x10000) >> 10));
    out[1] = static_cast<char16_t>(0xDC00 + ((character - 0x10000) & 0x3FF));
    return 2;
}

} // namespace oriel::k32
