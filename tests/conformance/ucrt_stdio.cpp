// SPDX-License-Identifier: MIT
// ucrt_stdio.cpp: printf and scanf of ucrtbase.dll, where they are C99's and msvcrt's are not.
// Source: "Format specification syntax: printf and wprintf functions", "snprintf, _snprintf", "scanf type field
// characters", "_set_printf_count_output" (Microsoft documentation); the C standard, 7.21.6.
#include "ucrt_test.h"

#include <cstdint>
#include <limits>

namespace {

int scan(const char* text, const char* format, ...) {
    auto* scanner = ucrt<int(unsigned long long, const char*, size_t, const char*, void*, va_list)>("__stdio_common_vsscanf");
    va_list arguments;
    va_start(arguments, format);
    const int count = scanner(0, text, size_t(-1), format, nullptr, arguments);
    va_end(arguments);
    return count;
}

int print_into(unsigned long long options, char* buffer, size_t size, const char* text, ...) {
    auto* print = ucrt<int(unsigned long long, char*, size_t, const char*, void*, va_list)>("__stdio_common_vsprintf");
    va_list arguments;
    va_start(arguments, text);
    const int length = print(options, buffer, size, text, nullptr, arguments);
    va_end(arguments);
    return length;
}

void ignore_invalid_parameter(const wchar_t*, const wchar_t*, const wchar_t*, unsigned, uintptr_t) {}
using InvalidParameterHandler = void(const wchar_t*, const wchar_t*, const wchar_t*, unsigned, uintptr_t);

TEST(UcrtPrintf, The_standards_sizes_are_known) {
    EXPECT_EQ(format(0, "%zu|%zd|%td", size_t(7), ptrdiff_t(-7), ptrdiff_t(-1)), "7|-7|-1");
    EXPECT_EQ(format(0, "%jd|%llx|%hhd|%hhu|%hd", intmax_t(-5), 0xFFFFFFFFFFULL, 300, 300, 70000), "-5|ffffffffff|44|44|4464");
    EXPECT_EQ(format(0, "%I64d|%I32u", -1234567890123LL, 7u), "-1234567890123|7");
}

TEST(UcrtPrintf, Exponents_have_two_digits_unless_the_program_wants_three) {
    EXPECT_EQ(format(0, "%e|%.2E|%g|%g", 1.5, 1e-10, 1e6, 1e100), "1.500000e+00|1.00E-10|1e+06|1e+100");
    EXPECT_EQ(format(three_digits, "%e", 1.5), "1.500000e+000");
}

TEST(UcrtPrintf, All_digits_of_a_double_are_printed) {
    EXPECT_EQ(format(0, "%.20f", 0.1), "0.10000000000000000555");
    EXPECT_EQ(format(0, "%.0f", 1e23), "99999999999999991611392");
    EXPECT_EQ(format(0, "%F|%.3f", 2.5, -0.0), "2.500000|-0.000");
}

TEST(UcrtPrintf, A_tie_is_rounded_to_even_where_the_program_asks_for_it) {
    EXPECT_EQ(format(standard_rounding, "%.0f|%.0f|%.2f|%.1e", 2.5, 3.5, 2.125, 2.25), "2|4|2.12|2.2e+00");
    EXPECT_EQ(format(standard_rounding, "%.0f|%.2f", 0.5, 2.675), "0|2.67") << "2.675 is a little less";
}

TEST(UcrtPrintf, Infinities_and_NaNs_are_words) {
    const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(format(0, "%f|%F|%e|%g|%a", infinity, -infinity, infinity, -infinity, infinity), "inf|-INF|inf|-inf|inf");
    EXPECT_EQ(format(0, "%f|%G|%+f", nan, nan, infinity), "nan|NAN|+inf");
    EXPECT_EQ(format(0, "%8f|%-8f|", infinity, infinity), "     inf|inf     |");
}

TEST(UcrtPrintf, Hexadecimal_floating_point) {
    EXPECT_EQ(format(0, "%.2a|%.0a|%A", 1.5, 1.0, 255.0), "0x1.80p+0|0x1p+0|0X1.FE00000000000P+7");
}

TEST(UcrtPrintf, In_wide_formats_the_option_says_what_s_is) {
    EXPECT_EQ(wide_format(0, L"%s|%ls|%S", "narrow", L"wide", L"other"), L"narrow|wide|other");
    EXPECT_EQ(wide_format(legacy_wide, L"%s|%hs|%S", L"wide", "narrow", "other"), L"wide|narrow|other");
}

TEST(UcrtPrintf, The_length_of_what_does_not_fit) {
    char buffer[8];
    EXPECT_EQ(print_into(standard_snprintf, buffer, 4, "%s", "abcdef"), 6);
    EXPECT_STREQ(buffer, "abc");
    EXPECT_EQ(print_into(standard_snprintf, nullptr, 0, "%s", "abcdef"), 6);
    memset(buffer, '#', sizeof buffer);
    EXPECT_EQ(print_into(legacy_termination, buffer, 4, "%s", "abcd"), 4) << "_snprintf: just fits, without a NUL";
    EXPECT_EQ(buffer[4], '#');
    EXPECT_EQ(print_into(legacy_termination, buffer, 4, "%s", "abcde"), -1);
}

TEST(UcrtPrintf, The_count_is_not_stored_unless_the_program_has_allowed_it) {
    auto* before = ucrt<InvalidParameterHandler*(InvalidParameterHandler*)>("_set_invalid_parameter_handler")(ignore_invalid_parameter);
    EXPECT_EQ(ucrt<int()>("_get_printf_count_output")(), 0);
    int count = 77;
    EXPECT_EQ(format(0, "abc%n", &count), "(failed)");
    EXPECT_EQ(count, 77);
    ucrt<int(int)>("_set_printf_count_output")(1);
    EXPECT_EQ(format(0, "abc%n", &count), "abc");
    EXPECT_EQ(count, 3);
    ucrt<int(int)>("_set_printf_count_output")(0);
    ucrt<InvalidParameterHandler*(InvalidParameterHandler*)>("_set_invalid_parameter_handler")(before);
}

TEST(UcrtScanf, The_standards_sizes_are_known) {
    signed char small = 0;
    size_t size = 0;
    intmax_t big = 0;
    EXPECT_EQ(scan("-5 123456 -9876543210", "%hhd %zu %jd", &small, &size, &big), 3);
    EXPECT_EQ(small, -5);
    EXPECT_EQ(size, 123456u);
    EXPECT_EQ(big, -9876543210);
}

TEST(UcrtScanf, Words_and_hexadecimal_are_numbers) {
    double a = 0, b = 0, c = 0;
    EXPECT_EQ(scan("inf -0x1.8p1 nan", "%lf %la %lf", &a, &b, &c), 3);
    EXPECT_EQ(a, std::numeric_limits<double>::infinity());
    EXPECT_EQ(b, -3.0);
    EXPECT_NE(c, c);
    EXPECT_EQ(scan("12.5e1x", "%lf", &a), 1);
    EXPECT_EQ(a, 125.0);
}

TEST(UcrtStreams, The_three_are_there) {
    auto* stream = ucrt<void*(unsigned)>("__acrt_iob_func");
    auto* number = ucrt<int(void*)>("_fileno");
    for (unsigned i = 0; i < 3; ++i) EXPECT_EQ(number(stream(i)), static_cast<int>(i));
}

} // namespace
