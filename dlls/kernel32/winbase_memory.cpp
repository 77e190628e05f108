// SPDX-License-Identifier: MIT
// winbase_memory.cpp: GlobalAlloc and LocalAlloc, the memory functions of 16-bit Windows.
//
// A fixed block is a block of the process heap, and its handle is its address. A moveable one has an entry in a
// table of 0x10000, shared by both families; the handle is the address of the entry's pointer member, which lies
// at an odd multiple of the pointer's size, so that handles and heap blocks (even multiples) can be told
// apart. Locking only counts: nothing moves.
// Sources: "GlobalAlloc function", "GlobalLock function", "LocalReAlloc function" and kin (Microsoft documentation);
// the limits and errors as asserted by public tests that run on Windows (reference: NT heap facts).
#include "buffer.h"
#include "kernel32.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr std::size_t most_entries = 0x10000;

constexpr std::uint16_t in_use = 1, moveable = 2, discardable = 4, discarded = 8, ddeshare = 0x8000;

/// One moveable block: its pointer lies at an odd multiple of sizeof(void*), and `flags` at the front.
struct alignas(2 * sizeof(void*)) Slot {
    union {
        struct {
            std::uint16_t flags;
            std::uint8_t locks;
        };
        Slot* next_free;
    };
    void* pointer;
};
static_assert(sizeof(Slot) == 2 * sizeof(void*) && offsetof(Slot, pointer) == sizeof(void*));

NtSrwLock table_lock{};
Slot* table = nullptr;      ///< reserved at first use
std::size_t used_slots = 0; ///< slots that were ever handed out
Slot* first_free = nullptr;

class TableLock {
public:
    TableLock() { RtlAcquireSRWLockExclusive(&table_lock); }
    ~TableLock() { RtlReleaseSRWLockExclusive(&table_lock); }
};

/// With the lock held. Null when all 65,536 are taken.
Slot* take_slot() {
    Slot* slot = first_free;
    if (slot) {
        first_free = slot->next_free;
    } else {
        if (!table)
            table = static_cast<Slot*>(
                VirtualAlloc(nullptr, most_entries * sizeof(Slot), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
        if (!table || used_slots == most_entries) return nullptr;
        slot = &table[used_slots++];
    }
    slot->next_free = nullptr;
    slot->flags = in_use | moveable;
    slot->locks = 0;
    slot->pointer = nullptr;
    return slot;
}
void give_slot(Slot* slot) {
    slot->pointer = nullptr;
    slot->next_free = first_free;
    slot->flags &= static_cast<std::uint16_t>(~in_use); // pointers are even, so the bit is clear either way
    first_free = slot;
}
HANDLE handle_of(Slot* slot) { return &slot->pointer; }

bool looks_moveable(HANDLE handle) {
    return (reinterpret_cast<std::uintptr_t>(handle) & (2 * sizeof(void*) - 1)) == sizeof(void*);
}

/// With the lock held: the slot of a moveable handle, or null.
Slot* slot_of(HANDLE handle) {
    if (!looks_moveable(handle) || !table) return nullptr;
    auto* const slot = reinterpret_cast<Slot*>(reinterpret_cast<std::uintptr_t>(handle) - sizeof(void*));
    return slot >= table && slot < table + used_slots && (slot->flags & in_use) ? slot : nullptr;
}

/// A heap block that may be a fixed handle; judged by the heap, which knows every address.
bool is_fixed_block(HANDLE handle) {
    return handle && !looks_moveable(handle) && RtlValidateHeap(process_heap(), 0, handle);
}

std::uint32_t heap_flags(UINT flags) { return flags & GMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0; }

HANDLE allocate_block(UINT flags, SIZE_T size, SIZE_T least) {
    if (!(flags & GMEM_MOVEABLE)) { // GlobalAlloc's empty fixed block has one byte
        void* const memory = RtlAllocateHeap(process_heap(), heap_flags(flags), std::max(size, least));
        if (!memory) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
        return memory;
    }
    const TableLock lock;
    Slot* const slot = take_slot();
    if (!slot) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    if (flags & GMEM_DISCARDABLE) slot->flags |= discardable;
    if (flags & GMEM_DDESHARE) slot->flags |= ddeshare;
    if (size) {
        slot->pointer = RtlAllocateHeap(
            process_heap(),
            heap_flags(flags) | nt::heap_flag::settable_user_value | nt::heap_flag::settable_user_flag1, size);
        if (!slot->pointer) {
            give_slot(slot);
            return fail_null(ERROR_NOT_ENOUGH_MEMORY);
        }
        RtlSetUserValueHeap(process_heap(), 0, slot->pointer, handle_of(slot));
    } else {
        slot->flags |= discarded;
    }
    return handle_of(slot);
}

/// The error of a handle that is none: a wrong handle, or a wrong pointer.
DWORD bad_handle_error(HANDLE handle) { return looks_moveable(handle) ? ERROR_INVALID_HANDLE : ERROR_NOACCESS; }

HANDLE free_block(HANDLE handle) {
    if (!handle) return nullptr;
    {
        const TableLock lock;
        if (Slot* const slot = slot_of(handle)) {
            if (slot->pointer) RtlFreeHeap(process_heap(), 0, slot->pointer);
            give_slot(slot);
            return nullptr;
        }
    }
    if (is_fixed_block(handle) && RtlFreeHeap(process_heap(), 0, handle)) return nullptr;
    set_last_error(bad_handle_error(handle));
    return handle;
}

void* lock_block(HANDLE handle) {
    if (!looks_moveable(handle)) return is_fixed_block(handle) ? handle : nullptr; // and the last error stays
    const TableLock lock;
    Slot* const slot = slot_of(handle);
    if (!slot) return fail_null(ERROR_INVALID_HANDLE);
    if (!slot->pointer) return fail_null(ERROR_DISCARDED);
    if (slot->locks < 0xFF) ++slot->locks;
    return slot->pointer;
}

SIZE_T size_of_block(HANDLE handle) {
    void* memory = handle;
    {
        const TableLock lock;
        if (Slot* const slot = slot_of(handle)) {
            if (!slot->pointer) return 0;
            memory = slot->pointer;
        } else if (!is_fixed_block(handle)) {
            set_last_error(ERROR_INVALID_HANDLE);
            return 0;
        }
    }
    const std::size_t size = RtlSizeHeap(process_heap(), 0, memory);
    return size == ~std::size_t{0} ? 0 : size;
}

UINT flags_of_block(HANDLE handle) {
    const TableLock lock;
    if (const Slot* const slot = slot_of(handle)) {
        UINT flags = slot->locks;
        if (slot->flags & discardable) flags |= GMEM_DISCARDABLE;
        if (slot->flags & discarded) flags |= GMEM_DISCARDED;
        if (slot->flags & ddeshare) flags |= GMEM_DDESHARE;
        return flags;
    }
    if (is_fixed_block(handle)) return 0;
    set_last_error(bad_handle_error(handle));
    return GMEM_INVALID_HANDLE;
}

/// Changes a moveable block. With the lock held.
HANDLE reallocate_moveable(Slot* slot, SIZE_T size, UINT flags) {
    if (flags & GMEM_MODIFY) {
        if (flags & GMEM_DISCARDABLE)
            slot->flags |= discardable;
        else
            slot->flags &= static_cast<std::uint16_t>(~discardable);
        return handle_of(slot);
    }
    if (flags & GMEM_DISCARDABLE) return fail_null(ERROR_INVALID_PARAMETER);
    if (size == 0) { // discards it, unless it is locked
        if (slot->locks) return nullptr;
        if (slot->pointer) RtlFreeHeap(process_heap(), 0, slot->pointer);
        slot->pointer = nullptr;
        slot->flags |= discarded;
        return handle_of(slot);
    }
    constexpr std::uint32_t user_data = nt::heap_flag::settable_user_value | nt::heap_flag::settable_user_flag1;
    std::uint32_t how = heap_flags(flags) | user_data;
    if (slot->pointer && slot->locks && !(flags & GMEM_MOVEABLE)) how |= HEAP_REALLOC_IN_PLACE_ONLY;
    void* const memory = slot->pointer ? RtlReAllocateHeap(process_heap(), how, slot->pointer, size)
                                       : RtlAllocateHeap(process_heap(), how, size);
    if (!memory) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    slot->pointer = memory;
    slot->flags &= static_cast<std::uint16_t>(~discarded);
    RtlSetUserValueHeap(process_heap(), 0, memory, handle_of(slot));
    return handle_of(slot);
}

/// `converts`: GlobalReAlloc makes a fixed block moveable (MODIFY with MOVEABLE), LocalReAlloc does not.
HANDLE reallocate_block(HANDLE handle, SIZE_T size, UINT flags, bool converts) {
    {
        const TableLock lock;
        if (Slot* const slot = slot_of(handle)) return reallocate_moveable(slot, size, flags);
    }
    if (!is_fixed_block(handle)) return fail_null(bad_handle_error(handle));
    if (flags & GMEM_MODIFY) {
        if (!converts || !(flags & GMEM_MOVEABLE)) return handle;
        const std::size_t old_size = RtlSizeHeap(process_heap(), 0, handle);
        HANDLE const converted = allocate_block(flags & ~UINT{GMEM_MODIFY}, old_size, 1);
        if (!converted) return nullptr;
        {
            const TableLock lock;
            __builtin_memcpy(slot_of(converted)->pointer, handle, old_size);
        }
        RtlFreeHeap(process_heap(), 0, handle);
        return converted;
    }
    if (flags & GMEM_DISCARDABLE) return fail_null(ERROR_INVALID_PARAMETER);
    std::uint32_t how = heap_flags(flags);
    if (!(flags & GMEM_MOVEABLE)) how |= HEAP_REALLOC_IN_PLACE_ONLY; // the address is the handle
    void* const memory = RtlReAllocateHeap(process_heap(), how, handle, size);
    if (!memory) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return memory;
}

/// Takes one lock off. FALSE with ERROR_SUCCESS when it was the last, with ERROR_NOT_LOCKED when there was none.
BOOL unlock_moveable(Slot* slot) {
    if (!slot->locks) return fail(ERROR_NOT_LOCKED);
    if (--slot->locks) return TRUE;
    return fail(ERROR_SUCCESS);
}

HANDLE handle_of_pointer(const void* pointer) {
    void* value = nullptr;
    std::uint32_t flags = 0;
    if (RtlValidateHeap(process_heap(), 0, const_cast<void*>(pointer))) {
        if (RtlGetUserInfoHeap(process_heap(), 0, const_cast<void*>(pointer), &value, &flags) && value) return value;
        return const_cast<void*>(pointer);
    }
    return fail_null(ERROR_INVALID_HANDLE);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- Global
K32_EXPORT HGLOBAL WINAPI GlobalAlloc(UINT flags, SIZE_T size) { return allocate_block(flags, size, 1); }
K32_EXPORT HGLOBAL WINAPI GlobalFree(HGLOBAL memory) { return free_block(memory); }
K32_EXPORT HGLOBAL WINAPI GlobalReAlloc(HGLOBAL memory, SIZE_T size, UINT flags) {
    return reallocate_block(memory, size, flags, true);
}
K32_EXPORT LPVOID WINAPI GlobalLock(HGLOBAL memory) { return lock_block(memory); }
K32_EXPORT SIZE_T WINAPI GlobalSize(HGLOBAL memory) { return size_of_block(memory); }
K32_EXPORT UINT WINAPI GlobalFlags(HGLOBAL memory) { return flags_of_block(memory); }
K32_EXPORT HGLOBAL WINAPI GlobalHandle(LPCVOID pointer) { return handle_of_pointer(pointer); }
K32_EXPORT BOOL WINAPI GlobalUnlock(HGLOBAL memory) {
    if (!looks_moveable(memory)) return TRUE;
    const TableLock lock;
    if (Slot* const slot = slot_of(memory)) return unlock_moveable(slot);
    set_last_error(ERROR_INVALID_HANDLE);
    return TRUE; // as Windows: an invalid handle is "still locked"
}

// ------------------------------------------------------------------------------------- Local
K32_EXPORT HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T size) {
    // LMEM_DISCARDABLE is 0xF00 and LMEM_NODISCARD 0x20; the others are GMEM's bits.
    const UINT as_global =
        (flags & (LMEM_MOVEABLE | LMEM_ZEROINIT)) | (flags & LMEM_DISCARDABLE ? GMEM_DISCARDABLE : 0);
    return allocate_block(as_global, size, 0);
}
K32_EXPORT HLOCAL WINAPI LocalFree(HLOCAL memory) { return free_block(memory); }
K32_EXPORT HLOCAL WINAPI LocalReAlloc(HLOCAL memory, SIZE_T size, UINT flags) {
    const UINT as_global =
        (flags & (LMEM_MOVEABLE | LMEM_ZEROINIT | LMEM_MODIFY)) | (flags & LMEM_DISCARDABLE ? GMEM_DISCARDABLE : 0);
    return reallocate_block(memory, size, as_global, false);
}
K32_EXPORT LPVOID WINAPI LocalLock(HLOCAL memory) { return lock_block(memory); }
K32_EXPORT SIZE_T WINAPI LocalSize(HLOCAL memory) { return size_of_block(memory); }
K32_EXPORT UINT WINAPI LocalFlags(HLOCAL memory) { return flags_of_block(memory); }
K32_EXPORT HLOCAL WINAPI LocalHandle(LPCVOID pointer) { return handle_of_pointer(pointer); }
K32_EXPORT BOOL WINAPI LocalUnlock(HLOCAL memory) {
    if (!looks_moveable(memory)) return fail(ERROR_NOT_LOCKED);
    const TableLock lock;
    if (Slot* const slot = slot_of(memory)) return unlock_moveable(slot);
    return fail(ERROR_INVALID_HANDLE);
}
