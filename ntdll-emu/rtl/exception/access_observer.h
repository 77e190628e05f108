// SPDX-License-Identifier: MIT
// access_observer.h: who wants to look at access violations before the program's handlers do.
//
// NT's verifier puts a vectored handler of its own before all others for this. A program that handles the violation
// would otherwise hide it: a page heap shall tell of it when it happens.
#pragma once

#include <cstdint>

namespace oriel::rtl {

/// Null, or called with the address, the kind of access (EXCEPTION_RECORD's first parameter) and the CONTEXT. It uses
/// little stack and changes nothing.
extern void (*access_observer)(std::uintptr_t address, std::uintptr_t access, const void* context);

} // namespace oriel::rtl
