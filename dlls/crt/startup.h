// SPDX-License-Identifier: MIT
// startup.h: what a DLL of the C library does when it is loaded and unloaded.
//
// dlls/msvcrt's entry point calls these from the loader, in this order; each step only uses what the
// steps before it have made.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// DLL_PROCESS_ATTACH: heap, thread data, locks, command lines, environment, descriptors, streams.
bool attach_process();
/// DLL_PROCESS_DETACH: exit functions (if exit did not run them) and a flush of all streams.
void detach_process(bool process_ends);
/// DLL_THREAD_DETACH: this thread's data.
void detach_thread();

void read_command_lines();
void read_system_version();

/// The program's kind, as __set_app_type set it.
enum class AppType : int { unknown = 0, console = 1, gui = 2 };
AppType app_type();

} // namespace oriel::crt
