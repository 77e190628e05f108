// SPDX-License-Identifier: MIT
// snapshot_regions.h: the address space for a snapshot: mm's VADs, with what is known of their use.
#pragma once

#include <loader/observe/snapshot.h>
#include <ntdll-emu/ps/process.h>

namespace oriel::start {

/// From the lowest user address to the highest, without gaps. `heaps` name their segments and large blocks;
/// `observer` (may be null) is the thread that walked them: its stack and TEB count as free.
std::vector<observe::Region> regions_of(ps::Process& process, const std::vector<observe::Heap>& heaps, const ps::Thread* observer);

} // namespace oriel::start
