// SPDX-License-Identifier: MIT
// scanf_format.h: the engine under the whole scanf family.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// Where the characters come from, one at a time, with one step back.
template<class Char> struct Source {
    int (*next)(Source& source);         ///< a character, or -1 at the end
    void (*back)(Source& source, int c); ///< gives the last one back; nothing for -1
};

struct ScanfRules {
    bool secure = false; ///< the _s functions: %c, %s and %[ take the room after the pointer
    bool standard = is_ucrt; ///< C99's sizes, %F and %a, "inf", "nan" and hexadecimal
    bool standard_wide_specifiers = false; ///< in wide formats, %s, %c and %[ are narrow
};

/// How many arguments were stored, or -1 if the input ended before the first conversion.
template<class Char>
int scan_from(Source<Char>& source, const Char* format, va_list arguments, ScanfRules rules = {});

} // namespace oriel::crt
