// SPDX-License-Identifier: MIT
// unloading.h: FreeLibrary's second half: what nobody wants any more goes.
#pragma once

#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

/// Detaches (in the reverse order of initialisation) and unmaps every module that no wanted one reaches.
/// A module that is being initialised stays. Under the loader lock.
void unload_unwanted();

/// Unmaps a module that has never been initialised, or that was detached.
void discard(Module& module);

} // namespace oriel::rtl::ldr
