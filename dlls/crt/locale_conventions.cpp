// SPDX-License-Identifier: MIT
// locale_conventions.cpp: localeconv: how numbers and money are written.
//
// Every locale that setlocale takes keeps the "C" conventions. Source: "localeconv".
#include <dlls/crt/crt.h>

namespace {

/// struct lconv of <locale.h>.
struct Conventions {
    const char* texts[10]; ///< decimal_point, thousands_sep, grouping, then money: all empty in "C"
    char money[8];         ///< frac_digits and the rest: CHAR_MAX, "not known"
    const wchar_t* wide[8]; ///< decimal_point, thousands_sep and the six texts about money again
};

Conventions conventions = {{".", "", "", "", "", "", "", "", "", ""},
                           {127, 127, 127, 127, 127, 127, 127, 127},
                           {L".", L"", L"", L"", L"", L"", L"", L""}};

} // namespace

CRT_EXPORT Conventions* localeconv() { return &conventions; }

/// Startup code of old programs calls this to make CHAR_MAX of the money fields UCHAR_MAX.
CRT_EXPORT int __lconv_init() {
    for (char& field : conventions.money)
        field = char(255);
    return 0;
}
