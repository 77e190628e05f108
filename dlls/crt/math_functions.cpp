// SPDX-License-Identifier: MIT
// math_functions.cpp: sin, exp, pow and their like.
//
// The functions are newlib's (libm/README.md), under names with a prefix; what is added here is Microsoft's
// way with errors, in one place for all: a NaN that no argument brought is a domain error (EDOM) and comes
// back as the "indefinite" NaN, an infinity that no argument brought is ERANGE. The float versions are the
// double ones, rounded. Source: "Floating-point support", "_matherr".
#include <dlls/crt/math_errors.h>
#include <dlls/crt/math_x87.h>

extern "C" {
double libm_sin(double), libm_cos(double), libm_tan(double), libm_exp(double), libm_log(double);
double __ieee754_asin(double), __ieee754_acos(double), libm_atan(double), __ieee754_sinh(double);
double __ieee754_cosh(double), libm_tanh(double), __ieee754_log10(double);
double libm_pow(double, double), __ieee754_fmod(double, double), __ieee754_atan2(double, double);
double __ieee754_j0(double), __ieee754_j1(double), __ieee754_jn(int, double);
double __ieee754_y0(double), __ieee754_y1(double), __ieee754_yn(int, double);
}

namespace oriel::crt {

namespace {

bool is_finite(double x) { return __builtin_fabs(x) <= __DBL_MAX__; }
bool is_nan(double x) { return x != x; }
double indefinite() { return __builtin_bit_cast(double, 0xFFF8000000000000ull); }

/// What becomes of a result that is not finite.
[[gnu::noinline]] double settle(const char* name, double a, double b, double result) {
    if (is_nan(a) || is_nan(b))
        return is_nan(a) ? a : b;
    if (is_nan(result))
        return math_error(MathError::domain, name, a, b, indefinite());
    if (is_finite(a) && is_finite(b))
        return math_error(MathError::overflow, name, a, b, result);
    return result;
}

double checked(const char* name, double a, double b, double result) {
    return is_finite(result) ? result : settle(name, a, b, result);
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

#define MATH_FUNCTION(name, function)                                                                       \
    CRT_EXPORT double name(double x) { return checked(#name, x, 0, function(x)); }                          \
    CRT_EXPORT float name##f(float x) { return float(name(x)); }

#define MATH_FUNCTION_OF_TWO(name, function)                                                                \
    CRT_EXPORT double name(double x, double y) { return checked(#name, x, y, function(x, y)); }             \
    CRT_EXPORT float name##f(float x, float y) { return float(name(x, y)); }

MATH_FUNCTION(sin, libm_sin)
MATH_FUNCTION(cos, libm_cos)
MATH_FUNCTION(tan, libm_tan)
MATH_FUNCTION(exp, libm_exp)
MATH_FUNCTION(log, libm_log)
MATH_FUNCTION(log10, __ieee754_log10)
MATH_FUNCTION(asin, __ieee754_asin)
MATH_FUNCTION(acos, __ieee754_acos)
MATH_FUNCTION(atan, libm_atan)
MATH_FUNCTION(sinh, __ieee754_sinh)
MATH_FUNCTION(cosh, __ieee754_cosh)
MATH_FUNCTION(tanh, libm_tanh)
MATH_FUNCTION_OF_TWO(pow, libm_pow)
MATH_FUNCTION_OF_TWO(fmod, __ieee754_fmod)
MATH_FUNCTION_OF_TWO(atan2, __ieee754_atan2)

// Bessel functions; those of the second kind have no value below 0.
CRT_EXPORT double _j0(double x) { return __ieee754_j0(x); }
CRT_EXPORT double _j1(double x) { return __ieee754_j1(x); }
CRT_EXPORT double _jn(int n, double x) { return __ieee754_jn(n, x); }
CRT_EXPORT double _y0(double x) { return checked("_y0", x, 0, __ieee754_y0(x)); }
CRT_EXPORT double _y1(double x) { return checked("_y1", x, 0, __ieee754_y1(x)); }
CRT_EXPORT double _yn(int n, double x) { return checked("_yn", n, x, __ieee754_yn(n, x)); }

/// In extended precision the squares neither overflow nor vanish.
CRT_EXPORT double _hypot(double x, double y) {
    if (__builtin_isinf(x) || __builtin_isinf(y))
        return __builtin_inf();
    ExtendedPrecision precision;
    long double square = static_cast<long double>(x) * x + static_cast<long double>(y) * y;
    asm("fsqrt" : "+t"(square));
    return checked("_hypot", x, y, double(square));
}
CRT_EXPORT float _hypotf(float x, float y) { return float(_hypot(x, y)); }

/// struct _complex of <math.h>.
struct Complex { double x, y; };
CRT_EXPORT double _cabs(Complex z) { return _hypot(z.x, z.y); }

CRT_EXPORT double sqrt(double x) {
    double root;
    asm("sqrtsd %1, %0" : "=x"(root) : "x"(x));
    return checked("sqrt", x, 0, root);
}
/// newlib's own.
extern "C" double libm_sqrt(double x) {
    asm("sqrtsd %0, %0" : "+x"(x));
    return x;
}
CRT_EXPORT float sqrtf(float x) {
    float root;
    asm("sqrtss %1, %0" : "=x"(root) : "x"(x));
    return root == root || x != x ? root : float(math_error(MathError::domain, "sqrt", x, 0, root));
}
