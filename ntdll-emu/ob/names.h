// SPDX-License-Identifier: MIT
// names.h: comparing the names of objects.
//
// NT compares names unit by unit, after mapping each to upper case with a table that does not depend on
// any locale and never changes a name's length. Two names that differ only in case can both exist in a
// directory: whether "ready" finds "Ready" is up to whoever asks (OBJ_CASE_INSENSITIVE).
// Source: "RtlUpcaseUnicodeChar", "RtlEqualUnicodeString", Microsoft documentation.
#pragma once

#include <string>
#include <string_view>

namespace oriel::ob {

/// One UTF-16 unit in upper case, where that is again one unit.
char16_t upcase(char16_t unit);
std::u16string upcase(std::u16string_view name);

} // namespace oriel::ob
