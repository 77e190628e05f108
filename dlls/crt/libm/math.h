// SPDX-License-Identifier: MIT
// math.h: what newlib's mathematical sources see as <math.h> (README.md of this folder).
//
// Every function gets the prefix libm_, so that it meets neither the exports of the same name, which add
// Microsoft's error handling (math_functions.cpp), nor libmingwex.
#pragma once

typedef double double_t;
typedef float float_t;

#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define HUGE_VAL __builtin_inf()
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)

#define acos libm_acos
#define asin libm_asin
#define atan libm_atan
#define atan2 libm_atan2
#define copysign libm_copysign
#define cos libm_cos
#define exp libm_exp
#define expm1 libm_expm1
#define acosh libm_acosh
#define asinh libm_asinh
#define atanh libm_atanh
#define cbrt libm_cbrt
#define erf libm_erf
#define erfc libm_erfc
#define exp2 libm_exp2
#define log1p libm_log1p
#define log2 libm_log2
#define floor libm_floor
#define log libm_log
#define pow libm_pow
#define scalbn libm_scalbn
#define sin libm_sin
#define tan libm_tan
#define tanh libm_tanh
#define fabs __builtin_fabs
#define __ieee754_sqrt libm_sqrt
#define sqrt libm_sqrt

double acosh(double), asinh(double), atanh(double), cbrt(double), erf(double), erfc(double), exp2(double);
double log1p(double), log2(double);
double acos(double), asin(double), atan(double), atan2(double, double), copysign(double, double), cos(double);
double exp(double), expm1(double), floor(double), log(double), pow(double, double), scalbn(double, int);
double sin(double), tan(double), tanh(double), sqrt(double);
