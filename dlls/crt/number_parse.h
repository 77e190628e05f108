// SPDX-License-Identifier: MIT
// number_parse.h: integers out of text, for strtol and its kin and for scanf.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// The value of a digit in any base up to 36, or 99.
template<class Char> constexpr unsigned digit_value(Char c) {
    if (c >= '0' && c <= '9')
        return unsigned(c - '0');
    Char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'z' ? unsigned(lower - 'a' + 10) : 99;
}

struct ParsedInteger {
    unsigned long long magnitude;
    bool negative;
    bool overflow; ///< does not fit 64 bits
};

/// Reads blanks, a sign, a prefix (base 0 or 16) and digits. `end` is `text` if there are no digits.
template<class Char> ParsedInteger parse_integer(const Char* text, const Char** end, int base) {
    const Char* p = text;
    ParsedInteger result{};
    while (is_ascii_space(*p))
        ++p;
    if (*p == '+' || *p == '-')
        result.negative = *p++ == '-';
    bool hex_prefix = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
    if (base == 0)
        base = hex_prefix ? 16 : *p == '0' ? 8 : 10;
    if (base == 16 && hex_prefix)
        p += 2;
    const Char* first = p;
    for (; digit_value(*p) < unsigned(base); ++p) {
        unsigned long long next;
        if (__builtin_mul_overflow(result.magnitude, unsigned(base), &next) ||
            __builtin_add_overflow(next, digit_value(*p), &next))
            result.overflow = true;
        else
            result.magnitude = next;
    }
    *end = p == first ? text : p;
    return result;
}

} // namespace oriel::crt
