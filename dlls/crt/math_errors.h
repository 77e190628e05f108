// SPDX-License-Identifier: MIT
// math_errors.h: what a mathematical function says when its argument or its result is out of range.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

enum class MathError : int {
    domain = 1,
    singularity = 2,
    overflow = 3,
    underflow = 4,
    total_loss = 5,
    partial_loss = 6
};

/// Sets errno (EDOM or ERANGE) and asks the program's handler (__setusermatherr), whose result counts.
double math_error(MathError error, const char* function, double a, double b, double result);

} // namespace oriel::crt
