// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/code_page.h>

#include <ntdll-emu/io/utf8.h>

#include <generated/nls_tables.h>

#include <algorithm>
#include <optional>

namespace oriel::io {

namespace {

constexpr std::uint32_t utf8 = 65001;
constexpr char16_t replacement = 0xFFFD;

/// A single-byte code page: what its bytes mean, and which byte a unit becomes ('?' where it has none).
struct Page {
    const char16_t* units;
    const std::uint8_t* byte_index;
    const std::uint8_t* byte_blocks;

    [[nodiscard]] char byte_of(char16_t unit) const {
        return static_cast<char>(byte_blocks[byte_index[unit >> 8] * 256 + (unit & 0xFF)]);
    }
};

/// None for UTF-8.
std::optional<Page> single_byte_page(std::uint32_t code_page) {
    switch (code_page) {
    case 437: return Page{nls::page_437, nls::from_437_index, nls::from_437_blocks};
    case 850: return Page{nls::page_850, nls::from_850_index, nls::from_850_blocks};
    case 1252: return Page{nls::page_1252, nls::from_1252_index, nls::from_1252_blocks};
    default: return std::nullopt;
    }
}

/// Whether `bytes` may be the beginning of a character that is not complete.
bool may_continue(std::string_view bytes) {
    const auto lead = static_cast<unsigned char>(bytes[0]);
    const std::size_t wanted = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
    return lead < 0xF5 && bytes.size() < wanted
           && std::all_of(bytes.begin() + 1, bytes.end(), [](char byte) { return (byte & 0xC0) == 0x80; });
}

} // namespace

bool is_known_code_page(std::uint32_t code_page) {
    return code_page == 437 || code_page == 850 || code_page == 1252 || code_page == utf8;
}

void TextDecoder::append(std::u16string& text, std::string_view bytes, std::uint32_t code_page) {
    if (const auto page = single_byte_page(code_page)) {
        for (const char byte : bytes) text.push_back(page->units[static_cast<unsigned char>(byte)]);
        return;
    }
    const std::string joined = std::move(m_cut) + std::string(bytes);
    m_cut.clear();
    std::string_view rest = joined;
    while (!rest.empty()) {
        const Utf8Character character = decode_utf8(rest);
        if (character.bytes == 0 && may_continue(rest)) {
            m_cut = rest;
            return;
        }
        if (character.bytes == 0)
            text.push_back(replacement);
        else
            append_utf16(text, character.code);
        rest.remove_prefix(std::max(character.bytes, 1u));
    }
}

std::string encode_text(std::u16string_view text, std::uint32_t code_page) {
    const auto page = single_byte_page(code_page);
    if (!page) return to_utf8(text);
    std::string bytes;
    bytes.reserve(text.size());
    for (const char16_t unit : text)
        if (!is_low_surrogate(unit)) bytes.push_back(page->byte_of(unit)); // a pair is one character
    return bytes;
}

} // namespace oriel::io
