// SPDX-License-Identifier: MIT
// stringapiset.cpp: text between code pages and UTF-16.
//
// Both functions work alike: check the arguments, then convert character by character into a counted
// output that, given no room at all, only counts. Sources: "MultiByteToWideChar function" and
// "WideCharToMultiByte function" (Microsoft documentation).
//
// Always: 0 is failure and sets the last error; success does not touch it.
#include "kernel32.h"
#include "nls/code_page.h"
#include "nls/utf8.h"

namespace oriel::k32 {
namespace {

/// The caller's buffer, or, with a size of 0, only a count of what would be written.
template<class T>
class Output {
public:
    Output(T* to, int size) : m_to(to), m_size(static_cast<std::size_t>(size)) {}

    void put(T unit) {
        if (m_size != 0) {
            if (m_count < m_size)
                m_to[m_count] = unit;
            else
                m_overflow = true;
        }
        ++m_count;
    }
    /// Puts all of them or, at the end of the room, none: a character is not torn.
    void put(const T* units, std::size_t count) {
        if (m_size != 0 && m_count + count > m_size) {
            m_overflow = true;
            return;
        }
        for (std::size_t i = 0; i < count; ++i) put(units[i]);
    }
    [[nodiscard]] bool full() const { return m_overflow; }
    /// What the API answers: the count, or 0 with ERROR_INSUFFICIENT_BUFFER.
    [[nodiscard]] int answer() const {
        if (m_overflow || m_count > 0x7FFFFFFF) {
            set_last_error(ERROR_INSUFFICIENT_BUFFER);
            return 0;
        }
        return static_cast<int>(m_count);
    }

private:
    T* m_to;
    std::size_t m_size;
    std::size_t m_count = 0;
    bool m_overflow = false;
};

constexpr DWORD multi_byte_flags = MB_PRECOMPOSED | MB_COMPOSITE | MB_USEGLYPHCHARS | MB_ERR_INVALID_CHARS;
constexpr DWORD wide_char_flags =
    WC_COMPOSITECHECK | WC_DISCARDNS | WC_SEPCHARS | WC_DEFAULTCHAR | WC_NO_BEST_FIT_CHARS;

int utf8_to_wide(std::span<const std::uint8_t> bytes, bool strict, Output<char16_t>& out) {
    while (!bytes.empty() && !out.full()) {
        char32_t character = take_utf8(bytes);
        if (character == ill_formed) {
            if (strict) return fail(ERROR_NO_UNICODE_TRANSLATION);
            character = 0xFFFD;
        }
        char16_t units[2];
        out.put(units, encode_utf16(character, units));
    }
    return out.answer();
}

/// What MB_USEGLYPHCHARS shows for the control characters of an OEM page: the PC's character generator.
constexpr char16_t glyphs[33] =
    u"\u0000\u263A\u263B\u2665\u2666\u2663\u2660\u2022\u25D8\u25CB\u25D9\u2642\u2640\u266A"
    u"\u266B\u263C\u25BA\u25C4\u2195\u203C\u00B6\u00A7\u25AC\u21A8\u2191\u2193\u2192\u2190"
    u"\u221F\u2194\u25B2\u25BC";

int single_byte_to_wide(const CodePage& page, std::span<const std::uint8_t> bytes, DWORD flags,
                        Output<char16_t>& out) {
    for (const std::uint8_t byte : bytes) {
        if ((flags & MB_ERR_INVALID_CHARS) && !page.defines(byte)) return fail(ERROR_NO_UNICODE_TRANSLATION);
        if ((flags & MB_USEGLYPHCHARS) && byte < 0x20)
            out.put(glyphs[byte]);
        else if ((flags & MB_USEGLYPHCHARS) && byte == 0x7F)
            out.put(u'\u2302');
        else
            out.put(page.to_wide[byte]);
        if (out.full()) break;
    }
    return out.answer();
}

int wide_to_utf8(std::span<const char16_t> text, bool strict, Output<std::uint8_t>& out) {
    while (!text.empty() && !out.full()) {
        char32_t character = take_utf16(text);
        if (character == ill_formed) {
            if (strict) return fail(ERROR_NO_UNICODE_TRANSLATION);
            character = 0xFFFD;
        }
        std::uint8_t bytes[4];
        out.put(bytes, encode_utf8(character, bytes));
    }
    return out.answer();
}

int wide_to_single_byte(const CodePage& page, std::span<const char16_t> text, bool best_fit, const char* default_char,
                        BOOL* used_default, Output<std::uint8_t>& out) {
    const auto substitute = static_cast<std::uint8_t>(default_char ? *default_char : '?');
    bool used = false;
    for (const char16_t unit : text) {
        int byte = page.byte_of(unit);
        if (byte < 0 && best_fit) byte = page.best_fit_of(unit);
        if (byte < 0) {
            byte = substitute;
            used = true;
        }
        out.put(static_cast<std::uint8_t>(byte));
        if (out.full()) break;
    }
    if (used_default) *used_default = used;
    return out.answer();
}

/// CP_SYMBOL: bytes from 0x20 on live at U+F020...
int symbol_to_wide(std::span<const std::uint8_t> bytes, Output<char16_t>& out) {
    for (const std::uint8_t byte : bytes) out.put(byte < 0x20 ? byte : static_cast<char16_t>(0xF000 + byte));
    return out.answer();
}
int wide_to_symbol(std::span<const char16_t> text, Output<std::uint8_t>& out) {
    for (const char16_t unit : text) {
        if (unit >= 0x20 && (unit < 0xF020 || unit > 0xF0FF)) return fail(ERROR_NO_UNICODE_TRANSLATION);
        out.put(static_cast<std::uint8_t>(unit));
    }
    return out.answer();
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT int WINAPI MultiByteToWideChar(UINT code_page, DWORD flags, LPCCH text, int length, LPWSTR wide_text,
                                          int size) {
    const unsigned number = resolve_code_page(code_page);
    if (!text || length == 0 || size < 0 || (size && !wide_text) ||
        static_cast<const void*>(text) == static_cast<const void*>(wide_text))
        return fail(ERROR_INVALID_PARAMETER);
    const auto* const first = reinterpret_cast<const std::uint8_t*>(text);
    const std::span bytes(first, length < 0 ? length_of(text) + 1 : static_cast<std::size_t>(length));
    Output<char16_t> out(u16(wide_text), size);

    if (number == utf8_page) {
        if (flags & ~DWORD{MB_ERR_INVALID_CHARS}) return fail(ERROR_INVALID_FLAGS);
        return utf8_to_wide(bytes, (flags & MB_ERR_INVALID_CHARS) != 0, out);
    }
    if (number == symbol_page) return flags ? fail(ERROR_INVALID_FLAGS) : symbol_to_wide(bytes, out);
    const CodePage* const page = find_single_byte_page(number);
    if (!page) return fail(ERROR_INVALID_PARAMETER);
    constexpr DWORD both = MB_PRECOMPOSED | MB_COMPOSITE;
    if ((flags & ~multi_byte_flags) || (flags & both) == both) return fail(ERROR_INVALID_FLAGS);
    return single_byte_to_wide(*page, bytes, flags, out);
}

K32_EXPORT int WINAPI WideCharToMultiByte(UINT code_page, DWORD flags, LPCWCH wide_text, int length, LPSTR text,
                                          int size, LPCCH default_char, LPBOOL used_default) {
    const unsigned number = resolve_code_page(code_page);
    if (!wide_text || length == 0 || size < 0 || (size && !text) ||
        static_cast<const void*>(text) == static_cast<const void*>(wide_text))
        return fail(ERROR_INVALID_PARAMETER);
    const std::span characters(u16(wide_text),
                               length < 0 ? length_of(wide_text) + 1 : static_cast<std::size_t>(length));
    Output<std::uint8_t> out(reinterpret_cast<std::uint8_t*>(text), size);

    if (number == utf8_page || number == symbol_page) {
        if (default_char || used_default) return fail(ERROR_INVALID_PARAMETER);
        if (flags & ~(number == utf8_page ? DWORD{WC_ERR_INVALID_CHARS} : 0)) return fail(ERROR_INVALID_FLAGS);
        return number == utf8_page ? wide_to_utf8(characters, flags != 0, out) : wide_to_symbol(characters, out);
    }
    const CodePage* const page = find_single_byte_page(number);
    if (!page) return fail(ERROR_INVALID_PARAMETER);
    if (flags & ~wide_char_flags) return fail(ERROR_INVALID_FLAGS);
    return wide_to_single_byte(*page, characters, !(flags & WC_NO_BEST_FIT_CHARS), default_char, used_default, out);
}
