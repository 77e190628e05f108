// SPDX-License-Identifier: MIT
// delay_load.h: DLLs that are loaded when one of their functions is first called.
//
// The linker makes a stub per function, which calls LdrResolveDelayLoadedAPI; that loads the DLL, finds the
// function and writes its address into the table, so that the stub is not called again.
// Source: "Linker support for delay-loaded DLLs" and "ResolveDelayLoadedAPI function", Microsoft documentation.
#pragma once

#include <ntdll-emu/rtl/ldr/loading.h>

namespace oriel::rtl::ldr {

struct DelayedCall {
    Module& importer;
    const nt::IMAGE_DELAYLOAD_DESCRIPTOR& descriptor;
    Word* thunk; ///< the entry of the address table that is wanted
};

/// The function's address, also stored in the thunk. Statuses: those of load_dll and find_procedure.
Status resolve_delayed(const DelayedCall& call, void*& address);

/// What the call asks for, for the failure hook. False: the descriptor leads outside the image.
bool describe_delayed(const DelayedCall& call, const char*& dll, Wanted& wanted);

} // namespace oriel::rtl::ldr
