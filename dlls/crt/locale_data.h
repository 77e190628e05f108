// SPDX-License-Identifier: MIT
// locale_data.h: the locale in force, as the rest of the library asks for it.
//
// A program starts in the "C" locale: bytes are characters, only ASCII has case, the point is the decimal
// separator. setlocale changes the code page of LC_CTYPE (locale.cpp); numbers and dates stay as in "C",
// and localeconv says so.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

enum LocaleCategory : int { lc_all, lc_collate, lc_ctype, lc_monetary, lc_numeric, lc_time, lc_count };

struct LocaleData {
    unsigned code_page;     ///< of LC_CTYPE; 0 in the "C" locale
    unsigned language;      ///< LCID of LC_CTYPE; 0 in the "C" locale
    int longest_character;  ///< __mb_cur_max
    char names[lc_count][64];
    const unsigned short* types; ///< the ctype table, [-1] to [255] (ctype.cpp)
    const unsigned char* lower;  ///< case maps of the code page's bytes, 256 each
    const unsigned char* upper;
};

LocaleData& current_locale();
void open_locale();

/// The _locale_t of Microsoft's _l functions; null means the current one.
struct LocaleHandle {
    LocaleData* data;
    void* multibyte_data;
};
inline const LocaleData& locale_of(const LocaleHandle* handle) {
    return handle && handle->data ? *handle->data : current_locale();
}

} // namespace oriel::crt
