// SPDX-License-Identifier: MIT
// locale_tables.h: types and cases of the 256 bytes of a code page.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

inline constexpr unsigned english_us = 0x409;

struct CodePageTables {
    unsigned code_page;
    unsigned short types[257]; ///< the first is EOF's
    unsigned char lower[256], upper[256];
};

/// The tables of a code page, made when first asked for; null without memory. The locale's lock is held.
const CodePageTables* tables_of(unsigned code_page);

} // namespace oriel::crt
