// SPDX-License-Identifier: MIT
// math_classes.cpp: what <math.h>'s macros and C++ templates ask about a number.
//
// Classes: _DENORM -2, _FINITE -1, 0, _INFCODE 1, _NANCODE 2. Comparisons: _FP_LT 1, _FP_EQ 2, _FP_GT 4, 0 if there is
// no order. Source: "_dclass, _ldclass, _fdclass"; the macros of <math.h>. long double is double.
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

enum : short { class_denormal = -2, class_finite = -1, class_zero = 0, class_infinite = 1, class_nan = 2 };

template<class Float> short class_of(Float x, Float smallest, Float largest) {
    if (x != x)
        return class_nan;
    Float size = x < 0 ? -x : x;
    if (size > largest)
        return class_infinite;
    return size == 0 ? class_zero : size < smallest ? class_denormal : class_finite;
}
short class_of(double x) { return class_of(x, __DBL_MIN__, __DBL_MAX__); }
short class_of(float x) { return class_of(x, __FLT_MIN__, __FLT_MAX__); }

template<class Float> int compare(Float a, Float b) { return a < b ? 1 : a == b ? 2 : a > b ? 4 : 0; }

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

UCRT_EXPORT short _dclass(double x) { return class_of(x); }
UCRT_EXPORT short _fdclass(float x) { return class_of(x); }
UCRT_EXPORT short _dtest(double* x) { return class_of(*x); }
UCRT_EXPORT short _fdtest(float* x) { return class_of(*x); }
UCRT_EXPORT int _dsign(double x) { return __builtin_signbit(x) ? 0x8000 : 0; }
UCRT_EXPORT int _fdsign(float x) { return __builtin_signbitf(x) ? 0x8000 : 0; }
UCRT_EXPORT int _dpcomp(double a, double b) { return compare(a, b); }
UCRT_EXPORT int _fdpcomp(float a, float b) { return compare(a, b); }

/// FLT_ROUNDS: 0 to zero, 1 to nearest, 2 up, 3 down; MXCSR has nearest, down, up, zero in its bits 13 and 14.
UCRT_EXPORT int __fpe_flt_rounds() {
    constexpr int answers[] = {1, 3, 2, 0};
    return answers[__builtin_ia32_stmxcsr() >> 13 & 3];
}
