// SPDX-License-Identifier: MIT
// format_message_text.cpp: FormatMessage: inserts, escapes, widths, buffers.
// Source: "FormatMessage function" (Microsoft documentation), its remarks and its tables of escapes.
#include <gtest/gtest.h>

#include <cstdarg>
#include <string>
#include <windows.h>

namespace {

constexpr DWORD from_string = FORMAT_MESSAGE_FROM_STRING;

std::wstring format(DWORD flags, const WCHAR* text, ...) {
    WCHAR buffer[512] = L"untouched";
    va_list arguments;
    va_start(arguments, text);
    const DWORD length = FormatMessageW(from_string | flags, text, 0, 0, buffer, 512, &arguments);
    va_end(arguments);
    return length ? std::wstring(buffer, length) : std::wstring(L"failed");
}
std::string format_narrow(DWORD flags, const char* text, ...) {
    char buffer[512] = "untouched";
    va_list arguments;
    va_start(arguments, text);
    const DWORD length = FormatMessageA(from_string | flags, text, 0, 0, buffer, 512, &arguments);
    va_end(arguments);
    return length ? std::string(buffer, length) : std::string("failed");
}

} // namespace

TEST(FormatMessage, An_insert_is_a_string_unless_a_format_says_otherwise) {
    EXPECT_EQ(format(0, L"%1 and %2", L"one", L"two"), L"one and two");
    EXPECT_EQ(format(0, L"%2, %1, %2", L"one", L"two"), L"two, one, two");
    EXPECT_EQ(format(0, L"%1!d! %2!u! %3!x! %4!X!", -5, 7, 0xab, 0xCD), L"-5 7 ab CD");
    EXPECT_EQ(format(0, L"%1!s!", L"text"), L"text");
    EXPECT_EQ(format(0, L"%1!S!", "narrow"), L"narrow");
    EXPECT_EQ(format(0, L"%1!c!", L'c'), L"c");
    EXPECT_EQ(format_narrow(0, "%1 %2!S!", "narrow", L"wide"), "narrow wide");
}

TEST(FormatMessage, A_format_has_widths_and_precisions) {
    EXPECT_EQ(format(0, L"[%1!5d!] [%1!-5d!] [%1!05d!]", 42), L"[   42] [42   ] [00042]");
    EXPECT_EQ(format(0, L"[%1!5s!] [%1!-5s!] [%1!.2s!]", L"abc"), L"[  abc] [abc  ] [ab]");
    EXPECT_EQ(format(0, L"[%1!08x!]", 0xBEEF), L"[0000beef]");
    EXPECT_EQ(format(0, L"[%1!*.*s!]", 5, 2, L"abc"), L"[   ab]");
    EXPECT_EQ(format(0, L"%1!I64d!", static_cast<long long>(-5000000000)), L"-5000000000");
}

TEST(FormatMessage, Escapes_stand_for_characters) {
    EXPECT_EQ(format(0, L"a%nb"), L"a\r\nb");
    EXPECT_EQ(format(0, L"a%tb"), L"a\tb");
    EXPECT_EQ(format(0, L"100%%"), L"100%");
    EXPECT_EQ(format(0, L"a%!b%.c% d"), L"a!b.c d");
    EXPECT_EQ(format(0, L"cut%0 here"), L"cut");
    EXPECT_EQ(format(0, L"a%rb"), L"a\rb");
}

TEST(FormatMessage, Inserts_can_be_ignored) {
    EXPECT_EQ(format(FORMAT_MESSAGE_IGNORE_INSERTS, L"%1 %2!d!"), L"%1 %2!d!");
}

TEST(FormatMessage, A_width_of_255_drops_line_ends) {
    EXPECT_EQ(format(0, L"one\r\ntwo"), L"one\r\ntwo");
    EXPECT_EQ(format(0, L"one\ntwo"), L"one\r\ntwo");
    EXPECT_EQ(format(FORMAT_MESSAGE_MAX_WIDTH_MASK, L"one\r\ntwo"), L"one two");
    EXPECT_EQ(format(FORMAT_MESSAGE_MAX_WIDTH_MASK, L"one%ntwo"), L"one\r\ntwo");
}

TEST(FormatMessage, Arguments_can_be_an_array) {
    DWORD_PTR arguments[] = {reinterpret_cast<DWORD_PTR>(L"first"), 17};
    WCHAR buffer[64];
    EXPECT_EQ(FormatMessageW(from_string | FORMAT_MESSAGE_ARGUMENT_ARRAY, L"%1 %2!d!", 0, 0, buffer, 64,
                             reinterpret_cast<va_list*>(arguments)),
              8u);
    EXPECT_STREQ(buffer, L"first 17");
}

TEST(FormatMessage, A_small_buffer_fails) {
    WCHAR buffer[4];
    EXPECT_EQ(FormatMessageW(from_string, L"long text", 0, 0, buffer, 4, nullptr), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    EXPECT_EQ(FormatMessageW(from_string, L"four", 0, 0, buffer, 4, nullptr), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    EXPECT_EQ(FormatMessageW(from_string, L"fit", 0, 0, buffer, 4, nullptr), 3u);
}

TEST(FormatMessage, Memory_can_be_allocated) {
    WCHAR* memory = nullptr;
    EXPECT_EQ(FormatMessageW(from_string | FORMAT_MESSAGE_ALLOCATE_BUFFER, L"text", 0, 0,
                             reinterpret_cast<WCHAR*>(&memory), 0, nullptr),
              4u);
    ASSERT_NE(memory, nullptr);
    EXPECT_STREQ(memory, L"text");
    EXPECT_EQ(LocalFree(memory), nullptr);
}

TEST(FormatMessage, The_system_has_a_text_for_its_errors) {
    WCHAR buffer[256];
    for (DWORD error :
         {ERROR_SUCCESS, ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, ERROR_DISK_FULL}) {
        const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                                            error, 0, buffer, 256, nullptr);
        ASSERT_GT(length, 3u) << error;
        EXPECT_EQ(std::wstring(buffer + length - 2), L"\r\n") << error;
    }
    EXPECT_EQ(FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM, nullptr, 0xABCDEF, 0, buffer, 256, nullptr), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_MR_MID_NOT_FOUND});
}

TEST(FormatMessage, Needs_a_source) {
    WCHAR buffer[16];
    EXPECT_EQ(FormatMessageW(0, L"text", 0, 0, buffer, 16, nullptr), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(FormatMessageW(from_string, L"%1", 0, 0, buffer, 16, nullptr), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}
