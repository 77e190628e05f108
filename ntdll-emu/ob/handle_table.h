// SPDX-License-Identifier: MIT
// handle_table.h: a process's handles.
//
// A handle is an index, times four, into a table of (object, granted access, flags). The two low bits
// are free for the program's own use and are ignored here. Handles begin at 4; the handle that was
// closed last is given out first, so programs that use closed handles fail here as they do on Windows.
//
// Looking up a handle is part of nearly every service. It takes no table-wide lock: the table grows in
// chunks that never move, and each entry has a lock bit of its own, held for a few instructions.
//
// Always: an entry is free (no object) and in the free list, or holds a counted reference and handle.
// Source: "Windows Internals", part 2, chapter 8, "Object handles and the process handle table".
#pragma once

#include <ntdll-emu/ke/growing_table.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ob/object.h>
#include <nt/abi.h>

#include <atomic>
#include <cstdint>

namespace oriel::ob {

/// The flags of a handle, with NT's values (OBJ_PROTECT_CLOSE, OBJ_INHERIT).
inline constexpr std::uint32_t handle_protect_from_close = 0x1;
inline constexpr std::uint32_t handle_inherit = 0x2;

class HandleTable {
public:
    HandleTable() = default;
    HandleTable(const HandleTable&) = delete;
    HandleTable& operator=(const HandleTable&) = delete;
    /// Closes all handles, protected ones too.
    ~HandleTable();

    /// What a handle stands for.
    struct Entry {
        Ref<Object> object;
        AccessMask access;
        std::uint32_t flags;
    };

    /// `access` is the granted mask, free of generic bits (Type::granted). Of `attributes` only
    /// OBJ_INHERIT and OBJ_PROTECT_CLOSE are kept.
    /// Statuses: InsufficientResources when the table is full.
    NtResult<nt::Handle> insert(Ref<Object> object, AccessMask access, std::uint32_t attributes = 0);

    /// The object behind a handle, if it is a T and the handle grants all of `access`.
    /// Statuses, in NT's order: InvalidHandle, ObjectTypeMismatch, AccessDenied.
    template<class T>
    [[nodiscard]] NtResult<Ref<T>> lookup(nt::Handle handle, AccessMask access) const {
        return ref_cast<T>(TRY(lookup_typed(handle, &T::object_type, access)));
    }
    /// The same for an object of any type.
    [[nodiscard]] NtResult<Ref<Object>> lookup_any(nt::Handle handle, AccessMask access) const {
        return lookup_typed(handle, nullptr, access);
    }
    /// Statuses: InvalidHandle.
    [[nodiscard]] NtResult<Entry> entry(nt::Handle handle) const;

    /// Statuses: InvalidHandle, HandleNotClosable (protected from close).
    NtResult<> close(nt::Handle handle);
    /// Replaces the two flags. Statuses: InvalidHandle.
    NtResult<> set_flags(nt::Handle handle, std::uint32_t flags);

    void close_all();
    /// Handles in use.
    [[nodiscard]] std::uint32_t count() const { return m_count.load(std::memory_order_relaxed); }
    /// Gives a new process the handles that it inherits, with the same numbers. `child` must be empty.
    NtResult<> inherit_into(HandleTable& child) const;

    /// Null, or a sentence that says which rule is broken. Only while no other thread uses the table.
    [[nodiscard]] const char* fault() const;

private:
    struct Slot {
        std::atomic<std::uintptr_t> object{0}; ///< Object*, bit 0: locked
        AccessMask access = 0;                 ///< under the lock bit
        std::uint32_t flags = 0;               ///< under the lock bit; in a free slot: the next free index
    };
    class LockedSlot;
    enum class Protection { Respect, Ignore };

    [[nodiscard]] NtResult<Ref<Object>> lookup_typed(nt::Handle handle, const Type* type, AccessMask access) const;
    [[nodiscard]] Slot* slot_of(nt::Handle handle) const;
    NtResult<std::uint32_t> take_index();
    NtResult<> close_slot(std::uint32_t index, Protection protection);

    mutable ke::RankedLock<ke::LockRank::HandleTable> m_lock; ///< guards the free list and growth
    std::uint32_t m_first_free = 0;                           ///< 0 is never given out and ends the list
    std::atomic<std::uint32_t> m_used{1};                     ///< from here on, indices were never used
    std::atomic<std::uint32_t> m_count{0};
    ke::GrowingTable<Slot> m_slots; ///< reaches NT's limit of 2^24 handles a process
};

} // namespace oriel::ob
