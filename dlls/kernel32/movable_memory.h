// SPDX-License-Identifier: MIT
// movable_memory.h: what GlobalAlloc and LocalAlloc share: one table of handles, and blocks of the process heap.
//
// 16-bit Windows moved memory about and gave out handles; a lock held a block still. Nothing moves any more, but
// the two families of functions, their handles, lock counts and discarding live on. A *fixed* block is a block of
// the process heap, and its handle is its address. A *moveable* one has an entry in a table of 0x10000:
//
//     +-----------------+-----------------+
//     | flags | locks   | pointer         |        entry: at an even multiple of the word's size,
//     +-----------------+-----------------+        as heap blocks are
//                       ^ the handle: an odd multiple, so the two kinds can be told apart
//
// The block behind an entry carries the handle as its user value, which is how GlobalHandle finds it.
//
// Always: `pointer` is null exactly while the block is discarded (or the entry free).
// Lock: the process heap's own, as on NT: who has locked that heap may still use its handles.
// Sources: "GlobalAlloc function" and kin (Microsoft documentation); limits, layout and errors as asserted by
// public tests that are run on Windows.
#pragma once

#include "kernel32.h"

namespace oriel::k32 {

inline constexpr std::size_t most_movable_blocks = 0x10000;

namespace movable_flag {
inline constexpr std::uint16_t in_use = 1, moveable = 2, discardable = 4, discarded = 8, ddeshare = 0x8000;
}

/// An entry of the table. Programs look into it, so the layout is Windows'.
struct alignas(2 * sizeof(void*)) MovableEntry {
    union {
        struct {
            std::uint16_t flags; ///< movable_flag
            std::uint8_t locks;  ///< stays at 255 once there
        };
        MovableEntry* next_free; ///< never null: the last free entry names the table's end
    };
    void* pointer;
};
static_assert(sizeof(MovableEntry) == 2 * sizeof(void*) && offsetof(MovableEntry, pointer) == sizeof(void*));

/// The two families differ in a few answers; these are the questions.
struct MemoryFamily {
    UINT discardable;          ///< the flag's value: GMEM_DISCARDABLE, LMEM_DISCARDABLE
    SIZE_T least_fixed;        ///< an empty fixed block's size
    bool converts_fixed;       ///< does MODIFY with MOVEABLE make a fixed block moveable?
    DWORD flags_of_nowhere;    ///< Flags of a pointer into nowhere: the last error
    DWORD lock_of_nowhere;     ///< Lock of one; 0: the last error stays
    DWORD handle_of_nowhere;   ///< Handle of one
};
inline constexpr MemoryFamily global_memory{GMEM_DISCARDABLE, 1, true, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE,
                                            ERROR_INVALID_HANDLE};
inline constexpr MemoryFamily local_memory{LMEM_DISCARDABLE, 0, false, ERROR_NOACCESS, 0, ERROR_NOACCESS};

/// Does the number have the form of a moveable block's handle?
inline bool looks_moveable(HANDLE handle) {
    return (reinterpret_cast<std::uintptr_t>(handle) & (2 * sizeof(void*) - 1)) == sizeof(void*);
}

// Each sets the last error as its Win32 function does. `flags` are GMEM_* or LMEM_*: the same bits, but for
// the family's discardable.
HANDLE allocate_memory(const MemoryFamily& family, UINT flags, SIZE_T size);
HANDLE reallocate_memory(const MemoryFamily& family, HANDLE handle, SIZE_T size, UINT flags);
/// Null, or the handle if it is none.
HANDLE free_memory(HANDLE handle);
void* lock_memory(const MemoryFamily& family, HANDLE handle);
/// A moveable handle's. FALSE with ERROR_SUCCESS when it was the last lock, with ERROR_NOT_LOCKED when there was
/// none; `invalid` with ERROR_INVALID_HANDLE for a handle that is none.
BOOL unlock_moveable_memory(HANDLE handle, BOOL invalid);
SIZE_T size_of_memory(HANDLE handle);
UINT flags_of_memory(const MemoryFamily& family, HANDLE handle);
HANDLE handle_of_memory(const MemoryFamily& family, const void* pointer);

} // namespace oriel::k32
