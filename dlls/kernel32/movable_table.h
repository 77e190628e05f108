// SPDX-License-Identifier: MIT
// movable_table.h: the entries of moveable memory, for the two files that work on them.
#pragma once

#include "buffer.h"
#include "movable_memory.h"

namespace oriel::k32 {

/// Holds the table's lock for a scope.
class TableHold {
public:
    TableHold();
    ~TableHold();
    TableHold(const TableHold&) = delete;
};

// With the lock held.
/// An entry in use, without a block; null when all are taken.
MovableEntry* take_entry();
void give_entry(MovableEntry* entry);
/// The entry of a handle that is in use, or null.
MovableEntry* entry_of(HANDLE handle);
inline HANDLE handle_of(MovableEntry* entry) { return &entry->pointer; }

/// How the heap is to be asked for the block of an entry: with room for a user's value, and the mark that
/// RtlGetUserInfoHeap shows of such blocks (observed on Windows: 0x200).
inline constexpr std::uint32_t carries_handle =
    nt::heap_flag::settable_user_value | nt::heap_flag::settable_user_flag1;

/// Gives an entry its block, null if that could not be had: then nothing has changed.
inline bool set_block(MovableEntry& entry, void* block) {
    if (!block) return false;
    entry.pointer = block;
    entry.flags &= static_cast<std::uint16_t>(~movable_flag::discarded);
    RtlSetUserValueHeap(process_heap(), 0, block, handle_of(&entry));
    return true;
}

inline std::uint32_t heap_flags_of(UINT flags) { return flags & GMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0; }

/// What a handle that is not of the moveable form may be.
enum class PointerKind { Block, NoBlock, Nowhere };
/// Block: of the process heap. Nowhere: nothing can be read there. Leaves the last error as it is.
PointerKind kind_of(HANDLE handle);

} // namespace oriel::k32
