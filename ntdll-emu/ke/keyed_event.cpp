// SPDX-License-Identifier: MIT
// keyed_event.cpp: the rendezvous.
#include <ntdll-emu/ke/keyed_event.h>
#include <ntdll-emu/ke/thread.h>

namespace oriel::ke {

std::optional<Status> KeyedEvent::meet_now(Dispatcher::Hold& hold, Thread& self, const Meeting& meeting,
                                           WaitRole partner_role) {
    for (WaitBlockId at = m_body.first_waiter; !at.is_none(); at = m_dispatcher.block(at).next) {
        const WaitBlock& other = m_dispatcher.block(at);
        if (other.role != partner_role || other.key != meeting.key) continue;
        m_dispatcher.end_wait(hold, m_dispatcher.slot(at.thread()), Status::Success);
        return Status::Success;
    }
    if (const auto interrupted = m_dispatcher.interruption(self, meeting.alertable)) return interrupted;
    if (meeting.timeout.is_poll()) return Status::Timeout;
    return std::nullopt;
}

Status KeyedEvent::meet(Thread& self, const Meeting& meeting, WaitRole own_role, WaitRole partner_role) {
    const Ticks deadline = meeting.timeout.deadline(m_dispatcher.clock());
    for (;;) {
        if (self.pending() & pending_suspend) self.wait_while_suspended();
        {
            Dispatcher::Hold hold(m_dispatcher);
            if (const auto met = meet_now(hold, self, meeting, partner_role)) return *met;
            WaitBlock& own = self.slot().blocks[0];
            own.role = own_role;
            own.key = meeting.key;
            m_dispatcher.link(WaitBlockId::of(self.slot_id(), 0), m_body);
            m_dispatcher.begin_wait(self, 1, WaitType::Any, meeting.alertable);
        }
        const Status status = m_dispatcher.sleep(self, deadline);
        if (status != Status::KernelApc) return status;
    }
}

} // namespace oriel::ke
