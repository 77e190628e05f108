// SPDX-License-Identifier: MIT
// break_points.cpp: the functions that stop in the debugger.
//
// Without a debugger the instruction raises STATUS_BREAKPOINT, like any other exception.
// ("DebugBreak function", Microsoft documentation.)
#include <nt/export.h>

NT_EXPORT void NT_API DbgBreakPoint() { asm volatile("int3"); }

NT_EXPORT void NT_API DbgUserBreakPoint() { asm volatile("int3"); }
