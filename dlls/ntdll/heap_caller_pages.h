// SPDX-License-Identifier: MIT
// heap_caller_pages.h: a heap in memory that its creator brought along (RtlCreateHeap's HeapBase).
//
// The heap's first segment is the caller's: reserved and perhaps partly committed before the heap is made, and
// still there when it is gone. Pages in it are committed by the memory manager or, if the caller says so, by a
// routine of the caller (RTL_HEAP_PARAMETERS.CommitRoutine): it may keep such a heap in a section that it shares,
// or account for its pages. What a growable heap needs beyond that comes from the process as usual.
// Source: "RtlCreateHeap function" (Microsoft documentation, Windows driver kit).
#pragma once

#include <nt/rtl_heap.h>
#include <ntdll-emu/rtl/heap/heap.h>

namespace oriel::rtl {

/// Makes a heap at `base`. Statuses: InvalidParameter (sizes that do not fit, a commit routine for a growable heap,
/// no memory there, a base that is not a multiple of 64 KiB), NoMemory.
NtResult<heap::Heap*> create_heap_at(void* base, const heap::CreateRequest& request,
                                     const NtHeapParameters& parameters);
/// After the heap is gone: forgets what was kept about its caller's memory, if it had such.
void forget_caller_pages(const void* base);

} // namespace oriel::rtl
