// SPDX-License-Identifier: MIT
// crt_scanf.cpp: msvcrt's scanf. Source: "scanf type field characters", "Format specification fields".
#include "crt_test.h"

namespace {

auto* scan = msvcrt<int(const char*, const char*, ...)>("sscanf");
auto* wide_scan = msvcrt<int(const wchar_t*, const wchar_t*, ...)>("swscanf");

TEST(CrtScanf, Integers_in_all_bases) {
    int a = 0, b = 0, c = 0, d = 0;
    EXPECT_EQ(scan(" 12 -7 0x1f 017", "%d%d%x%o", &a, &b, &c, &d), 4);
    EXPECT_EQ(a, 12);
    EXPECT_EQ(b, -7);
    EXPECT_EQ(c, 31);
    EXPECT_EQ(d, 15);
    EXPECT_EQ(scan("0x10 010 10", "%i%i%i", &a, &b, &c), 3);
    EXPECT_EQ(a, 16);
    EXPECT_EQ(b, 8);
    EXPECT_EQ(c, 10);
}

TEST(CrtScanf, Sizes_are_Microsofts) {
    long long wide = 0;
    short half[2] = {0, 99};
    EXPECT_EQ(scan("123456789012 5", "%I64d %hd", &wide, half), 2);
    EXPECT_EQ(wide, 123456789012LL);
    EXPECT_EQ(half[0], 5);
    EXPECT_EQ(half[1], 99);
    EXPECT_EQ(scan("-1", "%lld", &wide), 1);
    EXPECT_EQ(wide, -1);
}

TEST(CrtScanf, Floating_point) {
    float f = 0;
    double d = 0;
    EXPECT_EQ(scan("1.5 -2.25e3", "%f %lf", &f, &d), 2);
    EXPECT_EQ(f, 1.5f);
    EXPECT_EQ(d, -2250.0);
    EXPECT_EQ(scan(".5", "%lf", &d), 1);
    EXPECT_EQ(d, 0.5);
    EXPECT_EQ(scan("x", "%lf", &d), 0);
}

TEST(CrtScanf, Text_characters_and_sets) {
    char word[16] = "", letters[4] = "", set[16] = "", rest[16] = "";
    EXPECT_EQ(scan("hello world", "%s %3c", word, letters), 2);
    EXPECT_STREQ(word, "hello");
    EXPECT_EQ(std::string(letters, 3), "wor");
    EXPECT_EQ(scan("abc123", "%[a-c]%[^x]", set, rest), 2);
    EXPECT_STREQ(set, "abc");
    EXPECT_STREQ(rest, "123");
    EXPECT_EQ(scan("toolong", "%4s", word), 1);
    EXPECT_STREQ(word, "tool");
    wchar_t wide[8] = L"";
    EXPECT_EQ(scan("wide", "%S", wide), 1);
    EXPECT_STREQ(wide, L"wide");
}

TEST(CrtScanf, Suppression_widths_and_counts) {
    int a = 0, n = 0;
    EXPECT_EQ(scan("12 34", "%*d %d%n", &a, &n), 1);
    EXPECT_EQ(a, 34);
    EXPECT_EQ(n, 5);
    int b = 0;
    EXPECT_EQ(scan("12345", "%2d%d", &a, &b), 2);
    EXPECT_EQ(a, 12);
    EXPECT_EQ(b, 345);
}

TEST(CrtScanf, Literals_must_match_and_the_end_is_EOF) {
    int a = 0;
    EXPECT_EQ(scan("x=5", "x=%d", &a), 1);
    EXPECT_EQ(a, 5);
    EXPECT_EQ(scan("y=5", "x=%d", &a), 0);
    EXPECT_EQ(scan("", "%d", &a), EOF);
    EXPECT_EQ(scan("   ", "%d", &a), EOF);
    EXPECT_EQ(scan("50%", "%d%%", &a), 1);
}

TEST(CrtScanf, Wide) {
    int a = 0;
    wchar_t word[8] = L"";
    char narrow[8] = "";
    EXPECT_EQ(wide_scan(L"7 seven six", L"%d %s %S", &a, word, narrow), 3);
    EXPECT_EQ(a, 7);
    EXPECT_STREQ(word, L"seven");
    EXPECT_STREQ(narrow, "six");
}

TEST(CrtScanf, The_secure_kind_takes_the_room) {
    auto* scan_s = msvcrt<int(const char*, const char*, ...)>("sscanf_s");
    char word[4] = "";
    EXPECT_EQ(scan_s("abc", "%s", word, 4u), 1);
    EXPECT_STREQ(word, "abc");
    EXPECT_EQ(scan_s("abcd", "%s", word, 4u), 0);
}

} // namespace
