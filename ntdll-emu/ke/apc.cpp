// SPDX-License-Identifier: MIT
// apc.cpp: queueing APCs, agreeing to them, taking them; alerts.
//
// "Agreeing" is NT's UserApcPending: an alertable wait that an APC ends, or NtTestAlert, sets it; taking
// one APC clears it. The guest's KiUserApcDispatcher then calls NtContinue with TestAlert, which agrees
// to the next one, until the queue is empty.
#include <ntdll-emu/ke/apc.h>
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/thread.h>

namespace oriel::ke {

void ApcQueue::push(Apc& apc, Thread& target) {
    apc.m_queued_on = &target;
    apc.m_next = nullptr;
    if (m_last) m_last->m_next = &apc;
    else m_first = &apc;
    m_last = &apc;
}

Apc* ApcQueue::pop() {
    Apc* const first = m_first;
    if (first) remove(*first);
    return first;
}

void ApcQueue::remove(Apc& apc) {
    Apc* before = nullptr;
    for (Apc* at = m_first; at != &apc; at = at->m_next) before = at;
    if (before) before->m_next = apc.m_next;
    else m_first = apc.m_next;
    if (m_last == &apc) m_last = before;
    apc.m_queued_on = nullptr;
    apc.m_next = nullptr;
}

NtResult<> Thread::queue_apc(std::unique_ptr<Apc> apc) {
    Dispatcher::Hold hold(m_dispatcher);
    if (m_run_down) return Status::Unsuccessful;
    ApcQueue::give(*apc);
    m_dispatcher.enqueue_apc(hold, *this, *apc.release());
    return {};
}

void Dispatcher::enqueue_apc(Hold& hold, Thread& target, Apc& apc) {
    target.m_apcs.push(apc, target);
    ThreadSlot& waiter = target.slot();
    if (waiter.state.load(std::memory_order_relaxed) != ThreadState::Waiting || !waiter.alertable) return;
    target.set_pending(pending_user_apc);
    end_wait(hold, waiter, Status::UserApc);
}

std::optional<UserApc> Thread::take_user_apc() {
    std::unique_ptr<Apc> owned;
    const Dispatcher::Hold hold(m_dispatcher);
    if (!(pending() & pending_user_apc)) return std::nullopt;
    clear_pending(pending_user_apc);
    Apc* const apc = m_apcs.pop();
    if (!apc) return std::nullopt;
    if (ApcQueue::is_owned(*apc)) owned.reset(apc);
    return ApcQueue::call_of(*apc);
}

Status Thread::test_alert() {
    const Dispatcher::Hold hold(m_dispatcher);
    if (std::exchange(m_alerted, false)) return Status::Alerted;
    if (!m_apcs.empty()) set_pending(pending_user_apc);
    return Status::Success;
}

void Thread::alert() {
    Dispatcher::Hold hold(m_dispatcher);
    if (m_slot.state.load(std::memory_order_relaxed) == ThreadState::Waiting && m_slot.alertable) {
        m_dispatcher.end_wait(hold, m_slot, Status::Alerted);
    } else {
        m_alerted = true;
    }
}

} // namespace oriel::ke
