// SPDX-License-Identifier: MIT
// cxx_names.h: decorated type names in readable form.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// ".?AVexception@@" as "class exception": malloc'ed, the caller's. A name that is not understood comes back
/// as it is; null without memory.
char* readable_type_name(const char* decorated);

} // namespace oriel::crt
