// SPDX-License-Identifier: MIT
// random.cpp: ProcessPrng, the one function that programs ask this DLL for: every program of a current Go or Rust
// does, before its main. It never fails. Source: "ProcessPrng function" (Microsoft documentation).
#include <dlls/win32_dll.h>

DLL_EXPORT BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T size) {
    while (size) {
        const auto part = static_cast<std::uint32_t>(size < 0x10000000 ? size : 0x10000000);
        if (!nt::is_success(NtOrielRandom(to, part))) __builtin_trap(); // better no program than one with bad keys
        to += part;
        size -= part;
    }
    return TRUE;
}
