// SPDX-License-Identifier: MIT
// dispatch.h: the search for a handler (guest only).
#pragma once

#include <ntdll-emu/rtl/exception/own_process.h>

namespace oriel::rtl {

/// The frames' handlers, from the innermost out. True if one wants execution to continue at `context`;
/// a handler that wants to handle the exception unwinds to its frame and never returns here.
bool search_frames(Record& record, Context& context);

} // namespace oriel::rtl

extern "C" {
/// The whole first chance: vectored handlers, then frames. True: continue at `context`.
bool oriel_dispatch_exception(NtExceptionRecord* record, NtContext* context);

#if defined(__x86_64__)
// handler_calls_x64.S: calls dispatcher->LanguageHandler from a frame of their own, whose handlers
// recognise, later, that the walk has come to a handler that is still running.
nt::Disposition oriel_execute_handler_for_exception(NtExceptionRecord*, void* frame, NtContext*, NtDispatcherContext*);
nt::Disposition oriel_execute_handler_for_unwind(NtExceptionRecord*, void* frame, NtContext*, NtDispatcherContext*);
/// False if the function raised an exception, which is then forgotten.
bool oriel_call_guarded(void (*function)(void*), void* argument);

// context_x64.S
[[noreturn]] void oriel_restore_registers(NtContext* context);
// unwind_entry_x64.S: the same, but only what a function's caller may rely on, and Rax, Rcx, Rdx, R8, R9: not the flags,
// the segments, the volatile vector registers, R10 and R11.
[[noreturn]] void oriel_restore_frame(NtContext* context);
[[noreturn]] void oriel_consolidate_frames(NtContext* context, NtExceptionRecord* record);
#endif
}
