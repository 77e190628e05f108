// SPDX-License-Identifier: MIT
// multibyte.h: one character between the locale's code page and UTF-16.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

inline constexpr int multibyte_longest = 5; ///< MB_LEN_MAX

/// Bytes written, or -1 if the code page has no such character. In the "C" locale only 0..255 exist.
int wide_to_multibyte(char* out, wchar_t character);
/// Bytes used (1 for NUL), or -1 for an invalid or cut sequence.
int multibyte_to_wide(wchar_t* out, const char* text, size_t available);

} // namespace oriel::crt
