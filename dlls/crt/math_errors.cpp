// SPDX-License-Identifier: MIT
// math_errors.cpp: __setusermatherr and the reports of the mathematical functions.
//
// A program may define _matherr; its startup code hands that to __setusermatherr. A function that meets an
// error calls it with a description, and takes retval from there if it answers non-zero; otherwise errno
// is set. Source: "_matherr", "__setusermatherr".
#include <dlls/crt/math_errors.h>

namespace oriel::crt {

namespace {

/// struct _exception of <math.h>.
struct MathException {
    int type;
    char* name;
    double arg1, arg2, retval;
};

int (*handler)(MathException*);

} // namespace

double math_error(MathError error, const char* function, double a, double b, double result) {
    if (handler) {
        MathException exception{int(error), const_cast<char*>(function), a, b, result};
        if (handler(&exception))
            return exception.retval;
        result = exception.retval;
    }
    set_errno(error == MathError::domain ? e_dom : e_range);
    return result;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT void __setusermatherr(int (*function)(MathException*)) { handler = function; }

/// What libmingwex's functions report to: here, nobody. math_functions.cpp judges by the result.
extern "C" void __mingw_raise_matherr(int, const char*, double, double, double) {}
