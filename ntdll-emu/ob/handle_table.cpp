// SPDX-License-Identifier: MIT
// handle_table.cpp: looking up, making and closing handles.
//
// An entry's lock bit is the lowest bit of its object pointer. Whoever wants to read or change the entry
// sets the bit, and is done within a few instructions, so others spin. A free entry's pointer is null,
// and its flags field holds the index of the next free one.
#include <ntdll-emu/ob/handle_table.h>

#include <ntdll-emu/hal/host_thread.h>

#include <mutex>
#include <vector>

namespace oriel::ob {

namespace {

constexpr std::uint32_t kept_flags = handle_protect_from_close | handle_inherit;

constexpr nt::Handle handle_of(std::uint32_t index) { return nt::Handle{std::uint64_t{index} * 4}; }

} // namespace

/// An entry with its lock bit set.
class HandleTable::LockedSlot {
public:
    explicit LockedSlot(Slot& slot) : m_slot(slot) {
        for (unsigned tries = 0;; ++tries) {
            m_object = slot.object.load(std::memory_order_relaxed) & ~locked;
            if (slot.object.compare_exchange_weak(m_object, m_object | locked, std::memory_order_acquire)) return;
            if (tries % 64 == 63) hal::yield_host_thread(); // its holder may have lost the CPU
            else __builtin_ia32_pause();
        }
    }
    LockedSlot(const LockedSlot&) = delete;
    LockedSlot& operator=(const LockedSlot&) = delete;
    ~LockedSlot() { m_slot.object.store(m_object, std::memory_order_release); }

    [[nodiscard]] Object* object() const { return reinterpret_cast<Object*>(m_object); }
    void set_object(Object* object) { m_object = reinterpret_cast<std::uintptr_t>(object); }
    Slot* operator->() const { return &m_slot; }

private:
    static constexpr std::uintptr_t locked = 1;

    Slot& m_slot;
    std::uintptr_t m_object = 0;
};

HandleTable::~HandleTable() { close_all(); }

HandleTable::Slot* HandleTable::slot_of(nt::Handle handle) const {
    const std::uint64_t index = static_cast<std::uint64_t>(handle) / 4;
    if (index == 0 || index >= m_used.load(std::memory_order_acquire)) return nullptr;
    return &m_slots[static_cast<std::uint32_t>(index)];
}

// Handles closed last are given out first; when none is free, the next never used index.
NtResult<std::uint32_t> HandleTable::take_index() {
    const std::lock_guard lock(m_lock);
    if (const std::uint32_t index = m_first_free) {
        m_first_free = m_slots[index].flags;
        return index;
    }
    const std::uint32_t index = m_used.load(std::memory_order_relaxed);
    if (index == m_slots.max_size) return Status::InsufficientResources;
    m_slots.ensure(index);
    m_used.store(index + 1, std::memory_order_release);
    return index;
}

NtResult<nt::Handle> HandleTable::insert(Ref<Object> object, AccessMask access, std::uint32_t attributes) {
    const std::uint32_t index = TRY(take_index());
    object->handle_added();
    {
        LockedSlot slot(m_slots[index]);
        slot->access = access;
        slot->flags = attributes & kept_flags;
        slot.set_object(object.leak());
    }
    m_count.fetch_add(1, std::memory_order_relaxed);
    return handle_of(index);
}

NtResult<Ref<Object>> HandleTable::lookup_typed(nt::Handle handle, const Type* type, AccessMask access) const {
    Slot* const found = slot_of(handle);
    if (!found) return Status::InvalidHandle;
    const LockedSlot slot(*found);
    Object* const object = slot.object();
    if (!object) return Status::InvalidHandle;
    if (type && &object->type() != type) return Status::ObjectTypeMismatch;
    if ((slot->access & access) != access) return Status::AccessDenied;
    return Ref<Object>(*object);
}

NtResult<HandleTable::Entry> HandleTable::entry(nt::Handle handle) const {
    Slot* const found = slot_of(handle);
    if (!found) return Status::InvalidHandle;
    const LockedSlot slot(*found);
    if (!slot.object()) return Status::InvalidHandle;
    return Entry{Ref<Object>(*slot.object()), slot->access, slot->flags};
}

NtResult<> HandleTable::set_flags(nt::Handle handle, std::uint32_t flags) {
    Slot* const found = slot_of(handle);
    if (!found) return Status::InvalidHandle;
    const LockedSlot slot(*found);
    if (!slot.object()) return Status::InvalidHandle;
    slot->flags = flags & kept_flags;
    return {};
}

NtResult<> HandleTable::close(nt::Handle handle) {
    Slot* const found = slot_of(handle);
    if (!found) return Status::InvalidHandle;
    return close_slot(static_cast<std::uint32_t>(static_cast<std::uint64_t>(handle) / 4), Protection::Respect);
}

// The handle is gone before its object hears of it: that may take the object's name away, run a file's
// cleanup, or delete it.
NtResult<> HandleTable::close_slot(std::uint32_t index, Protection protection) {
    Ref<Object> object;
    {
        LockedSlot slot(m_slots[index]);
        if (!slot.object()) return Status::InvalidHandle;
        if (protection == Protection::Respect && (slot->flags & handle_protect_from_close)) {
            return Status::HandleNotClosable;
        }
        object = Ref<Object>::adopt(slot.object());
        slot.set_object(nullptr);
    }
    {
        const std::lock_guard lock(m_lock);
        m_slots[index].flags = m_first_free;
        m_first_free = index;
    }
    m_count.fetch_sub(1, std::memory_order_relaxed);
    object->handle_gone();
    return {};
}

void HandleTable::close_all() {
    for (std::uint32_t index = 1; index < m_used.load(std::memory_order_acquire); ++index) {
        (void)close_slot(index, Protection::Ignore).ok();
    }
}

NtResult<> HandleTable::inherit_into(HandleTable& child) const {
    std::vector<std::uint32_t> not_inherited;
    for (std::uint32_t index = 1; index < m_used.load(std::memory_order_acquire); ++index) {
        const auto theirs = entry(handle_of(index));
        const bool inherited = theirs.ok() && (theirs->flags & handle_inherit);
        // The same number: the child's table takes indices in order, and gives those back that are not inherited.
        const nt::Handle handle = inherited ? TRY(child.insert(theirs->object, theirs->access, theirs->flags))
                                            : handle_of(TRY(child.take_index()));
        if (!inherited) not_inherited.push_back(static_cast<std::uint32_t>(static_cast<std::uint64_t>(handle) / 4));
    }
    const std::lock_guard lock(child.m_lock);
    for (auto index = not_inherited.rbegin(); index != not_inherited.rend(); ++index) {
        child.m_slots[*index].flags = child.m_first_free;
        child.m_first_free = *index;
    }
    return {};
}

const char* HandleTable::fault() const {
    const std::uint32_t used = m_used.load(std::memory_order_relaxed);
    std::uint32_t free = 0;
    for (std::uint32_t index = m_first_free; index != 0; index = m_slots[index].flags) {
        if (index >= used) return "the free list leads to a handle that was never given out";
        if (m_slots[index].object.load(std::memory_order_relaxed)) return "a handle in the free list is in use";
        if (++free > used) return "the free list is a circle";
    }
    if (free + m_count.load(std::memory_order_relaxed) + 1 != used) return "a handle is neither free nor in use";
    return nullptr;
}

} // namespace oriel::ob
