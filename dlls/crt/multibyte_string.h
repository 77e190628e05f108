// SPDX-License-Identifier: MIT
// multibyte_string.h: walking through strings of one- and two-byte characters.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

using MbChar = unsigned char;

/// Bits of _mbctype (<mbctype.h>: _M1, _M2).
enum MbType : unsigned char { mb_lead = 0x04, mb_trail = 0x08 };

bool is_lead(unsigned char c);
bool is_trail(unsigned char c);

/// The character after this one. A lead byte before the NUL counts as a character of one byte.
inline const MbChar* next(const MbChar* c) { return c + (is_lead(c[0]) && c[1] ? 2 : 1); }
/// The character as a number: lead byte * 256 + trail byte.
inline unsigned value(const MbChar* c) { return is_lead(c[0]) && c[1] ? unsigned(c[0]) << 8 | c[1] : c[0]; }

} // namespace oriel::crt
