// SPDX-License-Identifier: MIT
// low_io_unicode.h: text modes whose streams carry UTF-16 (_O_U8TEXT, _O_U16TEXT, _O_WTEXT).
#pragma once

#include <dlls/crt/low_io.h>

namespace oriel::crt {

/// Reads up to `units` code units: 0 at the end, -1 with errno. Answers bytes, as _read does.
int read_unicode_text(Descriptor& descriptor, wchar_t* buffer, unsigned units);

/// Returns the code units written; `error` tells why there are fewer.
unsigned write_unicode_text(Descriptor& descriptor, const wchar_t* text, unsigned units, DWORD& error);

} // namespace oriel::crt
