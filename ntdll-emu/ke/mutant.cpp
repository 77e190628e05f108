// SPDX-License-Identifier: MIT
// mutant.cpp: ownership given back.
#include <ntdll-emu/ke/mutant.h>
#include <ntdll-emu/ke/thread.h>

namespace oriel::ke {

Mutant::Mutant(Dispatcher& dispatcher, Thread* owner)
    : m_dispatcher(dispatcher), m_body(dispatcher.create_body(ObjectKind::Mutant, 1)) {
    if (!owner) return;
    DispatcherHeader* const body = &m_body;
    dispatcher.wait(*owner, {.objects = {&body, 1}}); // it is free: this takes it at once
}

NtResult<std::int32_t> Mutant::release(Thread& self) {
    Dispatcher::Hold hold(m_dispatcher);
    return release(hold, self);
}

NtResult<std::int32_t> Mutant::release(Dispatcher::Hold& hold, Thread& self) {
    if (m_body.owner != self.slot_id()) return Status::MutantNotOwned;
    const std::int32_t before = m_body.signal_state++;
    if (m_body.signal_state == 1) {
        m_dispatcher.disown(m_body);
        m_dispatcher.signal_test(hold, m_body);
    }
    return before;
}

Mutant::State Mutant::state() const {
    const Dispatcher::Hold hold(m_dispatcher);
    return {m_body.signal_state, m_body.abandoned, m_body.owner};
}

} // namespace oriel::ke
