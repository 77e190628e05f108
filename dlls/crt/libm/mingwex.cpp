// SPDX-License-Identifier: MIT
// mingwex.cpp: the libm_ functions by libmingwex, for a build without newlib's sources.
//
// libmingwex computes on the x87 and is less exact (pow, sin of large arguments); it has no Bessel functions.
#include <dlls/crt/math_x87.h>

extern "C" {
double sin(double), cos(double), exp(double), log(double), pow(double, double), fmod(double, double);
double atan2(double, double);
long double asinl(long double), acosl(long double), atanl(long double), tanl(long double), sinhl(long double);
long double coshl(long double), tanhl(long double), log10l(long double);
}

#define ONE(name, function)                                                                                 \
    extern "C" double name(double x) {                                                                      \
        oriel::crt::ExtendedPrecision precision;                                                            \
        return double(function(x));                                                                         \
    }
#define TWO(name, function)                                                                                 \
    extern "C" double name(double x, double y) {                                                            \
        oriel::crt::ExtendedPrecision precision;                                                            \
        return function(x, y);                                                                              \
    }

ONE(libm_sin, sin)
ONE(libm_cos, cos)
ONE(libm_tan, tanl)
ONE(libm_exp, exp)
ONE(libm_log, log)
ONE(__ieee754_asin, asinl)
ONE(__ieee754_acos, acosl)
ONE(libm_atan, atanl)
ONE(__ieee754_sinh, sinhl)
ONE(__ieee754_cosh, coshl)
ONE(libm_tanh, tanhl)
ONE(__ieee754_log10, log10l)
TWO(libm_pow, pow)
TWO(__ieee754_fmod, fmod)
TWO(__ieee754_atan2, atan2)

extern "C" double __ieee754_j0(double) { return __builtin_nan(""); }
extern "C" double __ieee754_j1(double) { return __builtin_nan(""); }
extern "C" double __ieee754_jn(int, double) { return __builtin_nan(""); }
extern "C" double __ieee754_y0(double) { return __builtin_nan(""); }
extern "C" double __ieee754_y1(double) { return __builtin_nan(""); }
extern "C" double __ieee754_yn(int, double) { return __builtin_nan(""); }
