// SPDX-License-Identifier: MIT
// global_local.h: the two families of 16-bit Windows' memory functions under one form, for the tests of both.
#pragma once

#include <windows.h>

#include <ostream>

struct MemoryFunctions {
    const char* name;
    HANDLE(WINAPI* alloc)(UINT, SIZE_T);
    HANDLE(WINAPI* realloc)(HANDLE, SIZE_T, UINT);
    HANDLE(WINAPI* free)(HANDLE);
    LPVOID(WINAPI* lock)(HANDLE);
    BOOL(WINAPI* unlock)(HANDLE);
    SIZE_T(WINAPI* size)(HANDLE);
    UINT(WINAPI* flags)(HANDLE);
    HANDLE(WINAPI* handle)(LPCVOID);
    UINT discardable; ///< GMEM_DISCARDABLE or LMEM_DISCARDABLE; the other flags have the same bits
};

inline void PrintTo(const MemoryFunctions& functions, std::ostream* to) { *to << functions.name; }

inline const MemoryFunctions global_functions{"Global",   GlobalAlloc, GlobalReAlloc, GlobalFree,   GlobalLock,
                                                  GlobalUnlock, GlobalSize, GlobalFlags,   GlobalHandle, GMEM_DISCARDABLE};
inline const MemoryFunctions local_functions{"Local",   LocalAlloc, LocalReAlloc, LocalFree,   LocalLock,
                                                 LocalUnlock, LocalSize, LocalFlags,   LocalHandle, LMEM_DISCARDABLE};

/// What lies around a moveable handle: it is the address of the entry's second word.
struct MovableEntry {
    ULONG_PTR flags; ///< 1 in use, 2 moveable, 4 discardable, 8 discarded, 0x8000 DDESHARE, locks in the third byte
    void* pointer;
};
inline bool is_moveable(HANDLE handle) {
    return (reinterpret_cast<ULONG_PTR>(handle) & (2 * sizeof(void*) - 1)) == sizeof(void*);
}
inline MovableEntry* entry_of(HANDLE handle) {
    return reinterpret_cast<MovableEntry*>(static_cast<char*>(handle) - sizeof(void*));
}

/// A pointer and a handle into nowhere (the high half of the address space in 64 bits, as Windows extends them).
inline void* pointer_to_nowhere() { return LongToHandle(static_cast<LONG>(0xdeadbee0)); }
inline HANDLE handle_to_nowhere() { return LongToHandle(static_cast<LONG>(0xdeadbee0 + sizeof(void*))); }
