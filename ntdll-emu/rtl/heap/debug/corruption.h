// SPDX-License-Identifier: MIT
// corruption.h: what is wrong with an ordinary heap, once it is known that something is.
//
// STATUS_HEAP_CORRUPTION says no more than that. The report says which block, which check failed, and who lies beside it;
// with +ust also who allocated and freed it. It looks at every block, which only the end of a program can afford.
#pragma once

#include <ntdll-emu/rtl/heap/debug/fault_report.h>

namespace oriel::rtl::heap::debug {

/// Fills the report for a call on `heap` that named `data` (null: the whole heap was looked at).
void diagnose(Heap& heap, void* data, nt::HeapFaultRecord& to);

/// Before STATUS_HEAP_CORRUPTION is raised.
void report_corruption(Heap& heap, void* data);
/// A check before a call found it (FLG_HEAP_VALIDATE_ALL): a verifier stop.
void stop_for_corruption(Heap& heap);
/// HeapValidate answered FALSE: tells, if oriel --heap-report wants to know.
void report_invalid(Heap& heap, void* data);

} // namespace oriel::rtl::heap::debug
