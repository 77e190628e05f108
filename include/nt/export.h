// SPDX-License-Identifier: MIT
// export.h: how a guest function becomes an export of its DLL.
//
// The attribute puts the undecorated name into the DLL's export table for both CPUs (the linker drops
// stdcall's "@N"). Forwarders and undone exports need no code: the DLL's .spec makes them.
#pragma once

#include <nt/abi.h>

#if defined(ORIEL_GUEST) && defined(_WIN32)
#define NT_EXPORT extern "C" __declspec(dllexport)
#else
#define NT_EXPORT extern "C"
#endif
