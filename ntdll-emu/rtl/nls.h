// SPDX-License-Identifier: MIT
// nls.h: what rtl knows of characters: case, types, code pages, UTF-8.
//
// NT compares names with one upper-case table of its own, without regard to the user's language: "file" and
// "FILE" are the same name in Turkey too. The tables are generated (tools/nls_tables.py tells the rules).
//
// The system's code pages are those of an English Windows: ANSI 1252, OEM 437.
#pragma once

#include <generated/nls_tables.h>
#include <nt/status.h>

#include <cstddef>
#include <cstdint>

namespace oriel::rtl {

inline char16_t upcase(char16_t c) {
    if (c < 0x80) return c >= u'a' && c <= u'z' ? static_cast<char16_t>(c - 0x20) : c;
    return static_cast<char16_t>(c + nls::upcase_blocks[nls::upcase_index[c >> 8] * 256 + (c & 0xFF)]);
}

inline char16_t downcase(char16_t c) {
    if (c < 0x80) return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 0x20) : c;
    return static_cast<char16_t>(c + nls::downcase_blocks[nls::downcase_index[c >> 8] * 256 + (c & 0xFF)]);
}

/// The word of CT_CTYPE1, 2 or 3.
inline std::uint16_t character_type(unsigned which, char16_t c) {
    if (which < 1 || which > 3) return 0;
    return nls::types[nls::type_blocks[nls::type_index[c >> 8] * 256 + (c & 0xFF)] * 3u + which - 1];
}

/// A single-byte code page.
struct CodePage {
    const char16_t* to_unicode; ///< 256
    const std::uint8_t* index;  ///< from Unicode, two stages
    const std::uint8_t* blocks;

    [[nodiscard]] char16_t decode(char byte) const { return to_unicode[static_cast<std::uint8_t>(byte)]; }
    /// '?' for what the page does not have.
    [[nodiscard]] char encode(char16_t c) const {
        return static_cast<char>(blocks[index[c >> 8] * 256 + (c & 0xFF)]);
    }
};
inline constexpr CodePage ansi_page{nls::page_1252, nls::from_1252_index, nls::from_1252_blocks};
inline constexpr CodePage oem_page{nls::page_437, nls::from_437_index, nls::from_437_blocks};

inline constexpr char16_t replacement_character = 0xFFFD;

/// How a conversion went: units written (or needed, without a target), and what happened on the way.
struct Converted {
    std::size_t units = 0;
    bool replaced = false;  ///< something was no character and became U+FFFD
    bool truncated = false; ///< the target was too small; no character is torn
};
/// A null target: count only.
Converted utf8_to_utf16(const char* from, std::size_t bytes, char16_t* to, std::size_t room);
Converted utf16_to_utf8(const char16_t* from, std::size_t count, char* to, std::size_t room);

} // namespace oriel::rtl
