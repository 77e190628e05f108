// SPDX-License-Identifier: MIT
// rtl_export.h: how the rtl_*.h headers declare what ntdll exports.
//
// Callers in other DLLs see plain declarations and link against ntdll's import library; in ntdll itself
// the definitions add NT_EXPORT to them. Clang remarks on that order, which is the one we want.
#pragma once

#include <nt/basic.h>
#include <nt/export.h>

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wdll-attribute-on-redeclaration"
#endif

// winnt.h has macros RtlMoveMemory, RtlZeroMemory, ... and its own declarations of some Rtl functions.
// The headers leave those to it where it came first.
#if defined(_WINNT_)
#define NT_RTL_WINNT_WAS_FIRST 1
#endif
