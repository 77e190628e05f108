// SPDX-License-Identifier: MIT
// nls_text.cpp: comparing, mapping and classifying text; locales; dates, times and numbers of en-US.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include <string>
#include <windows.h>

namespace {

constexpr LCID english = MAKELCID(MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), SORT_DEFAULT);

int order(const WCHAR* left, const WCHAR* right, DWORD flags = 0) {
    return CompareStringW(english, flags, left, -1, right, -1) - CSTR_EQUAL;
}

std::wstring mapped(DWORD flags, const WCHAR* text) {
    WCHAR buffer[64];
    const int length = LCMapStringW(english, flags, text, -1, buffer, 64);
    return length ? std::wstring(buffer) : std::wstring(L"failed");
}

} // namespace

// "CompareStringW function": by letters first, then accents, then case; a word sort skips hyphens.
TEST(CompareString, Orders_as_a_dictionary) {
    EXPECT_EQ(order(L"a", L"b"), -1);
    EXPECT_EQ(order(L"a", L"A"), -1);
    EXPECT_EQ(order(L"A", L"b"), -1);
    EXPECT_EQ(order(L"abc", L"abcd"), -1);
    EXPECT_EQ(order(L"resume", L"r\u00E9sum\u00E9"), -1);
    EXPECT_EQ(order(L"r\u00E9sum\u00E9", L"resumes"), -1);
    EXPECT_EQ(order(L"coop", L"co-op"), -1);
    EXPECT_EQ(order(L"co-op", L"cooz"), -1);
    EXPECT_EQ(order(L"1", L"a"), -1);
    EXPECT_EQ(order(L".", L"1"), -1);
    EXPECT_EQ(order(L"same", L"same"), 0);
}

// "CompareStringW function": NORM_IGNORECASE, NORM_IGNORENONSPACE.
TEST(CompareString, Can_ignore_case_and_accents) {
    EXPECT_EQ(order(L"ABC", L"abc", NORM_IGNORECASE), 0);
    EXPECT_EQ(order(L"\u00C9", L"\u00E9", NORM_IGNORECASE), 0);
    EXPECT_EQ(order(L"e", L"\u00E9", NORM_IGNORENONSPACE), 0);
    EXPECT_NE(order(L"e", L"\u00E9", NORM_IGNORECASE), 0);
    EXPECT_EQ(CompareStringW(english, 0x40000000 >> 1, L"a", 1, L"a", 1), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_FLAGS});
    EXPECT_EQ(CompareStringW(english, 0, nullptr, 1, L"a", 1), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "CompareStringOrdinal function": by code, with the operating system's upcase table.
TEST(CompareString, Ordinal_goes_by_code) {
    EXPECT_EQ(CompareStringOrdinal(L"B", -1, L"a", -1, FALSE), CSTR_LESS_THAN);
    EXPECT_EQ(CompareStringOrdinal(L"B", -1, L"a", -1, TRUE), CSTR_GREATER_THAN);
    EXPECT_EQ(CompareStringOrdinal(L"\u00E9", -1, L"\u00C9", -1, TRUE), CSTR_EQUAL);
}

// "LCMapStringW function".
TEST(LCMapString, Maps_case) {
    EXPECT_EQ(mapped(LCMAP_UPPERCASE, L"abc \u00E9\u03C3"), L"ABC \u00C9\u03A3");
    EXPECT_EQ(mapped(LCMAP_LOWERCASE, L"ABC \u00C9"), L"abc \u00E9");
    EXPECT_EQ(LCMapStringW(english, LCMAP_UPPERCASE, L"abc", 3, nullptr, 0), 3);
    WCHAR small[2];
    EXPECT_EQ(LCMapStringW(english, LCMAP_UPPERCASE, L"abc", 3, small, 2), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    EXPECT_EQ(LCMapStringW(english, LCMAP_UPPERCASE | LCMAP_SORTKEY, L"abc", 3, nullptr, 0), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_FLAGS});
}

// "LCMapStringW function", LCMAP_SORTKEY: memcmp of keys orders as CompareString does.
TEST(LCMapString, A_sort_key_orders_like_CompareString) {
    const WCHAR* texts[] = {L"abc", L"Abc", L"abd", L"r\u00E9sum\u00E9", L"resume", L"10", L"9"};
    for (const WCHAR* left : texts) {
        for (const WCHAR* right : texts) {
            unsigned char a[128], b[128];
            ASSERT_GT(LCMapStringW(english, LCMAP_SORTKEY, left, -1, reinterpret_cast<WCHAR*>(a), 128), 0);
            ASSERT_GT(LCMapStringW(english, LCMAP_SORTKEY, right, -1, reinterpret_cast<WCHAR*>(b), 128), 0);
            const int keys = strcmp(reinterpret_cast<char*>(a), reinterpret_cast<char*>(b));
            EXPECT_EQ(keys < 0, order(left, right) < 0) << left << L" " << right;
            EXPECT_EQ(keys == 0, order(left, right) == 0);
        }
    }
}

// "GetStringTypeW function", CT_CTYPE1.
TEST(StringType, Classifies_characters) {
    WORD types[6];
    ASSERT_TRUE(GetStringTypeW(CT_CTYPE1, L"Aa1 .\n", 6, types));
    EXPECT_EQ(types[0] & (C1_UPPER | C1_ALPHA | C1_XDIGIT), C1_UPPER | C1_ALPHA | C1_XDIGIT);
    EXPECT_TRUE(types[1] & C1_LOWER);
    EXPECT_TRUE(types[2] & C1_DIGIT);
    EXPECT_TRUE(types[3] & C1_SPACE);
    EXPECT_TRUE(types[3] & C1_BLANK);
    EXPECT_TRUE(types[4] & C1_PUNCT);
    EXPECT_TRUE(types[5] & C1_CNTRL);
}

// "GetLocaleInfoEx function".
TEST(Locale, Tells_about_itself) {
    WCHAR buffer[32];
    EXPECT_EQ(GetLocaleInfoW(english, LOCALE_SDECIMAL | LOCALE_NOUSEROVERRIDE, buffer, 32), 2);
    EXPECT_STREQ(buffer, L".");
    EXPECT_GT(GetLocaleInfoEx(L"en-US", LOCALE_SISO639LANGNAME, buffer, 32), 0);
    EXPECT_STREQ(buffer, L"en");
    DWORD page = 0;
    EXPECT_EQ(GetLocaleInfoW(english, LOCALE_IDEFAULTANSICODEPAGE | LOCALE_RETURN_NUMBER,
                             reinterpret_cast<WCHAR*>(&page), 2),
              2);
    EXPECT_EQ(page, 1252u);
    EXPECT_EQ(GetLocaleInfoW(english, LOCALE_SDAYNAME1, buffer, 32), 7);
    EXPECT_STREQ(buffer, L"Monday");
    EXPECT_EQ(GetLocaleInfoW(english, LOCALE_SDAYNAME1, buffer, 3), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    EXPECT_EQ(LocaleNameToLCID(L"en-US", 0), english);
    EXPECT_EQ(LCIDToLocaleName(english, buffer, 32, 0), 6);
    EXPECT_STREQ(buffer, L"en-US");
    EXPECT_TRUE(IsValidLocaleName(L"en-US"));
    EXPECT_FALSE(IsValidLocaleName(L"zz-ZZZZZ"));
}

// "GetDateFormatEx function", "GetTimeFormatEx function" and their format pictures.
TEST(DateAndTime, Are_written_by_pictures) {
    const SYSTEMTIME time{2004, 2, 0, 29, 15, 4, 5, 0};
    WCHAR buffer[64];
    EXPECT_GT(GetDateFormatW(english, 0, &time, L"yyyy'-'MM'-'dd dddd MMM d yy", buffer, 64), 0);
    EXPECT_STREQ(buffer, L"2004-02-29 Sunday Feb 29 04");
    EXPECT_GT(GetTimeFormatW(english, 0, &time, L"HH:mm:ss h tt t 'o''clock'", buffer, 64), 0);
    EXPECT_STREQ(buffer, L"15:04:05 3 PM P o'clock");
    EXPECT_GT(GetDateFormatW(english, DATE_LONGDATE | LOCALE_NOUSEROVERRIDE, &time, nullptr, buffer, 64), 0);
    EXPECT_STREQ(buffer, L"Sunday, February 29, 2004");
    EXPECT_EQ(GetDateFormatW(english, DATE_LONGDATE, &time, L"d", buffer, 64), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_FLAGS});
    const SYSTEMTIME wrong{2003, 2, 0, 29, 0, 0, 0, 0};
    EXPECT_EQ(GetDateFormatW(english, 0, &wrong, L"d", buffer, 64), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "GetNumberFormatEx function".
TEST(Numbers, Are_grouped_and_rounded) {
    WCHAR buffer[64];
    EXPECT_GT(GetNumberFormatW(english, LOCALE_NOUSEROVERRIDE, L"1234567.891", nullptr, buffer, 64), 0);
    EXPECT_STREQ(buffer, L"1,234,567.89");
    EXPECT_GT(GetNumberFormatW(english, LOCALE_NOUSEROVERRIDE, L"-0.995", nullptr, buffer, 64), 0);
    EXPECT_STREQ(buffer, L"-1.00");
    WCHAR point[] = L",", thousand[] = L".";
    const NUMBERFMTW format{0, 1, 3, point, thousand, 0};
    EXPECT_GT(GetNumberFormatW(english, 0, L"-98765", &format, buffer, 64), 0);
    EXPECT_STREQ(buffer, L"(98.765)");
    EXPECT_EQ(GetNumberFormatW(english, 0, L"12x", nullptr, buffer, 64), 0);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}
