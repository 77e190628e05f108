// SPDX-License-Identifier: MIT
// movable_memory.cpp: the table of moveable blocks, and every question that can be asked of a handle.
//
// Changing a block (GlobalReAlloc's many cases) is movable_realloc.cpp.
#include "movable_memory.h"

#include "movable_table.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

MovableEntry* table = nullptr; ///< reserved at first use
std::size_t used_entries = 0;  ///< entries that were ever handed out
MovableEntry* first_free = nullptr;

MovableEntry* end_of_table() { return table + most_movable_blocks; }

} // namespace

TableHold::TableHold() { RtlLockHeap(process_heap()); }
TableHold::~TableHold() { RtlUnlockHeap(process_heap()); }

MovableEntry* take_entry() {
    if (!table) {
        table = static_cast<MovableEntry*>(VirtualAlloc(nullptr, most_movable_blocks * sizeof(MovableEntry),
                                                        MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
        if (!table) return nullptr;
        first_free = end_of_table();
    }
    MovableEntry* entry = first_free;
    if (entry != end_of_table())
        first_free = entry->next_free;
    else if (used_entries < most_movable_blocks)
        entry = &table[used_entries++];
    else
        return nullptr;
    entry->next_free = nullptr; // clears the whole word that flags and locks lie in
    entry->flags = movable_flag::in_use | movable_flag::moveable;
    entry->pointer = nullptr;
    return entry;
}

void give_entry(MovableEntry* entry) {
    entry->pointer = nullptr;
    entry->next_free = first_free; // an even address: in_use is clear
    first_free = entry;
}

MovableEntry* entry_of(HANDLE handle) {
    if (!looks_moveable(handle) || !table) return nullptr;
    auto* const entry = reinterpret_cast<MovableEntry*>(static_cast<char*>(handle) - sizeof(void*));
    return entry >= table && entry < table + used_entries && (entry->flags & movable_flag::in_use) ? entry : nullptr;
}

PointerKind kind_of(HANDLE handle) {
    if (looks_moveable(handle)) return PointerKind::NoBlock;
    if (!handle) return PointerKind::Nowhere;
    switch (RtlOrielJudgeBlock(process_heap(), handle)) {
    case oriel_block_good: return PointerKind::Block;
    case oriel_block_nowhere: return PointerKind::Nowhere;
    default: return PointerKind::NoBlock;
    }
}

HANDLE allocate_memory(const MemoryFamily& family, UINT flags, SIZE_T size) {
    if (!(flags & GMEM_MOVEABLE)) {
        void* const memory =
            RtlAllocateHeap(process_heap(), heap_flags_of(flags), std::max(size, family.least_fixed));
        return memory ? memory : fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    const TableHold hold;
    MovableEntry* const entry = take_entry();
    if (!entry) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    if (flags & family.discardable) entry->flags |= movable_flag::discardable;
    if (flags & GMEM_DDESHARE) entry->flags |= movable_flag::ddeshare;
    if (!size) {
        entry->flags |= movable_flag::discarded;
    } else if (!set_block(*entry, RtlAllocateHeap(process_heap(), heap_flags_of(flags) | carries_handle, size))) {
        give_entry(entry);
        return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    return handle_of(entry);
}

HANDLE free_memory(HANDLE handle) {
    if (!handle) return nullptr;
    if (looks_moveable(handle)) {
        const TableHold hold;
        MovableEntry* const entry = entry_of(handle);
        if (!entry) {
            set_last_error(DWORD{ERROR_INVALID_HANDLE});
            return handle;
        }
        if (entry->pointer) RtlFreeHeap(process_heap(), 0, entry->pointer);
        give_entry(entry);
        return nullptr;
    }
    if (kind_of(handle) == PointerKind::Nowhere) {
        set_last_error(DWORD{ERROR_NOACCESS});
        return handle;
    }
    // What is readable and no block (a block that was freed before, say) is the heap's to judge: corruption.
    if (RtlFreeHeap(process_heap(), 0, handle)) return nullptr;
    set_last_error(DWORD{ERROR_INVALID_HANDLE});
    return handle;
}

void* lock_memory(const MemoryFamily& family, HANDLE handle) {
    if (!looks_moveable(handle)) {
        // Locking an address answers it if something is there, a block or not.
        if (kind_of(handle) != PointerKind::Nowhere) return handle;
        if (family.lock_of_nowhere) set_last_error(family.lock_of_nowhere);
        return nullptr;
    }
    const TableHold hold;
    MovableEntry* const entry = entry_of(handle);
    if (!entry) return fail_null(ERROR_INVALID_HANDLE);
    if (!entry->pointer) return fail_null(ERROR_DISCARDED);
    if (entry->locks < 0xFF) ++entry->locks;
    return entry->pointer;
}

BOOL unlock_moveable_memory(HANDLE handle, BOOL invalid) {
    const TableHold hold;
    MovableEntry* const entry = entry_of(handle);
    if (!entry) {
        set_last_error(DWORD{ERROR_INVALID_HANDLE});
        return invalid;
    }
    if (!entry->locks) return fail(ERROR_NOT_LOCKED);
    if (--entry->locks) return TRUE;
    return fail(ERROR_SUCCESS);
}

SIZE_T size_of_memory(HANDLE handle) {
    void* memory = handle;
    if (looks_moveable(handle)) {
        const TableHold hold;
        MovableEntry* const entry = entry_of(handle);
        if (!entry) return static_cast<SIZE_T>(fail(ERROR_INVALID_HANDLE));
        if (!entry->pointer) return 0;
        memory = entry->pointer;
        return RtlSizeHeap(process_heap(), 0, memory);
    }
    if (kind_of(handle) != PointerKind::Block) return static_cast<SIZE_T>(fail(ERROR_INVALID_HANDLE));
    return RtlSizeHeap(process_heap(), 0, memory);
}

UINT flags_of_memory(const MemoryFamily& family, HANDLE handle) {
    if (looks_moveable(handle)) {
        const TableHold hold;
        if (const MovableEntry* const entry = entry_of(handle)) {
            UINT flags = entry->locks;
            if (entry->flags & movable_flag::discardable) flags |= family.discardable;
            if (entry->flags & movable_flag::discarded) flags |= GMEM_DISCARDED;
            if (entry->flags & movable_flag::ddeshare) flags |= GMEM_DDESHARE;
            return flags;
        }
        set_last_error(DWORD{ERROR_INVALID_HANDLE});
        return GMEM_INVALID_HANDLE;
    }
    const PointerKind kind = kind_of(handle);
    if (kind == PointerKind::Block) return 0;
    set_last_error(kind == PointerKind::Nowhere ? family.flags_of_nowhere : DWORD{ERROR_INVALID_HANDLE});
    return GMEM_INVALID_HANDLE;
}

HANDLE handle_of_memory(const MemoryFamily& family, const void* pointer) {
    void* const block = const_cast<void*>(pointer);
    const PointerKind kind = kind_of(block);
    if (kind == PointerKind::Nowhere) return fail_null(family.handle_of_nowhere);
    if (kind == PointerKind::NoBlock) return fail_null(ERROR_INVALID_HANDLE);
    void* value = nullptr;
    std::uint32_t flags = 0;
    RtlGetUserInfoHeap(process_heap(), 0, block, &value, &flags);
    return value ? value : block;
}

} // namespace oriel::k32
