// SPDX-License-Identifier: MIT
// locale.h: which locales there are.
#pragma once

#include "windows_headers.h"

namespace oriel::k32 {

/// English (United States), its neutral parent, the invariant locale, and the names of defaults.
bool is_known_locale(LCID locale);
bool is_known_locale(const WCHAR* name); ///< null: the user's default

} // namespace oriel::k32
