// SPDX-License-Identifier: MIT
// movable_realloc.cpp: GlobalReAlloc and LocalReAlloc, which do three things under one name.
//
//   flags                         a fixed block                         a moveable block
//   MODIFY                        as it is                              sets or clears "discardable"
//   MODIFY | MOVEABLE             Global: becomes moveable, elsewhere   the same
//                                 Local: as it is
//   DISCARDABLE without MODIFY    refused                               refused
//   none, size > 0                in place only                         anywhere; if locked, in place only
//   MOVEABLE, size > 0            anywhere                              anywhere
//   MOVEABLE, size 0              becomes empty                         discarded; if locked, refused
//   none, size 0                  becomes empty, in place               refused
//
// Small blocks do not grow in place on Windows: a fixed one belongs to the low-fragmentation heap, and a
// moveable one has a neighbour. So a small moveable block that grows gets a new place, and if it is locked and
// must stay, it does not grow (observed on Windows; nothing promises the opposite).
#include "movable_memory.h"

#include "movable_table.h"

namespace oriel::k32 {
namespace {

/// Up to here a block is small: the low-fragmentation heap's limit ("Low-fragmentation Heap", Microsoft
/// documentation).
constexpr SIZE_T small_block = 0x4000;

/// A new block with the old one's content; the old one is freed. Null: no memory, and nothing has changed.
void* move_block(void* block, SIZE_T size, std::uint32_t how) {
    void* const moved = RtlAllocateHeap(process_heap(), how, size);
    if (!moved) return nullptr;
    const SIZE_T old_size = RtlSizeHeap(process_heap(), 0, block);
    __builtin_memcpy(moved, block, old_size < size ? old_size : size);
    RtlFreeHeap(process_heap(), 0, block);
    return moved;
}

/// Discards, if that is what is asked for and nobody holds the block.
HANDLE empty_moveable(MovableEntry& entry, UINT flags) {
    if (!(flags & GMEM_MOVEABLE) || entry.locks) return nullptr;
    if (entry.pointer) RtlFreeHeap(process_heap(), 0, entry.pointer);
    entry.pointer = nullptr;
    entry.flags |= movable_flag::discarded;
    return handle_of(&entry);
}

HANDLE resize_moveable(MovableEntry& entry, SIZE_T size, UINT flags) {
    const std::uint32_t how = heap_flags_of(flags) | carries_handle;
    const bool must_stay = entry.locks && !(flags & GMEM_MOVEABLE);
    void* block;
    if (!entry.pointer) {
        block = RtlAllocateHeap(process_heap(), how, size);
    } else {
        const SIZE_T old_size = RtlSizeHeap(process_heap(), 0, entry.pointer);
        if (size > old_size && old_size <= small_block)
            block = must_stay ? nullptr : move_block(entry.pointer, size, how);
        else
            block = RtlReAllocateHeap(process_heap(), how | (must_stay ? HEAP_REALLOC_IN_PLACE_ONLY : 0),
                                      entry.pointer, size);
    }
    if (!set_block(entry, block)) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    return handle_of(&entry);
}

HANDLE change_moveable(const MemoryFamily& family, MovableEntry& entry, SIZE_T size, UINT flags) {
    if (flags & GMEM_MODIFY) {
        if (flags & family.discardable)
            entry.flags |= movable_flag::discardable;
        else
            entry.flags &= static_cast<std::uint16_t>(~movable_flag::discardable);
        return handle_of(&entry);
    }
    if (flags & family.discardable) return fail_null(ERROR_INVALID_PARAMETER);
    return size ? resize_moveable(entry, size, flags) : empty_moveable(entry, flags);
}

/// GlobalReAlloc's conversion: the content goes to a new block behind a new handle.
HANDLE make_moveable(const MemoryFamily& family, HANDLE fixed, UINT flags) {
    const TableHold hold;
    MovableEntry* const entry = take_entry();
    if (!entry) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    const SIZE_T size = RtlSizeHeap(process_heap(), 0, fixed);
    if (!set_block(*entry, move_block(fixed, size, carries_handle))) {
        give_entry(entry);
        return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (flags & family.discardable) entry->flags |= movable_flag::discardable;
    if (flags & GMEM_DDESHARE) entry->flags |= movable_flag::ddeshare;
    return handle_of(entry);
}

HANDLE change_fixed(const MemoryFamily& family, HANDLE handle, SIZE_T size, UINT flags) {
    if (flags & GMEM_MODIFY)
        return family.converts_fixed && (flags & GMEM_MOVEABLE) ? make_moveable(family, handle, flags) : handle;
    if (flags & family.discardable) return fail_null(ERROR_INVALID_PARAMETER);
    // In place where the heap allows it, which it never does for a block of the low-fragmentation heap.
    const std::uint32_t how = heap_flags_of(flags);
    const DWORD before = last_error();
    void* block = RtlReAllocateHeap(process_heap(), how | HEAP_REALLOC_IN_PLACE_ONLY, handle, size);
    if (!block && (flags & GMEM_MOVEABLE)) {
        block = move_block(handle, size, how);
        if (block) set_last_error(before);
    }
    if (!block) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    return block;
}

} // namespace

HANDLE reallocate_memory(const MemoryFamily& family, HANDLE handle, SIZE_T size, UINT flags) {
    if (looks_moveable(handle)) {
        const TableHold hold;
        MovableEntry* const entry = entry_of(handle);
        if (!entry) return fail_null(ERROR_INVALID_HANDLE);
        return change_moveable(family, *entry, size, flags);
    }
    switch (kind_of(handle)) {
    case PointerKind::Nowhere: return fail_null(ERROR_NOACCESS);
    case PointerKind::NoBlock: return fail_null(ERROR_INVALID_HANDLE);
    case PointerKind::Block: break;
    }
    return change_fixed(family, handle, size, flags);
}

} // namespace oriel::k32
