// SPDX-License-Identifier: MIT
// memoryapi.h: what the sources of memoryapi share.
#pragma once

#include "kernel32.h"

namespace oriel::k32 {

/// Whether the machine has that NUMA node, or none is preferred. (memoryapi_physical.cpp)
bool is_numa_node(DWORD node);

/// Whether the PAGE_* constant lets pages be executed.
inline bool is_executable(DWORD protection) { return (protection & 0xF0) != 0; }

/// Also for a null handle, which the newer functions take for "this process".
inline HANDLE process_or_this(HANDLE process) { return process ? process : GetCurrentProcess(); }

inline nt::MEM_EXTENDED_PARAMETER<Native>* native(MEM_EXTENDED_PARAMETER* parameters) {
    return reinterpret_cast<nt::MEM_EXTENDED_PARAMETER<Native>*>(parameters);
}

/// WIN32_MEMORY_REGION_INFORMATION.
struct MemoryRegion {
    void* allocation_base;
    DWORD allocation_protect;
    DWORD flags;
    SIZE_T region_size;
    SIZE_T commit_size;
};

} // namespace oriel::k32

// Ours; the headers declare them only for later versions of Windows than they are asked for.
K32_EXPORT PVOID WINAPI VirtualAlloc2(HANDLE process, PVOID address, SIZE_T size, ULONG type, ULONG protection,
                                      MEM_EXTENDED_PARAMETER* parameters, ULONG count);
K32_EXPORT PVOID WINAPI MapViewOfFile3(HANDLE mapping, HANDLE process, PVOID wish, ULONG64 offset, SIZE_T size,
                                       ULONG type, ULONG protection, MEM_EXTENDED_PARAMETER* parameters, ULONG count);
