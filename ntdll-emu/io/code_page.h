// SPDX-License-Identifier: MIT
// code_page.h: bytes of the console's code pages to UTF-16 and back: 437, 850, 1252 and 65001 (UTF-8).
// Other pages are refused by who sets them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oriel::io {

bool is_known_code_page(std::uint32_t code_page);

/// Decodes a stream of bytes that may be cut anywhere, also inside a character.
class TextDecoder {
public:
    void append(std::u16string& text, std::string_view bytes, std::uint32_t code_page);

private:
    std::string m_cut; ///< the beginning of a UTF-8 character whose rest has not come
};

/// What a page does not have becomes '?'.
std::string encode_text(std::u16string_view text, std::uint32_t code_page);

} // namespace oriel::io
