// SPDX-License-Identifier: MIT
// small_dlls.cpp: what console programs ask of user32, shell32, oleaut32, ole32 and advapi32.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include <string>
#include <vector>
#include <windows.h>

#include <oleauto.h>
#include <shellapi.h>

namespace {

std::vector<std::wstring> split(const WCHAR* line) {
    int count = 0;
    WCHAR** arguments = CommandLineToArgvW(line, &count);
    if (!arguments) return {};
    std::vector<std::wstring> result(arguments, arguments + count);
    LocalFree(arguments);
    return result;
}
using List = std::vector<std::wstring>;

} // namespace

// "CommandLineToArgvW function", "Parsing C command-line arguments".
TEST(CommandLineToArgv, Follows_the_rules_of_quotes_and_backslashes) {
    EXPECT_EQ(split(L"prog a b"), (List{L"prog", L"a", L"b"}));
    EXPECT_EQ(split(L"\"my prog\" \"a b\" c"), (List{L"my prog", L"a b", L"c"}));
    EXPECT_EQ(split(L"p \"abc\" d e"), (List{L"p", L"abc", L"d", L"e"}));
    EXPECT_EQ(split(L"p a\\\\b d\"e f\"g h"), (List{L"p", L"a\\\\b", L"de fg", L"h"}));
    EXPECT_EQ(split(L"p a\\\\\\\"b c d"), (List{L"p", L"a\\\"b", L"c", L"d"}));
    EXPECT_EQ(split(L"p a\\\\\\\\\"b c\" d e"), (List{L"p", L"a\\\\b c", L"d", L"e"}));
    EXPECT_EQ(split(L"p \"\""), (List{L"p", L""}));
}

// "CharUpperW function": a string, or one character.
TEST(CharUpper, Takes_a_string_or_a_character) {
    WCHAR text[] = L"stra\u00DFe \u00E9";
    EXPECT_EQ(CharUpperW(text), text);
    EXPECT_STREQ(text, L"STRA\u00DFE \u00C9");
    EXPECT_EQ(CharUpperW(reinterpret_cast<WCHAR*>(static_cast<ULONG_PTR>(L'x'))),
              reinterpret_cast<WCHAR*>(static_cast<ULONG_PTR>(L'X')));
    char narrow[] = "abc\xE9";
    EXPECT_STREQ(CharUpperA(narrow), "ABC\xC9");
    const char bytes[] = "ab";
    EXPECT_EQ(CharPrevExA(1252, bytes, bytes + 2, 0), bytes + 1);
}

// "wsprintfW function".
TEST(Wsprintf, Formats_without_floating_point) {
    char text[64];
    EXPECT_EQ(wsprintfA(text, "%d %05u %#x [%-4s] %c%%", -3, 42, 255, "ab", 'z'), 23);
    EXPECT_STREQ(text, "-3 00042 0xff [ab  ] z%");
    WCHAR wide[64];
    EXPECT_EQ(wsprintfW(wide, L"%s %S %ls %hs", L"w", "n", L"w", "n"), 7);
    EXPECT_STREQ(wide, L"w n w n");
}

// "SysAllocString function", "SysStringLen function", "VariantClear function".
TEST(Bstr, Knows_its_length) {
    BSTR text = SysAllocStringLen(L"a\0b", 3);
    ASSERT_NE(text, nullptr);
    EXPECT_EQ(SysStringLen(text), 3u);
    EXPECT_EQ(SysStringByteLen(text), 6u);
    EXPECT_EQ(text[3], 0);
    SysFreeString(text);
    EXPECT_EQ(SysStringLen(nullptr), 0u);
    EXPECT_EQ(SysAllocString(nullptr), nullptr);
    VARIANT from, to;
    VariantInit(&from);
    VariantInit(&to);
    from.vt = VT_BSTR;
    from.bstrVal = SysAllocString(L"copied");
    EXPECT_EQ(VariantCopy(&to, &from), S_OK);
    EXPECT_NE(to.bstrVal, from.bstrVal);
    EXPECT_STREQ(to.bstrVal, L"copied");
    EXPECT_EQ(VariantClear(&from), S_OK);
    EXPECT_EQ(from.vt, VT_EMPTY);
    EXPECT_EQ(VariantClear(&to), S_OK);
}

// "CLSIDFromString function", "StringFromGUID2 function".
TEST(Guid, Is_spelled_in_braces) {
    GUID guid;
    ASSERT_EQ(CLSIDFromString(L"{00112233-4455-6677-8899-AABBCCDDEEFF}", &guid), S_OK);
    EXPECT_EQ(guid.Data1, 0x00112233u);
    EXPECT_EQ(guid.Data4[7], 0xFF);
    WCHAR text[40];
    EXPECT_EQ(StringFromGUID2(guid, text, 40), 39);
    EXPECT_STREQ(text, L"{00112233-4455-6677-8899-AABBCCDDEEFF}");
    EXPECT_EQ(StringFromGUID2(guid, text, 38), 0);
}

// "AdjustTokenPrivileges function": success may mean that not all were assigned.
TEST(Privileges, Have_numbers) {
    LUID value{};
    ASSERT_TRUE(LookupPrivilegeValueW(nullptr, L"SeDebugPrivilege", &value));
    EXPECT_EQ(value.LowPart, 20u);
    EXPECT_FALSE(LookupPrivilegeValueW(nullptr, L"SeNoSuchPrivilege", &value));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NO_SUCH_PRIVILEGE});
    HANDLE token = nullptr;
    ASSERT_TRUE(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
    TOKEN_PRIVILEGES privileges{1, {{{4, 0}, SE_PRIVILEGE_ENABLED}}};
    EXPECT_TRUE(AdjustTokenPrivileges(token, FALSE, &privileges, 0, nullptr, nullptr));
    EXPECT_TRUE(GetLastError() == ERROR_NOT_ALL_ASSIGNED || GetLastError() == ERROR_SUCCESS);
    CloseHandle(token);
}
