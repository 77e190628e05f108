// SPDX-License-Identifier: MIT
// trace_database.h: each different stack trace once, by number.
//
// NT's user-mode stack trace database (FLG_USER_STACK_TRACE_DB): a program allocates a million blocks from a few hundred
// places; a block keeps the number of its place, and the frames are kept once. Traces are never removed.
//
// Lock: its own, innermost; nothing is called under it but pages.
#pragma once

#include <ntdll-emu/rtl/heap/debug/surroundings.h>
#include <ntdll-emu/rtl/heap/page_source.h>

namespace oriel::rtl::heap::debug {

using TraceNumber = std::uint32_t; ///< 0: no trace

struct Trace {
    std::uint32_t next; ///< in its hash chain
    std::uint32_t hash;
    std::uint32_t count;
    std::uint32_t padding;
    std::uint64_t frames[nt::most_trace_frames];
};

/// The number of that trace; 0 if there is no memory for a new one.
TraceNumber intern_trace(const std::uint64_t* frames, std::uint32_t count);
/// Where the caller is. Takes the unwinder's way: call it with no heap lock held.
TraceNumber capture_trace();
/// Null for 0 and for what is no number of a trace.
const Trace* trace_of(TraceNumber number);
std::uint32_t trace_count();
/// Into a record for the host.
void store_trace(TraceNumber number, std::uint32_t thread, nt::TraceRecord& to);
/// Without keeping it.
void store_current_trace(nt::TraceRecord& to);

} // namespace oriel::rtl::heap::debug
