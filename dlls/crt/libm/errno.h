// SPDX-License-Identifier: MIT
// errno.h: errno for newlib's mathematical sources. math_functions.cpp sets it, so here it goes nowhere.
#pragma once

static int libm_errno __attribute__((unused));
#define errno libm_errno
#define EDOM 33
#define ERANGE 34
