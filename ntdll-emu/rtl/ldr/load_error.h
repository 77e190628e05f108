// SPDX-License-Identifier: MIT
// load_error.h: why a DLL could not be loaded, with the names that a person needs to know.
//
// A status alone says "not found"; what is not found, and for whom, is known only where the search ended.
#pragma once

#include <ntdll-emu/rtl/ldr/memory.h>
#include <ntdll-emu/rtl/ldr/own_process.h>

namespace oriel::rtl::ldr {

struct LoadError {
    Status status = Status::Success;
    Text dll;      ///< the DLL that is missing, or that lacks the function, or that failed
    Text function; ///< empty: none, or by ordinal
    std::uint32_t ordinal = 0;
    Text wanted_by; ///< the module that imports it; empty: the program's own call

    /// Says it through NtRaiseHardError, whose parameters for each status are Windows' own: the host prints
    /// one line.
    void report() const;
};

} // namespace oriel::rtl::ldr
