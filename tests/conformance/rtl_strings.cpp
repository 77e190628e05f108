// SPDX-License-Identifier: MIT
// ntdll's counted strings and conversions ("RtlInitUnicodeString function" and its neighbours, Microsoft
// documentation; limits as observed on Windows).
#include <gtest/gtest.h>

#include "rtl_calls.h"

#include <cstring>
#include <string>

namespace {

constexpr LONG success = 0;
const auto status = [](unsigned value) { return static_cast<LONG>(value); };
const auto free_string = ntdll<void NTAPI(CountedText*)>("RtlFreeUnicodeString");

} // namespace

TEST(CountedStrings, Lengths_are_bytes_and_the_buffer_is_the_caller_s) {
    const auto init = ntdll<void NTAPI(CountedText*, const WCHAR*)>("RtlInitUnicodeString");
    CountedText string;
    const WCHAR text[] = L"abc";
    init(&string, text);
    EXPECT_EQ(string.length, 6);
    EXPECT_EQ(string.maximum, 8);
    EXPECT_EQ(string.buffer, text);
    init(&string, nullptr);
    EXPECT_EQ(string.length, 0);
    EXPECT_EQ(string.maximum, 0);
    EXPECT_EQ(string.buffer, nullptr);
}

TEST(CountedStrings, Text_that_is_too_long_is_cut_or_refused) {
    const std::wstring text(0x8000, L'x');
    CountedText string;
    ntdll<void NTAPI(CountedText*, const WCHAR*)>("RtlInitUnicodeString")(&string, text.c_str());
    EXPECT_EQ(string.length, 0xFFFC);
    EXPECT_EQ(string.maximum, 0xFFFE);
    EXPECT_EQ(ntdll<LONG NTAPI(CountedText*, const WCHAR*)>("RtlInitUnicodeStringEx")(&string, text.c_str()),
              status(0xC0000106)); // STATUS_NAME_TOO_LONG
}

TEST(CountedStrings, Comparison_with_and_without_case) {
    const auto compare =
        ntdll<LONG NTAPI(const CountedText*, const CountedText*, BOOLEAN)>("RtlCompareUnicodeString");
    const CountedText lower = counted(L"stra\u00DFe \u00E4"), upper = counted(L"STRA\u00DFE \u00C4");
    EXPECT_EQ(compare(&lower, &upper, TRUE), 0);
    EXPECT_NE(compare(&lower, &upper, FALSE), 0);
    const CountedText a = counted(L"a"), b = counted(L"b"), ab = counted(L"ab");
    EXPECT_LT(compare(&a, &b, TRUE), 0);
    EXPECT_LT(compare(&a, &ab, TRUE), 0);
    const auto prefix =
        ntdll<BOOLEAN NTAPI(const CountedText*, const CountedText*, BOOLEAN)>("RtlPrefixUnicodeString");
    EXPECT_TRUE(prefix(&a, &ab, FALSE));
    EXPECT_FALSE(prefix(&ab, &a, FALSE));
}

TEST(CountedStrings, Appending_needs_room_and_ends_with_NUL_where_it_can) {
    WCHAR buffer[6] = L"ab";
    CountedText string{4, sizeof buffer, buffer};
    const auto append = ntdll<LONG NTAPI(CountedText*, const WCHAR*)>("RtlAppendUnicodeToString");
    EXPECT_EQ(append(&string, L"cde"), success);
    EXPECT_EQ(string.length, 10);
    EXPECT_STREQ(buffer, L"abcde");
    EXPECT_EQ(append(&string, L"fg"), status(0xC0000023)); // STATUS_BUFFER_TOO_SMALL
    EXPECT_EQ(string.length, 10);
}

TEST(CountedStrings, Integers_to_text_and_back) {
    const auto to_integer = ntdll<LONG NTAPI(const CountedText*, ULONG, ULONG*)>("RtlUnicodeStringToInteger");
    const auto value = [&](const WCHAR* text, ULONG base) {
        const CountedText string = counted(text);
        ULONG result = 0xDEAD;
        EXPECT_EQ(to_integer(&string, base, &result), success);
        return result;
    };
    EXPECT_EQ(value(L"42", 10), 42u);
    EXPECT_EQ(value(L" -1", 10), 0xFFFFFFFFu);
    EXPECT_EQ(value(L"0x1f", 0), 31u);
    EXPECT_EQ(value(L"0b11", 0), 3u);
    EXPECT_EQ(value(L"12abc", 10), 12u);
    EXPECT_EQ(value(L"", 0), 0u);
    const auto to_text = ntdll<LONG NTAPI(ULONG, ULONG, CountedText*)>("RtlIntegerToUnicodeString");
    WCHAR buffer[16];
    CountedText string{0, sizeof buffer, buffer};
    EXPECT_EQ(to_text(0xBEEF, 16, &string), success);
    EXPECT_STREQ(buffer, L"BEEF");
    CountedText narrow{0, 4, buffer};
    EXPECT_EQ(to_text(123, 10, &narrow), status(0x80000005)); // STATUS_BUFFER_OVERFLOW
    EXPECT_EQ(to_text(1, 7, &string), status(0xC000000D));
}

TEST(CountedStrings, Identifiers_as_text) {
    const auto from_guid = ntdll<LONG NTAPI(const GUID*, CountedText*)>("RtlStringFromGUID");
    const auto to_guid = ntdll<LONG NTAPI(const CountedText*, GUID*)>("RtlGUIDFromString");
    const GUID guid{0x01234567, 0x89AB, 0xCDEF, {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF}};
    CountedText string;
    ASSERT_EQ(from_guid(&guid, &string), success);
    EXPECT_STREQ(string.buffer, L"{01234567-89AB-CDEF-0123-456789ABCDEF}");
    GUID back{};
    EXPECT_EQ(to_guid(&string, &back), success);
    EXPECT_EQ(std::memcmp(&guid, &back, sizeof guid), 0);
    free_string(&string);
    const CountedText bad = counted(L"{01234567-89AB-CDEF-0123_456789ABCDEF}");
    EXPECT_EQ(to_guid(&bad, &back), status(0xC000000D));
}

TEST(CountedStrings, UTF_8_replaces_what_is_ill_formed_and_says_so) {
    const auto to_unicode = ntdll<LONG NTAPI(WCHAR*, ULONG, ULONG*, const char*, ULONG)>("RtlUTF8ToUnicodeN");
    WCHAR buffer[8];
    ULONG bytes = 0;
    EXPECT_EQ(to_unicode(buffer, sizeof buffer, &bytes, "a\xE2\x82\xAC", 4), success);
    EXPECT_EQ(bytes, 4u);
    EXPECT_EQ(buffer[1], 0x20AC);
    EXPECT_EQ(to_unicode(buffer, sizeof buffer, &bytes, "\xFF", 1), status(0x00000107)); // STATUS_SOME_NOT_MAPPED
    EXPECT_EQ(buffer[0], 0xFFFD);
    EXPECT_EQ(to_unicode(buffer, 2, &bytes, "ab", 2), status(0xC0000023));
    EXPECT_EQ(bytes, 2u);
    EXPECT_EQ(to_unicode(nullptr, 0, &bytes, "abc", 3), success);
    EXPECT_EQ(bytes, 6u);
}

TEST(Statuses, Become_Win32_errors) {
    const auto convert = ntdll<ULONG NTAPI(LONG)>("RtlNtStatusToDosError");
    EXPECT_EQ(convert(success), 0u);
    EXPECT_EQ(convert(status(0xC0000022)), static_cast<ULONG>(ERROR_ACCESS_DENIED));
    EXPECT_EQ(convert(status(0xC0000034)), static_cast<ULONG>(ERROR_FILE_NOT_FOUND));
    EXPECT_EQ(convert(status(0xC000003A)), static_cast<ULONG>(ERROR_PATH_NOT_FOUND));
    EXPECT_EQ(convert(status(0xC0000008)), static_cast<ULONG>(ERROR_INVALID_HANDLE));
    EXPECT_EQ(convert(status(0xC0000017)), static_cast<ULONG>(ERROR_NOT_ENOUGH_MEMORY));
    EXPECT_EQ(convert(status(0xC0000043)), static_cast<ULONG>(ERROR_SHARING_VIOLATION));
    EXPECT_EQ(convert(status(0xC00000BA)), static_cast<ULONG>(ERROR_ACCESS_DENIED)); // STATUS_FILE_IS_A_DIRECTORY
    EXPECT_EQ(convert(status(0xC0000101)), static_cast<ULONG>(ERROR_DIR_NOT_EMPTY));
    EXPECT_EQ(convert(status(0xC0000005)), static_cast<ULONG>(ERROR_NOACCESS));
    EXPECT_EQ(convert(status(0x80000006)), static_cast<ULONG>(ERROR_NO_MORE_FILES));
    EXPECT_EQ(convert(status(0xC0FF0001)), 317u); // ERROR_MR_MID_NOT_FOUND
}
