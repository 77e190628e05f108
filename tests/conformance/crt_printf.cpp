// SPDX-License-Identifier: MIT
// crt_printf.cpp: msvcrt's printf rules, where they differ from standard C and where they do not.
// Source: "Format specification syntax: printf and wprintf functions" in Microsoft's documentation; the
// 17-digit limit, the rounding and the texts of infinities as programs observe them with msvcrt.dll.
#include "crt_test.h"

#include <math.h>
#include <stdint.h>

namespace {

template<class... Arguments> std::string format(const char* text, Arguments... arguments) {
    char buffer[2048];
    auto* print = msvcrt<int(char*, size_t, const char*, ...)>("_snprintf");
    int length = print(buffer, sizeof buffer, text, arguments...);
    return length < 0 ? "(failed)" : std::string(buffer, size_t(length));
}

template<class... Arguments> std::wstring wide_format(const wchar_t* text, Arguments... arguments) {
    wchar_t buffer[2048];
    auto* print = msvcrt<int(wchar_t*, size_t, const wchar_t*, ...)>("_snwprintf");
    int length = print(buffer, 2048, text, arguments...);
    return length < 0 ? L"(failed)" : std::wstring(buffer, size_t(length));
}

TEST(CrtPrintf, Integers_follow_flags_width_and_precision) {
    EXPECT_EQ(format("%d|%i|%u", -5, 7, 5u), "-5|7|5");
    EXPECT_EQ(format("%5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42), "   42|42   |00042|+42| 42");
    EXPECT_EQ(format("%.3d|%8.3d|%-8.3d|%08.3d", 7, 7, 7, 7), "007|     007|007     |     007");
    EXPECT_EQ(format("%.0d|%.0d", 0, 1), "|1");
    EXPECT_EQ(format("%x|%X|%#x|%#X|%#x|%o|%#o", 255, 255, 255, 255, 0, 8, 8), "ff|FF|0xff|0XFF|0|10|010");
    EXPECT_EQ(format("%*d|%-*d|%.*d", 4, 1, 4, 2, 3, 3), "   1|2   |003");
    EXPECT_EQ(format("%d", INT32_MIN), "-2147483648");
    EXPECT_EQ(format("%*d|", -4, 1), "1   |");
}

TEST(CrtPrintf, Sizes_are_Microsofts) {
    EXPECT_EQ(format("%I64d|%I64u|%lld", -1234567890123LL, 18446744073709551615ULL, 5LL),
              "-1234567890123|18446744073709551615|5");
    EXPECT_EQ(format("%I32d|%hd|%hu|%ld", -1, 70000, 70000, -3L), "-1|4464|4464|-3");
    EXPECT_EQ(format("%I64x", 0x123456789ABCDEFULL), "123456789abcdef");
    EXPECT_EQ(format("%Ix", uintptr_t(0xABC)), "abc");
}

TEST(CrtPrintf, A_pointer_is_all_its_digits_in_capitals) {
    if (sizeof(void*) == 8)
        EXPECT_EQ(format("%p", reinterpret_cast<void*>(0x1234abcd)), "000000001234ABCD");
    else
        EXPECT_EQ(format("%p", reinterpret_cast<void*>(0x1234abcd)), "1234ABCD");
}

TEST(CrtPrintf, Strings_and_characters_have_two_widths) {
    EXPECT_EQ(format("%s|%10s|%-10s|%.2s", "text", "text", "text", "text"), "text|      text|text      |te");
    EXPECT_EQ(format("%S|%ls|%ws", L"a", L"b", L"c"), "a|b|c");
    EXPECT_EQ(format("%c|%C|%lc|%hc", 'x', L'y', L'z', 'w'), "x|y|z|w");
    EXPECT_EQ(format("%s", static_cast<const char*>(nullptr)), "(null)");
    EXPECT_EQ(format("%.3s", static_cast<const char*>(nullptr)), "(nu");
    EXPECT_EQ(format("%05s|%05d", "ab", 3), "000ab|00003");
    EXPECT_EQ(wide_format(L"%s|%S|%hs|%ls", L"a", "b", "c", L"d"), L"a|b|c|d");
    EXPECT_EQ(wide_format(L"%c|%C", L'x', 'y'), L"x|y");
}

TEST(CrtPrintf, Counted_strings) {
    struct { unsigned short length, maximum; const char* text; } counted{3, 8, "abcdef"};
    EXPECT_EQ(format("%Z|", &counted), "abc|");
}

TEST(CrtPrintf, An_unknown_type_is_written_plainly) {
    EXPECT_EQ(format("%y|%%|%zu", 1), "y|%|zu");
    EXPECT_EQ(format("100%"), "100");
}

TEST(CrtPrintf, Exponents_have_three_digits) {
    EXPECT_EQ(format("%e|%E|%.2e", 1.5, 12345.678, 1e-10), "1.500000e+000|1.234568E+004|1.00e-010");
    EXPECT_EQ(format("%g|%g|%g|%g", 100000.0, 1e6, 0.0001, 0.00001), "100000|1e+006|0.0001|1e-005");
    EXPECT_EQ(format("%#g|%G|%.3g", 1.0, 1e-20, 1234.0), "1.00000|1E-020|1.23e+003");
    EXPECT_EQ(format("%e", 0.0), "0.000000e+000");
    EXPECT_EQ(format("%.0e|%#.0e", 12345.0, 12345.0), "1e+004|1.e+004");
}

TEST(CrtPrintf, Fixed_point) {
    EXPECT_EQ(format("%f|%.2f|%10.3f|%-10.1f|%010.2f", 3.14159, 2.0, -1.5, 2.25, -3.14159),
              "3.141590|2.00|    -1.500|2.3       |-000003.14");
    EXPECT_EQ(format("%.0f|%#.0f", 7.0, 7.0), "7|7.");
    EXPECT_EQ(format("%f", -0.0), "-0.000000");
    EXPECT_EQ(format("%+f|% f", 1.0, 1.0), "+1.000000| 1.000000");
    EXPECT_EQ(format("%.3f|%.3f", 0.0005, 0.9995), "0.001|1.000");
    EXPECT_EQ(format("%.1f|%.1f", 0.06, 0.04), "0.1|0.0");
    EXPECT_EQ(format("%.10f", 1e15), "1000000000000000.0000000000");
}

TEST(CrtPrintf, Seventeen_digits_then_zeros) {
    EXPECT_EQ(format("%.17g", 0.1), "0.10000000000000001");
    EXPECT_EQ(format("%.20f", 0.1), "0.10000000000000001000");
    EXPECT_EQ(format("%.0f", 1e22), "10000000000000000000000");
}

TEST(CrtPrintf, Halves_are_rounded_away_from_zero) {
    EXPECT_EQ(format("%.0f|%.0f|%.0f|%.1f", 0.5, 1.5, 2.5, 0.25), "1|2|3|0.3");
}

TEST(CrtPrintf, Infinities_and_NaNs_are_words_with_a_number_sign) {
    EXPECT_EQ(format("%f|%f", INFINITY, -INFINITY), "1.#INF00|-1.#INF00");
    EXPECT_EQ(format("%g|%e", INFINITY, INFINITY), "1.#INF|1.#INF00e+000");
    EXPECT_EQ(format("%f", NAN), "1.#QNAN0");
    EXPECT_EQ(format("%.2f", INFINITY), "1.#J");
}

TEST(CrtPrintf, Hexadecimal_doubles) { EXPECT_EQ(format("%a", 1.0), "0x1.0000000000000p+0"); }

TEST(CrtPrintf, The_count_of_characters_can_be_stored) {
    auto* print = msvcrt<int(char*, size_t, const char*, ...)>("_snprintf");
    auto* enable =
        reinterpret_cast<int (*)(int)>(GetProcAddress(GetModuleHandleA("msvcrt.dll"), "_set_printf_count_output"));
    if (enable)
        enable(1);
    char buffer[32];
    int count = -1;
    print(buffer, sizeof buffer, "abc%ndef", &count);
    EXPECT_EQ(count, 3);
}

TEST(CrtPrintf, The_old_snprintf_writes_no_NUL_at_an_exact_fit) {
    auto* print = msvcrt<int(char*, size_t, const char*, ...)>("_snprintf");
    char buffer[8] = "zzzzzzz";
    EXPECT_EQ(print(buffer, 3, "abc"), 3);
    EXPECT_EQ(std::string(buffer, 7), "abczzzz");
    EXPECT_EQ(print(buffer, 3, "12345"), -1);
    EXPECT_EQ(std::string(buffer, 7), "123zzzz");
    EXPECT_EQ(print(buffer, 4, "xyz"), 3);
    EXPECT_STREQ(buffer, "xyz");
}

TEST(CrtPrintf, Counting_needs_no_buffer) {
    auto* count = msvcrt<int(const char*, ...)>("_scprintf");
    EXPECT_EQ(count("%d %s", 12, "ab"), 5);
}

} // namespace
