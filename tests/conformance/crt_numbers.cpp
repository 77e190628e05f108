// SPDX-License-Identifier: MIT
// crt_numbers.cpp: numbers and text, and the mathematical functions.
// Source: "strtol", "strtod", "_itoa", "_ecvt", "_fcvt", "_gcvt", "rand"; C standard 7.12.
#include "crt_test.h"

#include <float.h>
#include <math.h>

namespace {

auto* to_double = msvcrt<double(const char*, char**)>("strtod");

template<class Function> Function* math(const char* name) { return msvcrt<Function>(name); }

TEST(CrtNumbers, Integers_and_their_limits) {
    char* end;
    EXPECT_EQ(strtol("  -12x", &end, 10), -12);
    EXPECT_STREQ(end, "x");
    EXPECT_ERRNO(ERANGE, LONG_MAX, strtol("2147483648", &end, 10));
    EXPECT_ERRNO(ERANGE, LONG_MIN, strtol("-2147483649", &end, 10));
    EXPECT_ERRNO(ERANGE, ULONG_MAX, strtoul("4294967296", &end, 10));
    EXPECT_EQ(strtoul("-1", &end, 10), 4294967295ul);
    EXPECT_EQ(strtol("0x1F", &end, 0), 31);
    EXPECT_EQ(strtol("017", &end, 0), 15);
    EXPECT_EQ(strtol("zz", &end, 36), 35 * 36 + 35);
    EXPECT_EQ(strtol("0x", &end, 16), 0);
    EXPECT_STREQ(end, "0x");
    EXPECT_EQ(strtol("abc", &end, 10), 0);
    EXPECT_STREQ(end, "abc");
    EXPECT_ERRNO(ERANGE, _I64_MAX, _strtoi64("9223372036854775808", &end, 10));
    EXPECT_EQ(atoi("  42abc"), 42);
    EXPECT_EQ(_atoi64("-9000000000"), -9000000000LL);
}

TEST(CrtNumbers, Doubles_are_right_to_the_last_bit) {
    EXPECT_EQ(to_double("0.1", nullptr), 0.1);
    EXPECT_EQ(to_double("123456789012345678", nullptr), 123456789012345678.0);
    EXPECT_EQ(to_double("2.2250738585072011e-308", nullptr), 2.2250738585072011e-308);
    EXPECT_EQ(to_double("1.7976931348623157e308", nullptr), DBL_MAX);
    EXPECT_EQ(to_double("9007199254740993", nullptr), 9007199254740992.0);
    EXPECT_EQ(to_double("1d2", nullptr), 100.0);
    char* end;
    EXPECT_EQ(to_double(" -1.5e+2x", &end), -150.0);
    EXPECT_STREQ(end, "x");
    EXPECT_EQ(to_double("1e", &end), 1.0);
    EXPECT_STREQ(end, "e");
    EXPECT_EQ(to_double("inf", &end), 0.0);
    EXPECT_STREQ(end, "inf");
    errno = 0;
    EXPECT_EQ(to_double("1e400", &end), HUGE_VAL);
    EXPECT_EQ(errno, ERANGE);
}

TEST(CrtNumbers, Integers_to_text) {
    char text[66];
    wchar_t wide[66];
    EXPECT_STREQ(_itoa(-255, text, 10), "-255");
    EXPECT_STREQ(_itoa(-1, text, 16), "ffffffff");
    EXPECT_STREQ(_itoa(5, text, 2), "101");
    EXPECT_STREQ(_i64toa(-1, text, 2), std::string(64, '1').c_str());
    EXPECT_STREQ(_ui64toa(18446744073709551615ull, text, 10), "18446744073709551615");
    EXPECT_STREQ(_ultow(4000000000ul, wide, 10), L"4000000000");
}

TEST(CrtNumbers, The_old_ways_to_print_a_double) {
    int point, sign;
    EXPECT_STREQ(_ecvt(3.14159, 4, &point, &sign), "3142");
    EXPECT_EQ(point, 1);
    EXPECT_EQ(sign, 0);
    EXPECT_STREQ(_fcvt(-3.14159, 2, &point, &sign), "314");
    EXPECT_EQ(point, 1);
    EXPECT_EQ(sign, 1);
    EXPECT_STREQ(_fcvt(0.05, 3, &point, &sign), "50");
    EXPECT_EQ(point, -1);
    char text[64];
    EXPECT_STREQ(_gcvt(3.5, 5, text), "3.5");
}

TEST(CrtNumbers, rand_is_Microsofts_sequence) {
    srand(1);
    EXPECT_EQ(rand(), 41);
    EXPECT_EQ(rand(), 18467);
    EXPECT_EQ(rand(), 6334);
    srand(42);
    EXPECT_EQ(rand(), 175);
}

TEST(CrtNumbers, qsort_and_bsearch) {
    int numbers[1000];
    for (int order = 0; order < 4; ++order) {
        for (int i = 0; i < 1000; ++i)
            numbers[i] = order == 0 ? i : order == 1 ? 1000 - i : order == 2 ? i % 7 : (i * 7919) % 1000;
        auto compare = [](const void* a, const void* b) {
            return *static_cast<const int*>(a) - *static_cast<const int*>(b);
        };
        qsort(numbers, 1000, sizeof(int), compare);
        for (int i = 1; i < 1000; ++i)
            ASSERT_LE(numbers[i - 1], numbers[i]) << "order " << order;
        int key = numbers[500];
        auto* found = static_cast<int*>(bsearch(&key, numbers, 1000, sizeof(int), compare));
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(*found, key);
        key = -5;
        EXPECT_EQ(bsearch(&key, numbers, 1000, sizeof(int), compare), nullptr);
    }
}

TEST(CrtMath, Values_are_close_to_the_last_bit) {
    EXPECT_DOUBLE_EQ(math<double(double)>("sin")(1.0), 0.8414709848078965);
    EXPECT_DOUBLE_EQ(math<double(double)>("cos")(1.0), 0.5403023058681398);
    EXPECT_DOUBLE_EQ(math<double(double)>("tan")(1.0), 1.5574077246549023);
    EXPECT_DOUBLE_EQ(math<double(double)>("exp")(1.0), 2.718281828459045);
    EXPECT_DOUBLE_EQ(math<double(double)>("log")(10.0), 2.302585092994046);
    EXPECT_DOUBLE_EQ(math<double(double)>("log10")(1000.0), 3.0);
    EXPECT_DOUBLE_EQ(math<double(double, double)>("pow")(2.0, 0.5), 1.4142135623730951);
    EXPECT_EQ(math<double(double, double)>("pow")(3.0, 4.0), 81.0);
    EXPECT_DOUBLE_EQ(math<double(double)>("asin")(0.5), 0.5235987755982989);
    EXPECT_DOUBLE_EQ(math<double(double)>("acos")(0.5), 1.0471975511965979);
    EXPECT_DOUBLE_EQ(math<double(double)>("atan")(1.0), 0.7853981633974483);
    EXPECT_DOUBLE_EQ(math<double(double, double)>("atan2")(-1.0, -1.0), -2.356194490192345);
    EXPECT_DOUBLE_EQ(math<double(double)>("sinh")(1.0), 1.1752011936438014);
    EXPECT_DOUBLE_EQ(math<double(double)>("cosh")(1.0), 1.5430806348152437);
    EXPECT_DOUBLE_EQ(math<double(double)>("tanh")(1.0), 0.7615941559557649);
    EXPECT_EQ(math<double(double)>("sqrt")(2.0), 1.4142135623730951);
    EXPECT_EQ(math<double(double, double)>("fmod")(5.5, 2.0), 1.5);
    EXPECT_EQ(math<double(double, double)>("_hypot")(3.0, 4.0), 5.0);
}

TEST(CrtMath, Rounding_and_parts) {
    auto* down = math<double(double)>("floor");
    auto* up = math<double(double)>("ceil");
    for (double x : {0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, 4503599627370495.5, 1e300, -1e300}) {
        EXPECT_EQ(down(x), __builtin_floor(x)) << x;
        EXPECT_EQ(up(x), __builtin_ceil(x)) << x;
    }
    double whole;
    EXPECT_EQ(math<double(double, double*)>("modf")(-3.25, &whole), -0.25);
    EXPECT_EQ(whole, -3.0);
    int exponent;
    EXPECT_EQ(math<double(double, int*)>("frexp")(12.0, &exponent), 0.75);
    EXPECT_EQ(exponent, 4);
    EXPECT_EQ(math<double(double, int)>("ldexp")(0.75, 4), 12.0);
    EXPECT_EQ(math<double(double, int)>("ldexp")(1.0, -1074), 4.9406564584124654e-324);
    EXPECT_EQ(_fpclass(-0.0), 0x20);
    EXPECT_EQ(_fpclass(1.0), 0x100);
    EXPECT_EQ(_fpclass(5e-324), 0x80);
    EXPECT_EQ(_nextafter(1.0, 2.0), 1.0000000000000002);
}

TEST(CrtMath, Errors_are_told_by_errno) {
    errno = 0;
    EXPECT_TRUE(isnan(math<double(double)>("sqrt")(-1.0)));
    EXPECT_EQ(errno, EDOM);
    errno = 0;
    EXPECT_EQ(math<double(double)>("log")(0.0), -INFINITY);
    EXPECT_EQ(errno, ERANGE);
    errno = 0;
    EXPECT_EQ(math<double(double)>("exp")(1000.0), INFINITY);
    EXPECT_EQ(errno, ERANGE);
    errno = 0;
    EXPECT_TRUE(isnan(math<double(double)>("acos")(2.0)));
    EXPECT_EQ(errno, EDOM);
}

} // namespace
