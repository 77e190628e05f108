// SPDX-License-Identifier: MIT
// text.cpp: conversions for the A functions. They must not disturb the last error, so it is kept around them.
#include "text.h"

#include "nls/code_page.h"

#include <algorithm>
#include <atomic>

namespace oriel::k32 {
namespace {

constinit std::atomic<bool> file_apis_are_oem{false};

class KeepLastError {
public:
    KeepLastError() : m_error(last_error()) {}
    ~KeepLastError() { set_last_error(m_error); }

private:
    DWORD m_error;
};

} // namespace

UINT file_code_page() { return file_apis_are_oem.load(std::memory_order_relaxed) ? CP_OEMCP : CP_ACP; }

WideText::WideText(const char* text, std::size_t length, UINT code_page) : m_null(text == nullptr) {
    // A single-byte page never makes more characters than there were bytes; nor does UTF-8.
    if (m_null) return;
    if (!m_buffer.reserve(length + 1)) {
        m_ok = false;
        return;
    }
    const KeepLastError keep;
    m_length = length ? static_cast<std::size_t>(MultiByteToWideChar(code_page, 0, text, static_cast<int>(length),
                                                                     m_buffer.data(), static_cast<int>(length)))
                      : 0;
    m_buffer[m_length] = 0;
}

std::size_t narrow_length(const WCHAR* text, std::size_t length, UINT code_page) {
    const KeepLastError keep;
    return length ? static_cast<std::size_t>(WideCharToMultiByte(code_page, 0, text, static_cast<int>(length),
                                                                 nullptr, 0, nullptr, nullptr))
                  : 0;
}

std::size_t narrow(const WCHAR* text, std::size_t length, char* to, std::size_t size, UINT code_page) {
    const KeepLastError keep;
    if (!length || !size) return 0;
    return static_cast<std::size_t>(WideCharToMultiByte(code_page, 0, text, static_cast<int>(length), to,
                                                        static_cast<int>(size), nullptr, nullptr));
}

DWORD answer_narrow(const WCHAR* text, std::size_t length, char* to, std::size_t size, UINT code_page) {
    const std::size_t bytes = narrow_length(text, length, code_page);
    if (bytes >= size) return static_cast<DWORD>(bytes + 1);
    narrow(text, length, to, size, code_page);
    to[bytes] = 0;
    return static_cast<DWORD>(bytes);
}

DWORD answer_wide(const WCHAR* text, std::size_t length, WCHAR* to, std::size_t size) {
    if (length >= size) return static_cast<DWORD>(length + 1);
    std::copy_n(text, length, to);
    to[length] = 0;
    return static_cast<DWORD>(length);
}

} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI AreFileApisANSI() { return file_code_page() == CP_ACP; }
K32_EXPORT void WINAPI SetFileApisToANSI() { file_apis_are_oem = false; }
K32_EXPORT void WINAPI SetFileApisToOEM() { file_apis_are_oem = true; }
