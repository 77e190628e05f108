// SPDX-License-Identifier: MIT
// printf_float.h: a double as text, for printf and for _ecvt, _fcvt and _gcvt.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

struct FloatFormat {
    char type;      ///< e E f F g G a A
    int precision;  ///< -1: the type's default
    bool alternate; ///< keeps the point and the zeros of g
    bool standard = false;      ///< "inf" and "nan", as in the C standard (PrintfRules)
    bool long_exponents = true; ///< three digits
    bool half_to_even = false;
};

/// The significant decimal digits of |value|: 0.d1d2d3... * 10^point, at most `float_digits` of them.
/// msvcrt stops at the 17th; ucrtbase goes to the end, which for a denormal can be 767 digits away.
inline constexpr int float_digits = is_ucrt ? 768 : 17;
struct Digits {
    char text[float_digits + 1];
    int count; ///< 0 for the value zero
    int point;
};
Digits digits_of(double value);
/// Keeps `count` digits, rounding half away from zero, or to the even digit; a carry can move the point.
void round_digits(Digits& digits, int count, bool half_to_even = false);

/// Bytes that float_text may need, and the text without a sign; returns its length.
size_t float_text_room(double value, FloatFormat how);
size_t float_text(char* out, double value, FloatFormat how);

} // namespace oriel::crt
