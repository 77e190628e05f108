// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/console_text.h>

#include <ntdll-emu/io/utf8.h>

namespace oriel::io {

namespace {

/// What code page 437 draws for the controls 00 to 1F.
constexpr char16_t control_glyphs[] = u" ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼";

constexpr bool acts_on_cursor(char16_t unit) {
    return unit == u'\r' || unit == u'\n' || unit == u'\b' || unit == u'\t' || unit == u'\a';
}

/// What the terminal shall draw instead of obeying it.
char32_t drawn(char32_t code, OutputRules rules) {
    if (rules.vt || (rules.processed && code < 0x20 && acts_on_cursor(static_cast<char16_t>(code)))) return code;
    if (code < 0x20) return control_glyphs[code];
    if (code >= 0x7F && code < 0xA0) return code == 0x7F ? U'⌂' : U'\xFFFD'; // C1 controls act, too
    return code;
}

/// Windows has blue in the lowest bit, ANSI red.
constexpr int ansi_colour(unsigned bits) { return static_cast<int>((bits & 1) << 2 | (bits & 2) | (bits & 4) >> 2); }

} // namespace

void TerminalText::append(std::string& bytes, std::u16string_view text, OutputRules rules) {
    for (const char16_t unit : text) {
        if (m_high != 0) {
            const char16_t high = m_high;
            m_high = 0;
            if (is_low_surrogate(unit)) {
                append_utf8(bytes, join_surrogates(high, unit));
                continue;
            }
            append_utf8(bytes, 0xFFFD);
        }
        if (is_high_surrogate(unit))
            m_high = unit;
        else if (is_low_surrogate(unit))
            append_utf8(bytes, 0xFFFD);
        else
            append_utf8(bytes, drawn(unit, rules));
    }
}

std::string attribute_sequence(std::uint16_t attributes) {
    constexpr unsigned foreground_of_all = 7;
    const unsigned foreground = attributes & 0xF, background = attributes >> 4 & 0xF;
    std::string sequence = "\x1b[0";
    if (foreground != foreground_of_all)
        sequence += ";" + std::to_string((foreground & 8 ? 90 : 30) + ansi_colour(foreground));
    if (background != 0) sequence += ";" + std::to_string((background & 8 ? 100 : 40) + ansi_colour(background));
    if (attributes & 0x4000) sequence += ";7"; // COMMON_LVB_REVERSE_VIDEO
    if (attributes & 0x8000) sequence += ";4"; // COMMON_LVB_UNDERSCORE
    return sequence + "m";
}

} // namespace oriel::io
