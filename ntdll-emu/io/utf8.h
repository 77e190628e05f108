// SPDX-License-Identifier: MIT
// utf8.h: one character of generalised UTF-8 (WTF-8: lone surrogates are characters too).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oriel::io {

struct Utf8Character {
    char32_t code = 0;
    unsigned bytes = 0; ///< 0: what stands here is not well-formed
};

/// The character at the front of `text`: shortest form only, at most U+10FFFF.
Utf8Character decode_utf8(std::string_view text);
void append_utf8(std::string& text, char32_t code);
void append_utf16(std::u16string& text, char32_t code);

constexpr bool is_high_surrogate(char16_t unit) { return (unit & 0xFC00) == 0xD800; }
constexpr bool is_low_surrogate(char16_t unit) { return (unit & 0xFC00) == 0xDC00; }
constexpr char32_t join_surrogates(char16_t high, char16_t low) {
    return 0x10000 + ((static_cast<char32_t>(high) & 0x3FF) << 10 | (static_cast<char32_t>(low) & 0x3FF));
}

/// Unpaired surrogates stay as they are (WTF-8).
std::string to_utf8(std::u16string_view text);

} // namespace oriel::io
