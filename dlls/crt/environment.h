// SPDX-License-Identifier: MIT
// environment.h: the process's environment as the C library sees it.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

bool open_environment();
char** initial_environment();
wchar_t** initial_wide_environment(); ///< made when first asked for; null without memory

} // namespace oriel::crt
