// SPDX-License-Identifier: MIT
// delayed_frees.h: freed blocks rest before they are used again.
//
// While a freed block rests, a stale pointer to it leads to inaccessible pages (full page heap) or to a pattern that
// shows a write (normal page heap), a second free of it is known as such, and who allocated and who freed it can still
// be told. The queue is bounded; the oldest go first.
#pragma once

#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

namespace oriel::rtl::heap::debug {

/// The block's record, in state Delayed from now on.
void delay(DebugHeap& heap, BlockRecord& record);
/// The oldest record that must go, taken out of the queue; null while the queue is within its bounds.
BlockRecord* overdue(DebugHeap& heap);
/// The oldest record, whatever the bounds.
BlockRecord* oldest_delayed(DebugHeap& heap);

} // namespace oriel::rtl::heap::debug
