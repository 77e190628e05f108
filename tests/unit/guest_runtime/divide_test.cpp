// SPDX-License-Identifier: MIT
// The double-word division, here of 128 by 128 bits, against the host's.
#define __udivti3 guest_udiv
#define __umodti3 guest_umod
#define __divti3 guest_div
#define __modti3 guest_mod
#define __udivmodti4 guest_udivmod
#define __divmodti4 guest_divmod
#include <dlls/guest_runtime/divide.cpp>

#include <gtest/gtest.h>

#include <random>

namespace {

unsigned __int128 random_wide(std::mt19937_64& random) {
    const auto value = static_cast<unsigned __int128>(random()) << 64 | random();
    return value >> (random() % 128);
}

} // namespace

TEST(GuestDivision, Quotients_and_remainders_fit_together) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 200000; ++i) {
        const unsigned __int128 a = random_wide(random), b = random_wide(random);
        if (b == 0) continue;
        unsigned __int128 rest = 0;
        const unsigned __int128 quotient = divide(a, b, rest);
        ASSERT_TRUE(quotient == a / b);
        ASSERT_TRUE(rest == a % b);
        const auto sa = static_cast<__int128>(a), sb = static_cast<__int128>(b);
        __int128 signed_rest = 0;
        ASSERT_TRUE(divide_signed(-sa, sb, signed_rest) == -sa / sb);
        ASSERT_TRUE(signed_rest == -sa % sb);
    }
}
