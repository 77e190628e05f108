// SPDX-License-Identifier: MIT
// tlhelp32.cpp: walking the lists of a snapshot, and the blocks of a heap.
//
// A heap's blocks are not in the snapshot: Heap32First and Heap32Next look at the living heap. On Windows each step
// copies the whole heap again ("Heap32Next function": much slower than HeapWalk); here the entry itself is the cursor,
// as it is for HeapWalk, so a step costs what a step of HeapWalk costs.
// Source: "Tool Help Functions" (Microsoft documentation).
#include "tlhelp32_snapshot.h"

#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

template<class Entry>
BOOL copy_out(HANDLE handle, Entry* to, SnapshotList Snapshot::*list, Place place) {
    if (to->dwSize < sizeof(Entry)) return fail(ERROR_INSUFFICIENT_BUFFER);
    const SnapshotView view(handle);
    if (!view.get()) return FALSE;
    const Entry* const entry = entry_at<Entry>(*view.get(), list, place);
    if (!entry) return FALSE;
    *to = *entry;
    return TRUE;
}

template<std::size_t Room>
void narrow_name(char (&to)[Room], const WCHAR* name) {
    to[narrow(name, length_of(name), to, Room - 1, CP_ACP)] = 0;
}

BOOL copy_process(HANDLE handle, PROCESSENTRY32* to, Place place) {
    if (to->dwSize < sizeof *to) return fail(ERROR_INSUFFICIENT_BUFFER);
    PROCESSENTRY32W entry;
    entry.dwSize = sizeof entry;
    if (!copy_out(handle, &entry, &Snapshot::processes, place)) return FALSE;
    __builtin_memcpy(to, &entry, offsetof(PROCESSENTRY32, szExeFile)); // alike up to the name
    to->dwSize = sizeof *to;
    narrow_name(to->szExeFile, entry.szExeFile);
    return TRUE;
}
static_assert(offsetof(PROCESSENTRY32, szExeFile) == offsetof(PROCESSENTRY32W, szExeFile));

BOOL copy_module(HANDLE handle, MODULEENTRY32* to, Place place) {
    if (to->dwSize < sizeof *to) return fail(ERROR_INSUFFICIENT_BUFFER);
    MODULEENTRY32W entry;
    entry.dwSize = sizeof entry;
    if (!copy_out(handle, &entry, &Snapshot::modules, place)) return FALSE;
    __builtin_memcpy(to, &entry, offsetof(MODULEENTRY32, szModule));
    to->dwSize = sizeof *to;
    narrow_name(to->szModule, entry.szModule);
    narrow_name(to->szExePath, entry.szExePath);
    return TRUE;
}
static_assert(offsetof(MODULEENTRY32, szModule) == offsetof(MODULEENTRY32W, szModule));

// ------------------------------------------------------------------------------------- a heap's blocks

// The cursor's two small fields lie in the reserved one.
constexpr unsigned index_shift = 16;

NtHeapWalkEntry cursor_of(const HEAPENTRY32& entry) {
    NtHeapWalkEntry cursor{};
    cursor.DataAddress = reinterpret_cast<void*>(entry.dwAddress);
    cursor.DataSize = entry.dwBlockSize;
    cursor.Flags = static_cast<std::uint16_t>(entry.dwResvd);
    cursor.SegmentIndex = static_cast<std::uint8_t>(entry.dwResvd >> index_shift);
    return cursor;
}

void answer(HEAPENTRY32& entry, const NtHeapWalkEntry& block) {
    const bool busy = block.Flags & nt::heap_entry_flag::busy;
    const auto handle = busy ? static_cast<ULONG_PTR>(block.Block.Settable) : 0;
    entry.dwAddress = reinterpret_cast<ULONG_PTR>(block.DataAddress.get());
    entry.hHandle = handle ? reinterpret_cast<HANDLE>(handle) : reinterpret_cast<HANDLE>(entry.dwAddress);
    entry.dwBlockSize = block.DataSize;
    entry.dwFlags = !busy ? LF32_FREE : handle ? LF32_MOVEABLE : LF32_FIXED;
    entry.dwLockCount = 0;
    entry.dwResvd = block.Flags | DWORD{block.SegmentIndex} << index_shift;
}

/// From the cursor to the next block; regions and uncommitted ranges are none.
BOOL step(HEAPENTRY32& entry, NtHeapWalkEntry cursor) {
    constexpr std::uint16_t no_block = nt::heap_entry_flag::region | nt::heap_entry_flag::uncommitted;
    do {
        const Status status = RtlWalkHeap(reinterpret_cast<void*>(entry.th32HeapID), &cursor);
        if (status == Status::InvalidParameter) return fail(ERROR_INVALID_DATA);
        if (!nt::is_success(status)) return fail(ERROR_NO_MORE_FILES);
    } while (cursor.Flags & no_block);
    answer(entry, cursor);
    return TRUE;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT WINBOOL WINAPI Heap32ListFirst(HANDLE snapshot, LPHEAPLIST32 to) {
    return copy_out(snapshot, to, &Snapshot::heaps, Place::First);
}
K32_EXPORT WINBOOL WINAPI Heap32ListNext(HANDLE snapshot, LPHEAPLIST32 to) {
    return copy_out(snapshot, to, &Snapshot::heaps, Place::Next);
}
K32_EXPORT WINBOOL WINAPI Process32FirstW(HANDLE snapshot, LPPROCESSENTRY32W to) {
    return copy_out(snapshot, to, &Snapshot::processes, Place::First);
}
K32_EXPORT WINBOOL WINAPI Process32NextW(HANDLE snapshot, LPPROCESSENTRY32W to) {
    return copy_out(snapshot, to, &Snapshot::processes, Place::Next);
}
K32_EXPORT WINBOOL WINAPI Process32First(HANDLE snapshot, LPPROCESSENTRY32 to) {
    return copy_process(snapshot, to, Place::First);
}
K32_EXPORT WINBOOL WINAPI Process32Next(HANDLE snapshot, LPPROCESSENTRY32 to) {
    return copy_process(snapshot, to, Place::Next);
}
K32_EXPORT WINBOOL WINAPI Module32FirstW(HANDLE snapshot, LPMODULEENTRY32W to) {
    return copy_out(snapshot, to, &Snapshot::modules, Place::First);
}
K32_EXPORT WINBOOL WINAPI Module32NextW(HANDLE snapshot, LPMODULEENTRY32W to) {
    return copy_out(snapshot, to, &Snapshot::modules, Place::Next);
}
K32_EXPORT WINBOOL WINAPI Module32First(HANDLE snapshot, LPMODULEENTRY32 to) {
    return copy_module(snapshot, to, Place::First);
}
K32_EXPORT WINBOOL WINAPI Module32Next(HANDLE snapshot, LPMODULEENTRY32 to) {
    return copy_module(snapshot, to, Place::Next);
}
K32_EXPORT WINBOOL WINAPI Thread32First(HANDLE snapshot, LPTHREADENTRY32 to) {
    return copy_out(snapshot, to, &Snapshot::threads, Place::First);
}
K32_EXPORT WINBOOL WINAPI Thread32Next(HANDLE snapshot, LPTHREADENTRY32 to) {
    return copy_out(snapshot, to, &Snapshot::threads, Place::Next);
}

/// ERROR_NO_MORE_FILES for a heap that is invalid or empty ("Heap32First function").
K32_EXPORT WINBOOL WINAPI Heap32First(LPHEAPENTRY32 entry, DWORD process, ULONG_PTR heap) {
    if (entry->dwSize < sizeof *entry) return fail(ERROR_INSUFFICIENT_BUFFER);
    if (process && process != GetCurrentProcessId()) return fail(ERROR_INVALID_PARAMETER);
    entry->th32ProcessID = GetCurrentProcessId();
    entry->th32HeapID = heap;
    return step(*entry, NtHeapWalkEntry{});
}
K32_EXPORT WINBOOL WINAPI Heap32Next(LPHEAPENTRY32 entry) {
    if (entry->dwSize < sizeof *entry) return fail(ERROR_INSUFFICIENT_BUFFER);
    return step(*entry, cursor_of(*entry));
}

K32_EXPORT WINBOOL WINAPI Toolhelp32ReadProcessMemory(DWORD process, LPCVOID from, LPVOID to, SIZE_T size,
                                                      SIZE_T* read) {
    if (process && process != GetCurrentProcessId()) return fail(ERROR_INVALID_PARAMETER);
    return ReadProcessMemory(GetCurrentProcess(), from, to, size, read);
}
