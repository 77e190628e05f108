// SPDX-License-Identifier: MIT
// trace_output.h: what `oriel trace` writes: one line a service, as text or as JSON.
#pragma once

#include "options.h"

namespace oriel::start {

/// Throws StartError if the output cannot be opened.
void start_trace(const Options& options);
/// Writes what is still buffered. Harmless without a trace.
void finish_trace();

} // namespace oriel::start
