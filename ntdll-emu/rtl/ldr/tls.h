// SPDX-License-Identifier: MIT
// tls.h: static thread-local storage of the process: who has which index, and each thread's copies.
//
// When a DLL with TLS comes later, threads that run already get their copies too, as on Windows since Vista:
// every thread's array has spare places, and is replaced by a larger one when they are used up. A replaced
// array stays until its thread ends, for the thread may just be reading it; both say the same.
//
// Always: every thread that has gone through LdrInitializeThunk is in the list of arrays until it ends.
#pragma once

#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

/// Gives the module an index and every thread its copy; does nothing if the module has no TLS.
/// Statuses: NoMemory, InvalidImageFormat.
Status start_tls(Module& module);
/// Takes the copies and the index back.
void end_tls(Module& module);

/// The calling thread's array with a copy for every module that has TLS.
Status start_thread_tls();
void end_thread_tls();

/// The module's TLS callbacks, in their order.
void call_tls_callbacks(Module& module, nt::DllReason reason, void* reserved);

} // namespace oriel::rtl::ldr
