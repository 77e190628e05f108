// SPDX-License-Identifier: MIT
// page_runs.h: pages for one block of a full page heap, with an inaccessible page beside them.
//
// NT gives addresses away in pieces of 64 KiB; a reservation for each small block would waste fifteen pages of sixteen.
// So runs are cut from regions: reserved whole, only a block's own pages committed, and what was never committed is what
// nobody can touch. A freed block's pages are decommitted: any access faults, and the memory is given back at once,
// while the addresses wait in the delayed queue (delayed_frees.h).
#pragma once

#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

namespace oriel::rtl::heap::debug {

/// Where a block of `size` lies in its run.
struct Placement {
    std::size_t run_bytes;   ///< with the inaccessible page
    std::size_t pages_at;    ///< of the accessible ones
    std::size_t pages_bytes;
    std::size_t data_at;
};
Placement placement_for(const Settings& settings, std::size_t size);

/// Sets base, bytes and data of the record and commits its pages. False: no memory, or too many blocks have pages.
bool take_run(DebugHeap& heap, BlockRecord& record, std::size_t size);
/// Decommits the pages of a block that was freed.
void close_run(DebugHeap& heap, const BlockRecord& record);
/// The run may be used again; the record is now the run's.
void give_run(DebugHeap& heap, BlockRecord& record);

} // namespace oriel::rtl::heap::debug
