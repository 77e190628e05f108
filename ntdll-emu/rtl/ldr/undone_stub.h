// SPDX-License-Identifier: MIT
// undone_stub.h: what an import is bound to that a builtin DLL does not know at all.
//
// The program may never call it, so it starts; if it does call, the stub names the DLL and the function once
// (NtOrielReportUndone) and raises STATUS_ENTRYPOINT_NOT_FOUND, which ends the program unless it handles
// that. Stubs are a few bytes of code each, in pages of their own, and live as long as the process.
#pragma once

#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

/// Null: no memory. `name` null: by ordinal.
void* make_undone_stub(const Module& dll, const char* name, std::uint32_t ordinal);

} // namespace oriel::rtl::ldr
