// SPDX-License-Identifier: MIT
// process_start.h: what happens in a process before its program's first instruction, and in each thread.
//
// The kernel (here: the host) maps ntdll and the program and lets the first thread begin in
// LdrInitializeThunk. That makes the heap, PEB->Ldr, loads kernel32 and whatever the program imports, binds
// and initialises it, and continues with the context that it was given: the thread's real start.
// Later threads come the same way, and only announce themselves.
#pragma once

#include <ntdll-emu/rtl/ldr/own_process.h>

namespace oriel::rtl::ldr {

/// In the first thread; others wait in start_thread until this is done. On failure the reason has been
/// reported. `ntdll_base` is where the host mapped us.
Status start_process(void* ntdll_base);
Status start_thread();
bool process_has_started();
/// False for a thread that was created so that DLLs are not told of it.
bool was_announced();

} // namespace oriel::rtl::ldr
