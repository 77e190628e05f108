// SPDX-License-Identifier: MIT
// text.h: UTF-16 text as a view, and what NT does with it: compare, hash, find.
#pragma once

#include <nt/basic.h>
#include <ntdll-emu/rtl/nls.h>

#include <string_view>

namespace oriel::rtl {

using Text = std::u16string_view;
using UnicodeString = nt::UNICODE_STRING<nt::Native>;
using AnsiString = nt::ANSI_STRING<nt::Native>;

enum class Case : std::uint8_t { Sensitive, Insensitive };

inline constexpr std::size_t max_string_bytes =
    0xFFFE; ///< the most that a counted string can say, in whole characters

inline Text text_of(const UnicodeString& string) { return {string.Buffer.get(), string.Length / sizeof(char16_t)}; }
inline std::string_view text_of(const AnsiString& string) { return {string.Buffer.get(), string.Length}; }
/// Text up to a NUL.
inline Text text_of(const char16_t* string) { return string != nullptr ? Text(string) : Text(); }

/// <0, 0, >0: the difference of the first characters that differ, or of the lengths.
int compare(Text left, Text right, Case sensitivity);
inline bool equal(Text left, Text right, Case sensitivity) {
    return left.size() == right.size() && compare(left, right, sensitivity) == 0;
}
inline bool starts_with(Text text, Text prefix, Case sensitivity) {
    return text.size() >= prefix.size() && compare(text.substr(0, prefix.size()), prefix, sensitivity) == 0;
}
/// The X65599 hash of RtlHashUnicodeString.
std::uint32_t hash_x65599(Text text, Case sensitivity);

/// A counted string over characters that somebody else keeps.
inline UnicodeString counted(Text text) {
    UnicodeString string;
    string.Length = static_cast<std::uint16_t>(text.size() * sizeof(char16_t));
    string.MaximumLength = string.Length;
    string.Buffer = const_cast<char16_t*>(text.data());
    return string;
}

// ------------------------------------------------------------------------------------- numbers

struct ParsedInteger {
    std::uint32_t value;
    nt::Status status; ///< Success, InvalidParameter (the base)
};
/// RtlUnicodeStringToInteger and RtlCharToInteger: leading blanks and controls, a sign, then with base 0 a
/// prefix 0x, 0o or 0b; stops at the first character that is no digit; wraps.
template<class Unit>
ParsedInteger parse_integer(std::basic_string_view<Unit> text, std::uint32_t base) {
    std::size_t at = 0;
    while (at < text.size() && static_cast<char32_t>(text[at]) <= U' ' && text[at] != Unit{}) ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == Unit('+') || text[at] == Unit('-'))) negative = text[at++] == Unit('-');
    if (base == 0) {
        base = 10;
        if (at + 1 < text.size() && text[at] == Unit('0')) {
            const Unit mark = text[at + 1];
            base = mark == Unit('x') ? 16 : mark == Unit('o') ? 8 : mark == Unit('b') ? 2 : 10;
            if (base != 10) at += 2;
        }
    } else if (base != 2 && base != 8 && base != 10 && base != 16) {
        return {0, nt::Status::InvalidParameter};
    }
    std::uint32_t value = 0;
    for (; at < text.size(); ++at) {
        const auto unit = static_cast<std::uint32_t>(text[at]);
        std::uint32_t digit = 0xFF;
        if (unit >= '0' && unit <= '9') digit = unit - '0';
        else if (unit >= 'A' && unit <= 'F') digit = unit - 'A' + 10;
        else if (unit >= 'a' && unit <= 'f') digit = unit - 'a' + 10;
        if (digit >= base) break;
        value = value * base + digit;
    }
    return {negative ? 0u - value : value, nt::Status::Success};
}

/// Digits of `value` written before `end`; answers where they begin. `base` is 2, 8, 10 or 16.
template<class Unit>
Unit* format_integer(std::uint64_t value, unsigned base, Unit* end) {
    do {
        *--end = static_cast<Unit>("0123456789ABCDEF"[value % base]);
        value /= base;
    } while (value != 0);
    return end;
}

} // namespace oriel::rtl
