// SPDX-License-Identifier: MIT
// math_functions.cpp: sin, exp, pow and their like.
//
// The functions are mingw-w64's (libmingwex); what is added here is Microsoft's way with errors, in one
// place for all: a NaN that no argument brought is a domain error (EDOM) and comes back as the "indefinite"
// NaN, an infinity that no argument brought is ERANGE. Where libmingwex has only the long double function,
// that is called and its result rounded. Source: "Floating-point support", "_matherr".
#include <dlls/crt/math_errors.h>
#include <dlls/crt/math_x87.h>

extern "C" {
double sin(double), cos(double), exp(double), log(double), pow(double, double), fmod(double, double);
double atan2(double, double), hypot(double, double);
long double asinl(long double), acosl(long double), atanl(long double), tanl(long double), sinhl(long double);
long double coshl(long double), tanhl(long double), log10l(long double);
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

#define MATH_FUNCTION(name)                                                                                 \
    extern "C" double oriel_##name(double x) {                                                              \
        ExtendedPrecision precision;                                                                        \
        return checked(#name, x, 0, name(x));                                                               \
    }                                                                                                       \
    extern "C" float oriel_##name##f(float x) { return float(oriel_##name(x)); }                            \
    CRT_ALIAS(name, oriel_##name);                                                                          \
    CRT_ALIAS(name##f, oriel_##name##f)

/// A function that libmingwex has for long double only; other parts of libmingwex call ours.
#define MATH_FUNCTION_FROM_LONG(name)                                                                       \
    CRT_EXPORT double name(double x) {                                                                      \
        ExtendedPrecision precision;                                                                        \
        return checked(#name, x, 0, double(name##l(x)));                                                    \
    }                                                                                                       \
    extern "C" float oriel_##name##f(float x) { return float(name(x)); }                                    \
    CRT_ALIAS(name##f, oriel_##name##f)

#define MATH_FUNCTION_OF_TWO(exported, name)                                                                \
    extern "C" double oriel_##name(double x, double y) {                                                    \
        ExtendedPrecision precision;                                                                        \
        return checked(#name, x, y, name(x, y));                                                            \
    }                                                                                                       \
    extern "C" float oriel_##name##f(float x, float y) { return float(oriel_##name(x, y)); }                \
    CRT_ALIAS(exported, oriel_##name);                                                                      \
    CRT_ALIAS(exported##f, oriel_##name##f)

MATH_FUNCTION(sin);
MATH_FUNCTION(cos);
MATH_FUNCTION(exp);
MATH_FUNCTION(log);
MATH_FUNCTION_FROM_LONG(tan);
MATH_FUNCTION_FROM_LONG(asin);
MATH_FUNCTION_FROM_LONG(acos);
MATH_FUNCTION_FROM_LONG(atan);
MATH_FUNCTION_FROM_LONG(sinh);
MATH_FUNCTION_FROM_LONG(cosh);
MATH_FUNCTION_FROM_LONG(tanh);
MATH_FUNCTION_FROM_LONG(log10);
MATH_FUNCTION_OF_TWO(pow, pow);
MATH_FUNCTION_OF_TWO(fmod, fmod);
MATH_FUNCTION_OF_TWO(atan2, atan2);
MATH_FUNCTION_OF_TWO(_hypot, hypot);

/// struct _complex of <math.h>.
struct Complex { double x, y; };
CRT_EXPORT double _cabs(Complex z) { return oriel_hypot(z.x, z.y); }

/// libmingwex's mathematical functions call this one by the name that a program sees.
extern "C" double _hypot(double x, double y) { return hypot(x, y); }

CRT_EXPORT double sqrt(double x) {
    double root;
    asm("sqrtsd %1, %0" : "=x"(root) : "x"(x));
    return checked("sqrt", x, 0, root);
}
CRT_EXPORT float sqrtf(float x) {
    float root;
    asm("sqrtss %1, %0" : "=x"(root) : "x"(x));
    return root == root || x != x ? root : float(math_error(MathError::domain, "sqrt", x, 0, root));
}
