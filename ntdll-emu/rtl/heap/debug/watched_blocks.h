// SPDX-License-Identifier: MIT
// watched_blocks.h: what the files of this folder share about a heap's blocks.
#pragma once

#include <ntdll-emu/rtl/heap/debug/debug_heap.h>
#include <ntdll-emu/rtl/heap/debug/fault_report.h>

namespace oriel::rtl::heap::debug {

// All under WatchHold.

/// The busy block of that heap which begins there; null if there is none.
inline BlockRecord* busy_block(DebugHeap& heap, const void* data) {
    BlockRecord* const record = block_table().find(data);
    return record != nullptr && record->state == BlockState::Busy && record->heap == &heap ? record : nullptr;
}

/// With FLG_HEAP_VALIDATE_ALL each call looks at the whole heap first, and tells what is broken. No lock is held.
void validate_if_asked(Heap& facade);

/// Puts the first damage that can be seen in the heap into the report.
void find_damage(DebugHeap& heap, FaultReport& fault);

} // namespace oriel::rtl::heap::debug
