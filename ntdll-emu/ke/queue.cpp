// SPDX-License-Identifier: MIT
// queue.cpp: packets in, packets out.
//
// A packet is never handed to a sleeping thread: the thread is woken, and takes what is there. If another one
// came first, it goes back to sleep until the same deadline.
#include <ntdll-emu/ke/queue.h>
#include <ntdll-emu/ke/thread.h>

namespace oriel::ke {

Queue::~Queue() {
    while (try_remove()) {}
    m_dispatcher.destroy_body(m_body);
}

std::int32_t Queue::insert(std::unique_ptr<Packet> packet) {
    Dispatcher::Hold hold(m_dispatcher);
    Packet* const added = packet.get();
    if (m_last) m_last->m_next = std::move(packet);
    else m_first = std::move(packet);
    m_last = added;
    const std::int32_t before = m_body.signal_state++;
    m_dispatcher.signal_test(hold, m_body); // those who only wait
    wake_one(hold);
    return before;
}

void Queue::wake_one(Dispatcher::Hold& hold) {
    for (WaitBlockId at = m_body.last_waiter; !at.is_none(); at = m_dispatcher.block(at).previous) {
        if (m_dispatcher.block(at).role != WaitRole::QueueRemover) continue;
        m_dispatcher.end_wait(hold, m_dispatcher.slot(at.thread()), Status::Success);
        return;
    }
}

std::unique_ptr<Packet> Queue::pop() {
    if (!m_first) return nullptr;
    std::unique_ptr<Packet> taken = std::move(m_first);
    m_first = std::move(taken->m_next);
    if (!m_first) m_last = nullptr;
    --m_body.signal_state;
    return taken;
}

std::unique_ptr<Packet> Queue::try_remove() {
    const Dispatcher::Hold hold(m_dispatcher);
    return pop();
}

std::int32_t Queue::depth() const {
    const Dispatcher::Hold hold(m_dispatcher);
    return m_body.signal_state;
}

Queue::Removed Queue::remove(Thread& self, Alertable alertable, Timeout timeout) {
    const Ticks deadline = timeout.deadline(m_dispatcher.clock());
    for (;;) {
        if (self.pending() & pending_suspend) self.wait_while_suspended();
        {
            const Dispatcher::Hold hold(m_dispatcher);
            if (self.is_terminating()) return {Status::ThreadIsTerminating, nullptr};
            if (auto packet = pop()) return {Status::Success, std::move(packet)};
            if (const auto interrupted = m_dispatcher.interruption(self, alertable)) return {*interrupted, nullptr};
            if (timeout.is_poll()) return {Status::Timeout, nullptr};
            self.slot().blocks[0].role = WaitRole::QueueRemover;
            m_dispatcher.link(WaitBlockId::of(self.slot_id(), 0), m_body);
            m_dispatcher.begin_wait(self, 1, WaitType::Any, alertable);
        }
        const Status status = m_dispatcher.sleep(self, deadline);
        if (status != Status::Success && status != Status::KernelApc) return {status, nullptr};
    }
}

} // namespace oriel::ke
