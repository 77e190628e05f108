// SPDX-License-Identifier: MIT
// thread.cpp: a thread's beginning and its end.
//
// A thread ends itself: terminate() only asks, and ends the thread's wait so that it notices. The last
// thing it does inside ke is its rundown, which no other thread can see half of: mutants that it still
// owns are abandoned (their next owner learns that from its wait's status), timers that would have
// queued APCs here are cancelled, and whoever waits for the thread's end may go on.
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/thread.h>
#include <ntdll-emu/ke/timer.h>

namespace oriel::ke {

Thread::Thread(Dispatcher& dispatcher, InitialState initial)
    : m_dispatcher(dispatcher),
      m_slot_id(dispatcher.take_slot()),
      m_slot(dispatcher.slot(m_slot_id)),
      m_termination(dispatcher.create_body(ObjectKind::Termination, 0)) {
    if (initial == InitialState::Suspended) {
        m_suspend_count = 1;
        set_pending(pending_suspend);
    }
}

Thread::~Thread() {
    if (!m_run_down) rundown(); // never started
    if (m_stopped) m_dispatcher.destroy_body(*m_stopped);
    m_dispatcher.destroy_body(m_termination);
    m_dispatcher.give_slot_back(m_slot_id);
}

void Thread::terminate(Status exit_status) {
    Dispatcher::Hold hold(m_dispatcher);
    if (m_run_down || is_terminating()) return;
    m_exit_status.store(exit_status, std::memory_order_release);
    set_pending(pending_terminate);
    if (m_slot.state.load(std::memory_order_relaxed) == ThreadState::Waiting) {
        m_dispatcher.end_wait(hold, m_slot, Status::ThreadIsTerminating);
    } else {
        hold.wake(m_slot); // it may wait outside the dispatcher (wait_for_alert_by_id)
    }
    m_dispatcher.carrier().interrupt(m_slot);
}

void Thread::rundown() {
    ApcQueue dropped;
    {
        Dispatcher::Hold hold(m_dispatcher);
        m_run_down = true;
        while (m_slot.first_owned != BodyId::none) {
            DispatcherHeader& mutant = m_dispatcher.body(m_slot.first_owned);
            m_dispatcher.disown(mutant);
            mutant.signal_state = 1;
            mutant.abandoned = true;
            m_dispatcher.signal_test(hold, mutant);
        }
        while (m_first_apc_timer) m_first_apc_timer->target_ended();
        while (Apc* apc = m_apcs.pop()) {
            if (ApcQueue::is_owned(*apc)) dropped.push(*apc, *this);
        }
        m_termination.signal_state = 1;
        m_dispatcher.signal_test(hold, m_termination);
        if (m_stopped) {
            m_stopped->signal_state = 1;
            m_dispatcher.signal_test(hold, *m_stopped);
        }
    }
    while (Apc* apc = dropped.pop()) delete apc;
}

} // namespace oriel::ke
