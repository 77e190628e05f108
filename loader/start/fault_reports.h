// SPDX-License-Identifier: MIT
// fault_reports.h: what the user reads of a program's memory faults.
#pragma once

#include "fault_options.h"

#include <ntdll-emu/ps/process.h>

namespace oriel::start {

/// Sets the process's execution options, and from now on writes what its heaps tell to stderr (and as JSON). Starts the
/// refusal of virtual memory where that is asked for. Throws StartError for a file that cannot be written.
void watch_faults(ps::Process& process, const FaultOptions& options);

/// At the end: what has to be said once everything is known.
void finish_fault_reports();

} // namespace oriel::start
