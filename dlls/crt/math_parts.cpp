// SPDX-License-Identifier: MIT
// math_parts.cpp: functions on a double's parts: sign, exponent, fraction, class.
//
// An IEEE double is a sign bit, 11 bits of exponent (biased by 1023) and 52 of fraction. These functions
// only move and look at the bits. Source: "frexp", "ldexp", "modf", "floor", "ceil", "_fpclass",
// "_nextafter", "_logb", "_scalb", "_copysign".
#include <dlls/crt/math_errors.h>

namespace oriel::crt {

namespace {

constexpr uint64_t sign_bit = 1ull << 63, fraction_bits = (1ull << 52) - 1;

uint64_t bits_of(double x) { return __builtin_bit_cast(uint64_t, x); }
double from_bits(uint64_t bits) { return __builtin_bit_cast(double, bits); }
int exponent_of(double x) { return int(bits_of(x) >> 52 & 0x7FF); }
bool is_finite(double x) { return exponent_of(x) != 0x7FF; }
bool is_nan(double x) { return x != x; }

double truncate(double x) {
    int exponent = exponent_of(x) - 1023;
    if (exponent >= 52)
        return x;
    if (exponent < 0)
        return from_bits(bits_of(x) & sign_bit);
    return from_bits(bits_of(x) & ~(fraction_bits >> exponent));
}

/// x * 2^n, rounded once.
double scale(double x, long n) {
    if (x == 0 || !is_finite(x))
        return x;
    for (; n > 1023; n -= 1023)
        if (!is_finite(x *= from_bits(2046ull << 52)))
            return x;
    // A step down leaves 53 bits above the denormals, so that only the last multiplication rounds.
    for (; n < -1022; n += 969)
        if ((x *= from_bits((1023ull - 969) << 52)) == 0)
            return x;
    return x * from_bits(uint64_t(n + 1023) << 52);
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT double fabs(double x) { return from_bits(bits_of(x) & ~sign_bit); }

CRT_EXPORT double floor(double x) {
    double whole = truncate(x);
    return whole > x ? whole - 1 : x < 0 && whole != x ? whole - 1 : whole;
}
CRT_EXPORT double ceil(double x) {
    double whole = truncate(x);
    double up = x > 0 && whole != x ? whole + 1 : whole;
    return from_bits(bits_of(up) | (bits_of(x) & sign_bit)); // -0.5 becomes -0.0
}
/// newlib's own.
extern "C" double libm_floor(double x) { return floor(x); }
CRT_EXPORT float floorf(float x) { return float(floor(x)); }
CRT_EXPORT float ceilf(float x) { return float(ceil(x)); }
CRT_EXPORT float fabsf(float x) { return float(fabs(x)); }

CRT_EXPORT double modf(double x, double* whole) {
    *whole = truncate(x);
    double fraction = is_finite(x) ? x - *whole : is_nan(x) ? x : 0;
    return is_nan(fraction) ? fraction : from_bits((bits_of(fraction) & ~sign_bit) | (bits_of(x) & sign_bit));
}
CRT_EXPORT float modff(float x, float* whole) {
    double integral, fraction = modf(x, &integral);
    *whole = float(integral);
    return float(fraction);
}

CRT_EXPORT double frexp(double x, int* exponent) {
    *exponent = 0;
    if (x == 0 || !is_finite(x))
        return x;
    int adjust = 0;
    if (!exponent_of(x)) { // a denormal: made normal first
        x *= 0x1p54;
        adjust = -54;
    }
    *exponent = exponent_of(x) - 1022 + adjust;
    return from_bits((bits_of(x) & ~(0x7FFull << 52)) | 1022ull << 52);
}
CRT_EXPORT float frexpf(float x, int* exponent) { return float(frexp(x, exponent)); }

CRT_EXPORT double ldexp(double x, int n) {
    double result = scale(x, n);
    if (is_finite(x) && x != 0 && (!is_finite(result) || result == 0))
        return math_error(result == 0 ? MathError::underflow : MathError::overflow, "ldexp", x, n, result);
    return result;
}
CRT_EXPORT double _scalb(double x, long n) { return ldexp(x, int(n)); }
CRT_EXPORT float _scalbf(float x, long n) { return float(ldexp(x, int(n))); }

CRT_EXPORT double _logb(double x) {
    if (is_nan(x))
        return x;
    if (!is_finite(x))
        return fabs(x);
    if (x == 0)
        return math_error(MathError::singularity, "_logb", x, 0, -__builtin_inf());
    int exponent;
    frexp(x, &exponent);
    return exponent - 1;
}
CRT_EXPORT float _logbf(float x) { return float(_logb(x)); }

CRT_EXPORT double _nextafter(double x, double towards) {
    if (is_nan(x) || is_nan(towards))
        return x + towards;
    if (x == towards)
        return towards;
    if (x == 0)
        return from_bits(1 | (towards < 0 ? sign_bit : 0));
    bool outwards = (x < towards) == (x > 0);
    return from_bits(bits_of(x) + (outwards ? 1 : uint64_t(-1)));
}
CRT_EXPORT float _nextafterf(float x, float towards) {
    if (x != x || towards != towards)
        return x + towards;
    if (x == towards)
        return towards;
    uint32_t bits = __builtin_bit_cast(uint32_t, x);
    if (x == 0)
        bits = 1 | (towards < 0 ? 0x80000000u : 0);
    else
        bits += (x < towards) == (x > 0) ? 1u : uint32_t(-1);
    return __builtin_bit_cast(float, bits);
}

CRT_EXPORT double _copysign(double x, double sign) {
    return from_bits((bits_of(x) & ~sign_bit) | (bits_of(sign) & sign_bit));
}
CRT_EXPORT double _chgsign(double x) { return from_bits(bits_of(x) ^ sign_bit); }
CRT_EXPORT int _finite(double x) { return is_finite(x); }
CRT_EXPORT int _isnan(double x) { return is_nan(x); }
CRT_EXPORT float _copysignf(float x, float sign) { return float(_copysign(x, sign)); }
CRT_EXPORT float _chgsignf(float x) { return -x; }
CRT_EXPORT int _finitef(float x) { return is_finite(x); }
CRT_EXPORT int _isnanf(float x) { return x != x; }

/// _FPCLASS_SNAN 1, QNAN 2, NINF 4, NN 8, ND 0x10, NZ 0x20, PZ 0x40, PD 0x80, PN 0x100, PINF 0x200.
CRT_EXPORT int _fpclass(double x) {
    bool negative = bits_of(x) & sign_bit;
    uint64_t fraction = bits_of(x) & fraction_bits;
    if (exponent_of(x) == 0x7FF)
        return fraction ? (fraction >> 51 ? 2 : 1) : negative ? 4 : 0x200;
    if (exponent_of(x) == 0)
        return fraction ? (negative ? 0x10 : 0x80) : negative ? 0x20 : 0x40;
    return negative ? 8 : 0x100;
}
CRT_EXPORT int _fpclassf(float x) {
    uint32_t bits = __builtin_bit_cast(uint32_t, x);
    bool denormal = !(bits & 0x7F800000) && (bits & 0x7FFFFF);
    return denormal ? (bits >> 31 ? 0x10 : 0x80) : _fpclass(x);
}

CRT_EXPORT double _HUGE = __builtin_inf();
CRT_EXPORT double* __p__HUGE() { return &_HUGE; }
