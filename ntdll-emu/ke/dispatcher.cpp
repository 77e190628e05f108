// SPDX-License-Identifier: MIT
// dispatcher.cpp: the tables of bodies and thread slots, and what must be true of them.
//
// Both are given out from a free list, else from the part of the table that was never used. A body that
// is free keeps the next free one where a mutant keeps its owner's list.
#include <ntdll-emu/ke/dispatcher.h>

#include <new>

namespace oriel::ke {

DispatcherHeader& Dispatcher::create_body(ObjectKind kind, std::int32_t signal_state, std::int32_t limit) {
    const Hold hold(*this);
    BodyId id = m_free_body;
    if (id != BodyId::none) {
        m_free_body = body(id).next_owned;
    } else {
        if (m_bodies_used == m_bodies.max_size) throw std::bad_alloc();
        m_bodies.ensure(m_bodies_used);
        id = BodyId{m_bodies_used++};
    }
    DispatcherHeader& fresh = body(id);
    fresh = DispatcherHeader{};
    fresh.kind = kind;
    fresh.signal_state = signal_state;
    fresh.limit = limit;
    fresh.id = id;
    return fresh;
}

void Dispatcher::destroy_body(DispatcherHeader& dead) {
    const Hold hold(*this);
    if (dead.kind == ObjectKind::Mutant && dead.owner != ThreadSlotId::none) disown(dead);
    dead.kind = ObjectKind::Free;
    dead.next_owned = m_free_body;
    m_free_body = dead.id;
}

ThreadSlotId Dispatcher::take_slot() {
    const Hold hold(*this);
    ThreadSlotId id = m_free_slot;
    if (id != ThreadSlotId::none) {
        m_free_slot = slot(id).next_free;
    } else {
        if (m_slots_used == max_thread_slots) throw std::bad_alloc();
        m_slots.ensure(m_slots_used);
        id = ThreadSlotId{m_slots_used++};
    }
    ThreadSlot& fresh = slot(id);
    fresh.id = id;
    fresh.park_word.store(0, std::memory_order_relaxed);
    fresh.alerted_by_id.store(0, std::memory_order_relaxed);
    fresh.state.store(ThreadState::Running, std::memory_order_relaxed);
    fresh.alertable = fresh.stopped = false;
    fresh.block_count = 0;
    fresh.first_owned = BodyId::none;
    fresh.in_use.store(true, std::memory_order_release);
    return id;
}

void Dispatcher::give_slot_back(ThreadSlotId id) {
    const Hold hold(*this);
    ThreadSlot& free = slot(id);
    free.in_use.store(false, std::memory_order_release);
    free.next_free = m_free_slot;
    m_free_slot = id;
}

const char* Dispatcher::list_fault(const DispatcherHeader& body) const {
    WaitBlockId previous;
    for (WaitBlockId at = body.first_waiter; !at.is_none(); at = block(at).next) {
        if (block(at).object != body.id) return "a wait block is in the list of an object that it does not name";
        if (block(at).previous != previous) return "a wait block's previous one is not the one before it";
        const ThreadSlot& waiter = slot(at.thread());
        if (waiter.state.load(std::memory_order_relaxed) != ThreadState::Waiting) {
            return "a wait block is linked, but its thread does not wait";
        }
        if (at.block() >= waiter.block_count) return "a wait block is linked that its thread does not use";
        if (block(at).role == WaitRole::Waiter && waiter.wait_type == WaitType::Any
            && is_satisfiable(body, at.thread())) {
            return "a thread waits for an object that it could have";
        }
        previous = at;
    }
    return body.last_waiter == previous ? nullptr : "an object's last waiter is not the end of its list";
}

const char* Dispatcher::fault() {
    const Hold hold(*this);
    for (std::uint32_t i = 1; i < m_bodies_used; ++i) {
        const DispatcherHeader& at = m_bodies[i];
        if (at.kind == ObjectKind::Free) continue;
        if (at.id != BodyId{i}) return "a body does not know its own number";
        if (at.kind == ObjectKind::Semaphore && (at.signal_state < 0 || at.signal_state > at.limit)) {
            return "a semaphore's count is outside its limit";
        }
        if (at.kind == ObjectKind::Mutant && (at.signal_state > 0) != (at.owner == ThreadSlotId::none)) {
            return "a mutant is free and owned, or neither";
        }
        if (const char* sentence = list_fault(at)) return sentence;
    }
    return nullptr;
}

} // namespace oriel::ke
