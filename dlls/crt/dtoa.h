// SPDX-License-Identifier: MIT
// dtoa.h: David Gay's conversions between doubles and decimal text, as mingw-w64's libmingwex has them.
//
// Both are correct to the last bit. __dtoa's answer goes back through __freedtoa.
#pragma once

extern "C" {
/// Modes: 0 shortest that reads back; 2 at most `count` significant digits; 3 `count` digits after the point.
char* __dtoa(double value, int mode, int count, int* point, int* sign, char** end);
void __freedtoa(char* text);
double __strtod(const char* text, char** end);
float __strtof(const char* text, char** end);
}
