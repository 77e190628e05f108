// SPDX-License-Identifier: MIT
// native_teb.h: included before everything else where loader code that wants a TEB is compiled natively.
#pragma once

#include <nt/teb.h>

namespace nt {

/// The test's one TEB (fake_process.cpp).
TEB<Native>* current_teb();

} // namespace nt
