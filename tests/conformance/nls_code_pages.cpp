// SPDX-License-Identifier: MIT
// nls_code_pages.cpp: text between code pages and UTF-16.
// Sources: "MultiByteToWideChar function", "WideCharToMultiByte function", "GetCPInfo function" (Microsoft
// documentation).
#include <gtest/gtest.h>

#include <string>
#include <windows.h>

namespace {

int widen(UINT page, DWORD flags, const char* text, WCHAR* to, int size) {
    return MultiByteToWideChar(page, flags, text, -1, to, size);
}

std::wstring widened(UINT page, const std::string& text) {
    WCHAR buffer[64];
    const int length = MultiByteToWideChar(page, 0, text.data(), static_cast<int>(text.size()), buffer, 64);
    return std::wstring(buffer, static_cast<std::size_t>(length));
}
std::string narrowed(UINT page, DWORD flags, const std::wstring& text) {
    char buffer[64];
    const int length =
        WideCharToMultiByte(page, flags, text.data(), static_cast<int>(text.size()), buffer, 64, nullptr, nullptr);
    return std::string(buffer, static_cast<std::size_t>(length));
}

} // namespace

TEST(MultiByteToWideChar, Counts_and_converts) {
    WCHAR buffer[8];
    EXPECT_EQ(widen(1252, 0, "abc", nullptr, 0), 4); // with the NUL, because the length was -1
    EXPECT_EQ(MultiByteToWideChar(1252, 0, "abc", 3, nullptr, 0), 3);
    EXPECT_EQ(widen(1252, 0, "abc", buffer, 8), 4);
    EXPECT_STREQ(buffer, L"abc");
    EXPECT_EQ(widen(1252, 0, "abc", buffer, 3), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
}

TEST(MultiByteToWideChar, Knows_the_western_code_pages) {
    EXPECT_EQ(widened(1252, "\x80\xE9\x9F"), L"\u20AC\u00E9\u0178");
    EXPECT_EQ(widened(437, "\x80\xE1\xFD"), L"\u00C7\u00DF\u00B2");
    EXPECT_EQ(widened(850, "\x9B\x9D\xD5"), L"\u00F8\u00D8\u0131");
    EXPECT_EQ(widened(28591, "\xE4\xA4"), L"\u00E4\u00A4");
}

TEST(MultiByteToWideChar, Decodes_UTF8) {
    EXPECT_EQ(widened(CP_UTF8, "a\xC3\xA9\xE2\x82\xAC"), L"a\u00E9\u20AC");
    EXPECT_EQ(widened(CP_UTF8, "\xF0\x9F\x98\x80"), L"\xD83D\xDE00");
    // An ill-formed sequence becomes U+FFFD, or fails if the caller says so.
    EXPECT_EQ(widened(CP_UTF8, "a\xFFz"), L"a\uFFFDz");
    EXPECT_EQ(widened(CP_UTF8, "\xC3z"), L"\uFFFDz");
    WCHAR buffer[8];
    EXPECT_EQ(widen(CP_UTF8, MB_ERR_INVALID_CHARS, "a\xFFz", buffer, 8), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NO_UNICODE_TRANSLATION});
    EXPECT_EQ(widen(CP_UTF8, MB_ERR_INVALID_CHARS, "\xC3\xA9", buffer, 8), 2);
    EXPECT_EQ(widen(CP_UTF8, MB_ERR_INVALID_CHARS, "\xED\xA0\x80", buffer, 8), 0); // a surrogate
    EXPECT_EQ(widen(CP_UTF8, MB_ERR_INVALID_CHARS, "\xC0\x80", buffer, 8), 0);     // overlong
}

TEST(MultiByteToWideChar, Checks_its_arguments) {
    WCHAR buffer[8];
    SetLastError(0xDEAD);
    EXPECT_EQ(MultiByteToWideChar(1252, 0, "abc", 0, buffer, 8), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(MultiByteToWideChar(1252, 0, "abc", 3, nullptr, 8), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(MultiByteToWideChar(12345, 0, "abc", 3, buffer, 8), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(MultiByteToWideChar(1252, MB_PRECOMPOSED | MB_COMPOSITE, "abc", 3, buffer, 8), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_FLAGS});
    EXPECT_EQ(MultiByteToWideChar(CP_UTF8, MB_COMPOSITE, "abc", 3, buffer, 8), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_FLAGS});
}

TEST(WideCharToMultiByte, Knows_the_western_code_pages) {
    EXPECT_EQ(narrowed(1252, 0, L"\u20AC\u00E9"), "\x80\xE9");
    EXPECT_EQ(narrowed(437, 0, L"\u00C7\u00DF"), "\x80\xE1");
    EXPECT_EQ(narrowed(CP_UTF8, 0, L"\u20AC\xD83D\xDE00"), "\xE2\x82\xAC\xF0\x9F\x98\x80");
    EXPECT_EQ(narrowed(CP_UTF8, 0, L"\xD83D."), "\xEF\xBF\xBD.");
}

TEST(WideCharToMultiByte, Uses_a_best_fit_or_the_default_character) {
    EXPECT_EQ(narrowed(1252, 0, L"\u0100\uFF21"), "AA");
    EXPECT_EQ(narrowed(1252, WC_NO_BEST_FIT_CHARS, L"\u0100b"), "?b");
    char buffer[8];
    BOOL used = FALSE;
    EXPECT_EQ(WideCharToMultiByte(1252, 0, L"\u4E00", 1, buffer, 8, "#", &used), 1);
    EXPECT_EQ(buffer[0], '#');
    EXPECT_TRUE(used);
    EXPECT_EQ(WideCharToMultiByte(1252, 0, L"x", 1, buffer, 8, "#", &used), 1);
    EXPECT_FALSE(used);
}

TEST(WideCharToMultiByte, Checks_its_arguments) {
    char buffer[8];
    EXPECT_EQ(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, L"\xD83D", 1, buffer, 8, nullptr, nullptr), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NO_UNICODE_TRANSLATION});
    EXPECT_EQ(WideCharToMultiByte(1252, 0, L"abc", -1, buffer, 3, nullptr, nullptr), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
}

TEST(CodePage, Describes_itself) {
    CPINFO info;
    EXPECT_TRUE(GetCPInfo(1252, &info));
    EXPECT_EQ(info.MaxCharSize, 1u);
    EXPECT_EQ(info.DefaultChar[0], '?');
    EXPECT_TRUE(GetCPInfo(CP_UTF8, &info));
    EXPECT_EQ(info.MaxCharSize, 4u);
    SetLastError(0xDEAD);
    EXPECT_FALSE(GetCPInfo(12345, &info));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_TRUE(IsValidCodePage(1252));
    EXPECT_TRUE(IsValidCodePage(CP_UTF8));
    EXPECT_FALSE(IsValidCodePage(12345));
    EXPECT_FALSE(IsDBCSLeadByteEx(1252, 0x81));
}
