// SPDX-License-Identifier: MIT
// math_c99.cpp: the mathematical functions that C99 added.
//
// What is approximated is newlib's (dlls/crt/libm/README.md), fma and the gammas are libmingwex's; what is exact by
// nature is here. The float versions are the double ones, rounded; long double is double in Microsoft's ABI, so the
// `l` names are other names of the same functions (ucrtbase.spec).
// Errors as in math_functions.cpp. Source: the functions' pages in Microsoft's C runtime reference.
#include <dlls/crt/math_errors.h>

CRT_EXPORT double frexp(double x, int* exponent);
CRT_EXPORT double ldexp(double x, int n);
CRT_EXPORT double fabs(double x);
CRT_EXPORT double _logb(double x);
CRT_EXPORT double _nextafter(double x, double towards);
CRT_EXPORT double fmod(double x, double y);

extern "C" {
double libm_log2(double), libm_exp2(double), libm_cbrt(double), libm_erf(double), libm_erfc(double);
double libm_log1p(double), libm_expm1(double), libm_asinh(double), __ieee754_acosh(double), __ieee754_atanh(double);
}

namespace oriel::crt {

namespace {

constexpr double whole_from = 0x1p52; ///< from here on every double is a whole number

bool is_finite(double x) { return __builtin_fabs(x) <= __DBL_MAX__; }
bool is_nan(double x) { return x != x; }

double checked(const char* name, double x, double result) {
    if (is_finite(result) || is_nan(x))
        return result;
    if (is_nan(result))
        return math_error(MathError::domain, name, x, 0, __builtin_bit_cast(double, 0xFFF8000000000000ull));
    if (is_finite(x))
        return math_error(MathError::overflow, name, x, 0, result);
    return result;
}

/// To a whole number, by the rounding mode in force; the compiler must not see through it.
double to_whole(double x) {
    if (!(__builtin_fabs(x) < whole_from))
        return x;
    volatile double shifted = __builtin_fabs(x) + whole_from;
    if (__builtin_signbit(x)) {
        shifted = -__builtin_fabs(x) - whole_from;
        return __builtin_copysign(shifted + whole_from, x);
    }
    return shifted - whole_from;
}

double truncated(double x) {
    if (!(__builtin_fabs(x) < whole_from))
        return x;
    return __builtin_copysign(double(static_cast<long long>(x)), x);
}

/// Half away from zero.
double rounded(double x) {
    double whole = truncated(x);
    return __builtin_fabs(x - whole) >= 0.5 ? whole + __builtin_copysign(1, x) : whole;
}

/// A whole number as an integer; EDOM where there is none.
template<class Integer> Integer to_integer(const char* name, double whole) {
    constexpr double beyond = sizeof(Integer) == 4 ? 0x1p31 : 0x1p63;
    if (!(whole >= -beyond && whole < beyond)) {
        math_error(MathError::domain, name, whole, 0, 0);
        return Integer(1ull << (sizeof(Integer) * 8 - 1));
    }
    return Integer(whole);
}

/// x - n*y with n the whole number nearest to x/y, the even one of two, and the last bits of n.
double remainder_of(double x, double y, int* quotient) {
    *quotient = 0;
    if (is_nan(x) || is_nan(y))
        return x + y;
    if (!is_finite(x) || y == 0)
        return math_error(MathError::domain, "remainder", x, y, __builtin_nan(""));
    if (!is_finite(y))
        return x;
    bool negative = __builtin_signbit(x) != __builtin_signbit(y);
    double divisor = __builtin_fabs(y), rest = __builtin_fabs(x);
    unsigned bits = 0;
    if (divisor <= __DBL_MAX__ / 8) { // a multiple of 8 divisors changes none of the bits that are told
        rest = fmod(rest, 8 * divisor);
        for (unsigned bit = 4; bit; bit >>= 1)
            if (rest >= bit * divisor) {
                rest -= bit * divisor;
                bits |= bit;
            }
    } else {
        for (; rest >= divisor; rest -= divisor)
            ++bits;
    }
    double twice = rest * 2;
    if (divisor < 0x1p-1000 ? rest > divisor - rest : twice > divisor) {
        rest -= divisor;
        ++bits;
    } else if ((divisor < 0x1p-1000 ? rest == divisor - rest : twice == divisor) && bits & 1) {
        rest -= divisor;
        ++bits;
    }
    *quotient = negative ? -int(bits & 7) : int(bits & 7);
    return __builtin_signbit(x) ? -rest : rest;
}

constexpr int ilogb_of_zero = INT_MIN, ilogb_of_nan = INT_MAX;

int exponent_as_int(double x) {
    if (x == 0 || !is_finite(x))
        return x == 0 ? ilogb_of_zero : ilogb_of_nan;
    int exponent;
    frexp(x, &exponent);
    return exponent - 1;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

#define C99_FUNCTION(name, function)                                                                        \
    UCRT_EXPORT double name(double x) { return checked(#name, x, function(x)); }                            \
    UCRT_EXPORT float name##f(float x) { return float(name(x)); }

C99_FUNCTION(log2, libm_log2)
C99_FUNCTION(exp2, libm_exp2)
C99_FUNCTION(cbrt, libm_cbrt)
C99_FUNCTION(erf, libm_erf)
C99_FUNCTION(erfc, libm_erfc)
C99_FUNCTION(log1p, libm_log1p)
C99_FUNCTION(expm1, libm_expm1)
C99_FUNCTION(asinh, libm_asinh)
C99_FUNCTION(acosh, __ieee754_acosh)
C99_FUNCTION(atanh, __ieee754_atanh)
C99_FUNCTION(rint, to_whole)
C99_FUNCTION(nearbyint, to_whole)
C99_FUNCTION(trunc, truncated)
C99_FUNCTION(round, rounded)

#define C99_TO_INTEGER(type, name, function)                                                                \
    UCRT_EXPORT type name(double x) { return to_integer<type>(#name, function(x)); }                        \
    UCRT_EXPORT type name##f(float x) { return to_integer<type>(#name, function(x)); }

C99_TO_INTEGER(long, lrint, to_whole)
C99_TO_INTEGER(long long, llrint, to_whole)
C99_TO_INTEGER(long, lround, rounded)
C99_TO_INTEGER(long long, llround, rounded)

UCRT_EXPORT double remquo(double x, double y, int* quotient) { return remainder_of(x, y, quotient); }
UCRT_EXPORT float remquof(float x, float y, int* quotient) { return float(remainder_of(x, y, quotient)); }
UCRT_EXPORT double remainder(double x, double y) {
    int quotient;
    return remainder_of(x, y, &quotient);
}
UCRT_EXPORT float remainderf(float x, float y) { return float(remainder(x, y)); }

UCRT_EXPORT double fmax(double x, double y) { return is_nan(x) || x < y ? y : x; }
UCRT_EXPORT float fmaxf(float x, float y) { return float(fmax(x, y)); }
UCRT_EXPORT double fmin(double x, double y) { return is_nan(x) || x > y ? y : x; }
UCRT_EXPORT float fminf(float x, float y) { return float(fmin(x, y)); }
UCRT_EXPORT double fdim(double x, double y) { return is_nan(x) || is_nan(y) ? x + y : x > y ? x - y : 0; }
UCRT_EXPORT float fdimf(float x, float y) { return is_nan(x) || is_nan(y) ? x + y : x > y ? x - y : 0; }

UCRT_EXPORT double scalbn(double x, int n) { return ldexp(x, n); }
UCRT_EXPORT float scalbnf(float x, int n) { return float(ldexp(x, n)); }
UCRT_EXPORT double scalbln(double x, long n) { return ldexp(x, int(n)); }
UCRT_EXPORT float scalblnf(float x, long n) { return float(ldexp(x, int(n))); }
UCRT_EXPORT int ilogb(double x) { return exponent_as_int(x); }
UCRT_EXPORT int ilogbf(float x) { return exponent_as_int(x); }
UCRT_EXPORT double nexttoward(double x, double towards) { return _nextafter(x, towards); }
UCRT_EXPORT float nexttowardf(float x, double towards) {
    if (is_nan(x) || is_nan(towards) || double(x) == towards)
        return float(x + (towards - towards) + (double(x) == towards ? towards - x : 0));
    uint32_t bits = __builtin_bit_cast(uint32_t, x);
    if (x == 0)
        return __builtin_bit_cast(float, 1 | (towards < 0 ? 0x80000000u : 0));
    return __builtin_bit_cast(float, bits + ((x < towards) == (x > 0) ? 1u : uint32_t(-1)));
}

UCRT_EXPORT double nan(const char*) { return __builtin_nan(""); }
UCRT_EXPORT float nanf(const char*) { return __builtin_nanf(""); }
