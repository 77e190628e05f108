// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/utf8.h>

namespace oriel::io {

Utf8Character decode_utf8(std::string_view text) {
    if (text.empty()) return {};
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    unsigned bytes;
    char32_t code, smallest;
    if ((lead & 0xE0) == 0xC0) {
        bytes = 2;
        code = lead & 0x1F;
        smallest = 0x80;
    } else if ((lead & 0xF0) == 0xE0) {
        bytes = 3;
        code = lead & 0x0F;
        smallest = 0x800;
    } else if ((lead & 0xF8) == 0xF0) {
        bytes = 4;
        code = lead & 0x07;
        smallest = 0x10000;
    } else {
        return {};
    }
    if (text.size() < bytes) return {};
    for (unsigned at = 1; at < bytes; ++at) {
        if ((byte(at) & 0xC0) != 0x80) return {};
        code = code << 6 | (byte(at) & 0x3F);
    }
    if (code < smallest || code > 0x10FFFF) return {};
    return {code, bytes};
}

void append_utf8(std::string& text, char32_t code) {
    const auto tail = [&](unsigned shift) { text.push_back(static_cast<char>(0x80 | (code >> shift & 0x3F))); };
    if (code < 0x80) {
        text.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        text.push_back(static_cast<char>(0xC0 | code >> 6));
        tail(0);
    } else if (code < 0x10000) {
        text.push_back(static_cast<char>(0xE0 | code >> 12));
        tail(6);
        tail(0);
    } else {
        text.push_back(static_cast<char>(0xF0 | code >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

void append_utf16(std::u16string& text, char32_t code) {
    if (code < 0x10000) {
        text.push_back(static_cast<char16_t>(code));
        return;
    }
    text.push_back(static_cast<char16_t>(0xD7C0 + (code >> 10)));
    text.push_back(static_cast<char16_t>(0xDC00 | (code & 0x3FF)));
}

std::string to_utf8(std::u16string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        char32_t code = text[at];
        if (is_high_surrogate(text[at]) && at + 1 < text.size() && is_low_surrogate(text[at + 1])) {
            code = join_surrogates(text[at], text[at + 1]);
            ++at;
        }
        append_utf8(bytes, code);
    }
    return bytes;
}

} // namespace oriel::io
