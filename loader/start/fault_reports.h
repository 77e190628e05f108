// SPDX-License-Identifier: MIT
// fault_reports.h: what the user reads of a program's memory faults.
#pragma once

#include "fault_options.h"

#include <ntdll-emu/ps/process.h>
#include <nt/fault_event.h>

#include <optional>

namespace oriel::start {

/// Sets the process's execution options, and from now on writes what its heaps tell to stderr (and as JSON). Starts the
/// refusal of virtual memory where that is asked for. Throws StartError for a file that cannot be written.
void watch_faults(ps::Process& process, const FaultOptions& options);

/// Of an access violation that a page heap has explained: the block, and who allocated and freed it. `address` is the one
/// that was accessed.
std::optional<nt::HeapFaultRecord> block_accessed_at(std::uint64_t address);

/// At the end: what has to be said once everything is known.
void finish_fault_reports();

} // namespace oriel::start
