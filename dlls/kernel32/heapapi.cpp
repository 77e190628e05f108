// SPDX-License-Identifier: MIT
// heapapi.cpp: what is left of the heap functions here.
//
// The heap is ntdll's (ntdll-emu/rtl/heap). HeapAlloc, HeapReAlloc, HeapFree and HeapSize are forwarders, so a program
// calls ntdll directly; what stands here only turns a Boolean or a status into Win32's answer. Sources:
// "Heap Functions" (Microsoft documentation); the surprises carry theirs.
#include "kernel32.h"

#include <algorithm>

using namespace oriel::k32;

namespace {

/// Address space of a heap (observed on Windows): a fixed one's is a multiple of this; a growable one begins with
/// this much more than its initial size.
constexpr SIZE_T fixed_heap_unit = 0x400 * sizeof(void*);
constexpr SIZE_T room_to_grow = 0x10000;
constexpr SIZE_T page_size = 0x1000;

constexpr SIZE_T align_up(SIZE_T size, SIZE_T unit) { return (size + unit - 1) & ~(unit - 1); }

} // namespace

K32_EXPORT HANDLE WINAPI GetProcessHeap() { return peb().ProcessHeap.get(); }
K32_EXPORT DWORD WINAPI GetProcessHeaps(DWORD count, PHANDLE heaps) { return RtlGetProcessHeaps(count, heaps); }

K32_EXPORT HANDLE WINAPI HeapCreate(DWORD options, SIZE_T initial, SIZE_T maximum) {
    constexpr DWORD accepted = HEAP_NO_SERIALIZE | HEAP_GENERATE_EXCEPTIONS | HEAP_CREATE_ENABLE_EXECUTE;
    DWORD flags = options & accepted;
    const SIZE_T limit = maximum ? std::max(maximum, initial) : initial; // NT raises it to what is asked for at once
    if (limit > ~SIZE_T{0} - 2 * room_to_grow) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    if (maximum) {
        maximum = align_up(limit, fixed_heap_unit);
    } else {
        flags |= nt::heap_flag::growable;
        maximum = align_up(limit, room_to_grow) + room_to_grow;
    }
    HANDLE const heap =
        RtlCreateHeap(flags | nt::heap_flag::private_class, nullptr, maximum, initial, nullptr, nullptr);
    if (!heap) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return heap;
}

K32_EXPORT BOOL WINAPI HeapDestroy(HANDLE heap) {
    if (RtlDestroyHeap(heap) == nullptr) return TRUE;
    return fail(ERROR_INVALID_HANDLE);
}

K32_EXPORT BOOL WINAPI HeapValidate(HANDLE heap, DWORD flags, LPCVOID memory) {
    return RtlValidateHeap(heap, flags, const_cast<void*>(memory));
}
K32_EXPORT SIZE_T WINAPI HeapCompact(HANDLE heap, DWORD flags) {
    const SIZE_T largest = RtlCompactHeap(heap, flags);
    if (!largest) set_last_error(DWORD{NO_ERROR}); // "HeapCompact function": there is no space, and that is no error
    return largest;
}
K32_EXPORT BOOL WINAPI HeapLock(HANDLE heap) { return RtlLockHeap(heap); }
K32_EXPORT BOOL WINAPI HeapUnlock(HANDLE heap) { return RtlUnlockHeap(heap); }

K32_EXPORT BOOL WINAPI HeapQueryInformation(HANDLE heap, HEAP_INFORMATION_CLASS kind, PVOID to, SIZE_T size,
                                            PSIZE_T needed) {
    return finish(RtlQueryHeapInformation(heap, static_cast<nt::HeapInformationClass>(kind), to, size,
                                          reinterpret_cast<std::size_t*>(needed)));
}
K32_EXPORT BOOL WINAPI HeapSetInformation(HANDLE heap, HEAP_INFORMATION_CLASS kind, PVOID from, SIZE_T size) {
    return finish(RtlSetHeapInformation(heap, static_cast<nt::HeapInformationClass>(kind), from, size));
}

K32_EXPORT BOOL WINAPI HeapWalk(HANDLE heap, LPPROCESS_HEAP_ENTRY entry) {
    if (!entry) return fail(ERROR_INVALID_PARAMETER);
    // RTL_HEAP_WALK_ENTRY is PROCESS_HEAP_ENTRY in another order and with other flag bits.
    NtHeapWalkEntry walk{};
    walk.DataAddress = entry->lpData;
    walk.DataSize = entry->cbData;
    walk.OverheadBytes = entry->cbOverhead;
    walk.SegmentIndex = entry->iRegionIndex;
    if (entry->wFlags & PROCESS_HEAP_REGION) {
        walk.Flags = nt::heap_entry_flag::region;
        walk.Segment.CommittedSize = entry->Region.dwCommittedSize;
        walk.Segment.UnCommittedSize = entry->Region.dwUnCommittedSize;
        walk.Segment.FirstEntry = entry->Region.lpFirstBlock;
        walk.Segment.LastEntry = entry->Region.lpLastBlock;
    } else if (entry->wFlags & PROCESS_HEAP_UNCOMMITTED_RANGE) {
        walk.Flags = nt::heap_entry_flag::uncommitted;
    } else if (entry->wFlags & PROCESS_HEAP_ENTRY_BUSY) {
        walk.Flags = nt::heap_entry_flag::busy;
    }

    const Status status = RtlWalkHeap(heap, &walk);
    if (!nt::is_success(status)) return finish(status);

    entry->lpData = walk.DataAddress;
    entry->cbData = static_cast<DWORD>(walk.DataSize);
    entry->cbOverhead = walk.OverheadBytes;
    entry->iRegionIndex = walk.SegmentIndex;
    entry->wFlags = 0;
    if (walk.Flags & nt::heap_entry_flag::busy) {
        entry->wFlags = PROCESS_HEAP_ENTRY_BUSY;
        entry->Block.hMem = nullptr;
    } else if (walk.Flags & nt::heap_entry_flag::region) {
        entry->wFlags = PROCESS_HEAP_REGION;
        entry->Region.dwCommittedSize = walk.Segment.CommittedSize;
        entry->Region.dwUnCommittedSize = walk.Segment.UnCommittedSize;
        entry->Region.lpFirstBlock = walk.Segment.FirstEntry;
        entry->Region.lpLastBlock = walk.Segment.LastEntry;
    } else if (walk.Flags & nt::heap_entry_flag::uncommitted) {
        entry->wFlags = PROCESS_HEAP_UNCOMMITTED_RANGE;
    }
    return TRUE;
}

/// A structure of another size is another version's (read from a public implementation: the size must be exact).
K32_EXPORT BOOL WINAPI HeapSummary(HANDLE heap, DWORD, LPHEAP_SUMMARY summary) {
    if (summary->cb != sizeof *summary) return fail(ERROR_INVALID_PARAMETER);
    summary->cbAllocated = summary->cbCommitted = summary->cbReserved = summary->cbMaxReserve = 0;
    constexpr std::uint8_t large_block = 64; // a block with a reservation of its own
    NtHeapWalkEntry entry{};
    RtlLockHeap(heap);
    Status status;
    while (nt::is_success(status = RtlWalkHeap(heap, &entry))) {
        const bool busy = entry.Flags & nt::heap_entry_flag::busy;
        if (busy) summary->cbAllocated += entry.DataSize;
        if (entry.Flags & nt::heap_entry_flag::region) {
            summary->cbCommitted += entry.Segment.CommittedSize;
            summary->cbReserved += SIZE_T{entry.Segment.CommittedSize} + entry.Segment.UnCommittedSize;
        } else if (busy && entry.SegmentIndex == large_block) {
            summary->cbCommitted += align_up(entry.DataSize, page_size);
            summary->cbReserved += align_up(entry.DataSize, room_to_grow);
        }
    }
    RtlUnlockHeap(heap);
    summary->cbMaxReserve = summary->cbReserved;
    return status == Status::NoMoreEntries ? TRUE : finish(status);
}
