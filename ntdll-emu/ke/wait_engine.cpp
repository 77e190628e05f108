// SPDX-License-Identifier: MIT
// wait_engine.cpp: wait blocks in lists, and the tests that end waits. All under the dispatcher lock.
//
// NT's words: a wait is *satisfied* when its objects allow it; satisfying it *takes* from them: one unit of
// a semaphore, the state of a synchronization event, ownership of a mutant. A wait for all takes from
// none of its objects before it can take from every one at the same moment, so it can starve but never
// holds some while it waits for others.
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/thread.h>

namespace oriel::ke {

void Dispatcher::link(WaitBlockId id, DispatcherHeader& body) {
    WaitBlock& entered = block(id);
    entered.object = body.id;
    entered.next = {};
    entered.previous = body.last_waiter;
    if (body.last_waiter.is_none()) body.first_waiter = id;
    else block(body.last_waiter).next = id;
    body.last_waiter = id;
}

void Dispatcher::unlink(WaitBlockId id) {
    const WaitBlock& leaving = block(id);
    DispatcherHeader& from = body(leaving.object);
    if (leaving.previous.is_none()) from.first_waiter = leaving.next;
    else block(leaving.previous).next = leaving.next;
    if (leaving.next.is_none()) from.last_waiter = leaving.previous;
    else block(leaving.next).previous = leaving.previous;
}

void Dispatcher::begin_wait(Thread& self, std::uint32_t blocks, WaitType type, Alertable alertable) {
    ThreadSlot& slot = self.slot();
    slot.block_count = blocks;
    slot.wait_type = type;
    slot.alertable = alertable == Alertable::Yes;
    slot.state.store(ThreadState::Waiting, std::memory_order_relaxed);
}

void Dispatcher::settle_wait(ThreadSlot& waiter, Status status) {
    for (std::uint32_t i = 0; i < waiter.block_count; ++i) unlink(WaitBlockId::of(waiter.id, i));
    waiter.block_count = 0;
    waiter.wait_status = status;
    waiter.state.store(ThreadState::Running, std::memory_order_release); // the waiter may go on from here
}

bool Dispatcher::satisfy(DispatcherHeader& taken, ThreadSlotId waiter) {
    switch (taken.kind) {
    case ObjectKind::SynchronizationEvent:
    case ObjectKind::SynchronizationTimer: taken.signal_state = 0; return false;
    case ObjectKind::Semaphore: --taken.signal_state; return false;
    case ObjectKind::Mutant: break;
    default: return false; // notification objects and queues stay as they are
    }
    if (--taken.signal_state < 0) return false; // its owner took it once more
    ThreadSlot& owner = slot(waiter);
    taken.owner = waiter;
    taken.previous_owned = BodyId::none;
    taken.next_owned = owner.first_owned;
    if (owner.first_owned != BodyId::none) body(owner.first_owned).previous_owned = taken.id;
    owner.first_owned = taken.id;
    return std::exchange(taken.abandoned, false);
}

void Dispatcher::disown(DispatcherHeader& mutant) {
    ThreadSlot& owner = slot(mutant.owner);
    if (mutant.previous_owned == BodyId::none) owner.first_owned = mutant.next_owned;
    else body(mutant.previous_owned).next_owned = mutant.next_owned;
    if (mutant.next_owned != BodyId::none) body(mutant.next_owned).previous_owned = mutant.previous_owned;
    mutant.owner = ThreadSlotId::none;
}

bool Dispatcher::all_satisfiable(ThreadSlotId waiter) const {
    const ThreadSlot& waits = slot(waiter);
    for (std::uint32_t i = 0; i < waits.block_count; ++i) {
        if (!is_satisfiable(body(waits.blocks[i].object), waiter)) return false;
    }
    return true;
}

Status Dispatcher::satisfy_all(ThreadSlotId waiter) {
    const ThreadSlot& waits = slot(waiter);
    bool abandoned = false;
    for (std::uint32_t i = 0; i < waits.block_count; ++i) {
        abandoned |= satisfy(body(waits.blocks[i].object), waiter);
    }
    return abandoned ? Status::Abandoned : Status::Success;
}

void Dispatcher::signal_test(Hold& hold, DispatcherHeader& signalled) {
    WaitBlockId at = signalled.first_waiter;
    while (signalled.signal_state > 0 && !at.is_none()) {
        const ThreadSlotId waiter = at.thread();
        WaitBlockId next = block(at).next;
        // A thread may wait for the same object twice; ending its wait unlinks all its blocks.
        while (!next.is_none() && next.thread() == waiter) next = block(next).next;

        ThreadSlot& waits = slot(waiter);
        if (block(at).role != WaitRole::Waiter) {
            // woken by the queue itself
        } else if (waits.wait_type == WaitType::Any) {
            const bool abandoned = satisfy(signalled, waiter);
            end_wait(hold, waits, wait_status(at.block(), abandoned));
        } else if (all_satisfiable(waiter)) {
            end_wait(hold, waits, satisfy_all(waiter));
        }
        at = next;
    }
}

std::optional<Status> Dispatcher::interruption(Thread& self, Alertable alertable) {
    if (self.is_terminating()) return Status::ThreadIsTerminating;
    if (alertable == Alertable::No) return std::nullopt;
    if (std::exchange(self.m_alerted, false)) return Status::Alerted;
    if (self.m_apcs.empty()) return std::nullopt;
    self.set_pending(pending_user_apc);
    return Status::UserApc;
}

} // namespace oriel::ke
