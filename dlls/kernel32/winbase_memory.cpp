// SPDX-License-Identifier: MIT
// winbase_memory.cpp: GlobalAlloc and LocalAlloc, the memory functions of 16-bit Windows.
//
// The two families are one (movable_memory.h); what differs between them stands here and in MemoryFamily.
// Sources: "Global and Local Functions" (Microsoft documentation); the surprises as asserted by public tests
// that are run on Windows.
#include "buffer.h"
#include "movable_memory.h"

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- Global
K32_EXPORT HGLOBAL WINAPI GlobalAlloc(UINT flags, SIZE_T size) { return allocate_memory(global_memory, flags, size); }
K32_EXPORT HGLOBAL WINAPI GlobalReAlloc(HGLOBAL memory, SIZE_T size, UINT flags) {
    return reallocate_memory(global_memory, memory, size, flags);
}
K32_EXPORT HGLOBAL WINAPI GlobalFree(HGLOBAL memory) { return free_memory(memory); }
K32_EXPORT LPVOID WINAPI GlobalLock(HGLOBAL memory) { return lock_memory(global_memory, memory); }
/// An address is never locked, so it always is unlocked; and a handle that is none counts as still locked.
K32_EXPORT BOOL WINAPI GlobalUnlock(HGLOBAL memory) {
    return looks_moveable(memory) ? unlock_moveable_memory(memory, TRUE) : TRUE;
}
K32_EXPORT SIZE_T WINAPI GlobalSize(HGLOBAL memory) { return size_of_memory(memory); }
K32_EXPORT UINT WINAPI GlobalFlags(HGLOBAL memory) { return flags_of_memory(global_memory, memory); }
K32_EXPORT HGLOBAL WINAPI GlobalHandle(LPCVOID pointer) { return handle_of_memory(global_memory, pointer); }

// Wiring and fixing were kinds of locking ("GlobalFix": obsolete, provided for compatibility).
K32_EXPORT LPVOID WINAPI GlobalWire(HGLOBAL memory) { return GlobalLock(memory); }
K32_EXPORT BOOL WINAPI GlobalUnWire(HGLOBAL memory) { return GlobalUnlock(memory); }
K32_EXPORT VOID WINAPI GlobalFix(HGLOBAL memory) { GlobalLock(memory); }
K32_EXPORT VOID WINAPI GlobalUnfix(HGLOBAL memory) { GlobalUnlock(memory); }
K32_EXPORT SIZE_T WINAPI GlobalCompact(DWORD) { return RtlCompactHeap(process_heap(), 0); }

// ------------------------------------------------------------------------------------- Local
K32_EXPORT HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T size) {
    return allocate_memory(local_memory, flags & ~UINT{GMEM_DDESHARE}, size);
}
K32_EXPORT HLOCAL WINAPI LocalReAlloc(HLOCAL memory, SIZE_T size, UINT flags) {
    return reallocate_memory(local_memory, memory, size, flags);
}
K32_EXPORT HLOCAL WINAPI LocalFree(HLOCAL memory) { return free_memory(memory); }
K32_EXPORT LPVOID WINAPI LocalLock(HLOCAL memory) { return lock_memory(local_memory, memory); }
K32_EXPORT BOOL WINAPI LocalUnlock(HLOCAL memory) {
    return looks_moveable(memory) ? unlock_moveable_memory(memory, FALSE) : fail(ERROR_NOT_LOCKED);
}
K32_EXPORT SIZE_T WINAPI LocalSize(HLOCAL memory) { return size_of_memory(memory); }
K32_EXPORT UINT WINAPI LocalFlags(HLOCAL memory) { return flags_of_memory(local_memory, memory); }
K32_EXPORT HLOCAL WINAPI LocalHandle(LPCVOID pointer) { return handle_of_memory(local_memory, pointer); }
K32_EXPORT SIZE_T WINAPI LocalShrink(HLOCAL, UINT) { return RtlCompactHeap(process_heap(), 0); }
K32_EXPORT SIZE_T WINAPI LocalCompact(UINT) { return RtlCompactHeap(process_heap(), 0); }
