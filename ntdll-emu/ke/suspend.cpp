// SPDX-License-Identifier: MIT
// suspend.cpp: stopping a thread from outside, and letting it go on.
//
// NT counts: a thread stands still while its suspend count is above zero, and the count can be at most
// 127. A thread is never stopped inside host code, where it might be in the middle of a change. It stops
// itself at the gate's exit; a wait that it is in is ended first (STATUS_KERNEL_APC, seen only by wait.cpp)
// and begun again afterwards.
// Source: "SuspendThread function", Microsoft documentation (MAXIMUM_SUSPEND_COUNT).
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/thread.h>

namespace oriel::ke {

namespace {
constexpr std::uint32_t maximum_suspend_count = 127;
}

NtResult<std::uint32_t> Thread::suspend() {
    Dispatcher::Hold hold(m_dispatcher);
    if (m_run_down || is_terminating()) return Status::ThreadIsTerminating;
    if (m_suspend_count == maximum_suspend_count) return Status::SuspendCountExceeded;
    set_pending(pending_suspend);
    if (m_slot.state.load(std::memory_order_relaxed) != ThreadState::Waiting) {
        hold.wake(m_slot); // it may wait outside the dispatcher (wait_for_alert_by_id)
    } else if (!m_slot.stopped && !m_in_host_call) {
        m_dispatcher.end_wait(hold, m_slot, Status::KernelApc);
    }
    if (m_suspend_count == 0) m_dispatcher.carrier().interrupt(m_slot);
    return m_suspend_count++;
}

std::uint32_t Thread::resume() {
    Dispatcher::Hold hold(m_dispatcher);
    if (m_suspend_count == 0) return 0;
    if (m_suspend_count == 1) {
        clear_pending(pending_suspend);
        if (m_slot.stopped && m_slot.state.load(std::memory_order_relaxed) == ThreadState::Waiting) {
            m_dispatcher.end_wait(hold, m_slot, Status::Success);
        }
    }
    return m_suspend_count--;
}

std::uint32_t Thread::suspend_count() const {
    const Dispatcher::Hold hold(m_dispatcher);
    return m_suspend_count;
}

void Thread::wait_while_suspended() {
    for (;;) {
        {
            Dispatcher::Hold hold(m_dispatcher);
            m_slot.stopped = m_suspend_count > 0 && !is_terminating();
            tell_stopped(hold);
            if (!m_slot.stopped) return;
            m_dispatcher.begin_wait(*this, 0, WaitType::Any, Alertable::No);
        }
        m_dispatcher.sleep(*this, Ticks::never());
    }
}

// Two threads may look at each other, each having suspended the other. So the one that waits here counts as standing
// still, as in any long call of the host's, and is not held up by its own suspension: it will be at the gate's exit.
bool Thread::wait_until_stopped(Thread& self) {
    const BlockingHostCall standing(self);
    for (;;) {
        DispatcherHeader* const stopped = stopped_header();
        self.wait_in_host_call(*stopped);
        const Dispatcher::Hold hold(m_dispatcher);
        if (stands_still()) return true;
        if (m_run_down || self.is_terminating()) return false;
    }
}

/// Tells in its signal whether the thread stands still, or is gone. Made when it is first asked for.
DispatcherHeader* Thread::stopped_header() {
    DispatcherHeader* fresh = nullptr;
    for (;;) {
        {
            const Dispatcher::Hold hold(m_dispatcher);
            if (m_stopped || fresh) {
                if (!m_stopped) m_stopped = std::exchange(fresh, nullptr);
                m_stopped->signal_state = stands_still() || m_run_down ? 1 : 0;
                break;
            }
        }
        fresh = &m_dispatcher.create_body(ObjectKind::NotificationEvent, 0);
    }
    if (fresh) m_dispatcher.destroy_body(*fresh);
    return m_stopped;
}

void Thread::wait_in_host_call(DispatcherHeader& object) {
    DispatcherHeader* const objects[] = {&object};
    const WaitRequest request{.objects = objects};
    for (;;) {
        {
            const Dispatcher::Hold hold(m_dispatcher);
            if (m_dispatcher.try_now(*this, request)) return;
            m_dispatcher.begin_object_wait(*this, request);
        }
        if (m_dispatcher.sleep(*this, Ticks::never()) != Status::KernelApc) return;
    }
}

void Thread::tell_stopped(Dispatcher::Hold& hold) {
    if (!m_stopped) return;
    m_stopped->signal_state = stands_still() ? 1 : 0;
    m_dispatcher.signal_test(hold, *m_stopped);
}

void Thread::begin_host_call() {
    Dispatcher::Hold hold(m_dispatcher);
    m_in_host_call = true;
    tell_stopped(hold);
}

void Thread::end_host_call() {
    Dispatcher::Hold hold(m_dispatcher);
    m_in_host_call = false;
    tell_stopped(hold);
}

} // namespace oriel::ke
