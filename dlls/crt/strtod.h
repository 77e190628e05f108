// SPDX-License-Identifier: MIT
// strtod.h: the number at the beginning of a text, for strtod and scanf.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// `end` (which may be null) becomes `text` if there is no number.
template<class Char> double parse_double(const Char* text, const Char** end);

} // namespace oriel::crt
