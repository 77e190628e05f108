// SPDX-License-Identifier: MIT
// dll_main_calls.h: telling DLLs that processes and threads come and go.
//
// Attaching goes in the order of dependencies, detaching the other way round. A DLL's TLS callbacks are
// called before its entry point. All under the loader lock: that is what DllMain's documented prohibitions
// ("Dynamic-Link Library Best Practices") come from.
#pragma once

#include <ntdll-emu/rtl/ldr/load_error.h>
#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

enum class LoadKind : std::uint8_t { Static, Dynamic }; ///< DllMain's lpvReserved tells them apart

/// Initialises `root` and everything it depends on that is not yet. The program itself has no DllMain; its
/// TLS callbacks are called. Statuses: DllInitFailed (the failed module was told to detach), NoMemory.
Status initialise(Module& root, LoadKind kind, LoadError& error);

/// A module that was initialised leaves.
void detach(Module& module, LoadKind kind);

void attach_thread();
void detach_thread();
/// The process ends: every initialised module, last first.
void detach_process();

/// A number that no visit has used before (dependency_order.h).
std::uint32_t next_round();

} // namespace oriel::rtl::ldr
