// SPDX-License-Identifier: MIT
// text.h: the A functions' strings.
//
// An A function is its W function with text converted before and after. Names of files go through the ANSI
// or, after SetFileApisToOEM, the OEM code page; everything else is ANSI.
#pragma once

#include "buffer.h"

namespace oriel::k32 {

/// CP_ACP, or CP_OEMCP after SetFileApisToOEM.
UINT file_code_page();

/// An argument of an A function in UTF-16. A null pointer stays one.
class WideText {
public:
    explicit WideText(const char* text, UINT code_page = CP_ACP)
        : WideText(text, text ? length_of(text) : 0, code_page) {}
    WideText(const char* text, std::size_t length, UINT code_page);

    [[nodiscard]] bool ok() const { return m_ok; }
    /// NUL-terminated.
    [[nodiscard]] const WCHAR* get() const { return m_null ? nullptr : m_buffer.data(); }
    [[nodiscard]] WCHAR* get() { return m_null ? nullptr : m_buffer.data(); }
    [[nodiscard]] std::size_t length() const { return m_length; }

private:
    PathBuffer m_buffer;
    std::size_t m_length = 0;
    bool m_null = false;
    bool m_ok = true;
};

/// A file name of an A function.
class FileText : public WideText {
public:
    explicit FileText(const char* text) : WideText(text, file_code_page()) {}
};

/// The bytes that `length` characters need in `code_page` (no terminator). Does not touch the last error.
std::size_t narrow_length(const WCHAR* text, std::size_t length, UINT code_page);
/// Converts; answers the bytes written, at most `size`.
std::size_t narrow(const WCHAR* text, std::size_t length, char* to, std::size_t size, UINT code_page);

/// The usual answer of a "copy this string to the caller" function, in A's bytes: the length without the
/// terminator if it fits `size`, else the size that is needed, terminator included.
DWORD answer_narrow(const WCHAR* text, std::size_t length, char* to, std::size_t size, UINT code_page);
/// The same in characters.
DWORD answer_wide(const WCHAR* text, std::size_t length, WCHAR* to, std::size_t size);

} // namespace oriel::k32
