// SPDX-License-Identifier: MIT
// event.cpp: setting, resetting and pulsing events.
#include <ntdll-emu/ke/event.h>

namespace oriel::ke {

Event::Event(Dispatcher& dispatcher, EventKind kind, bool set)
    : m_dispatcher(dispatcher),
      m_body(dispatcher.create_body(kind == EventKind::Notification ? ObjectKind::NotificationEvent
                                                                    : ObjectKind::SynchronizationEvent,
                                    set ? 1 : 0)) {}

EventKind Event::kind() const {
    return m_body.kind == ObjectKind::NotificationEvent ? EventKind::Notification : EventKind::Synchronization;
}

bool Event::set() {
    Dispatcher::Hold hold(m_dispatcher);
    return set(hold);
}

bool Event::set(Dispatcher::Hold& hold) {
    const bool was_set = m_body.signal_state != 0;
    m_body.signal_state = 1;
    if (!was_set) m_dispatcher.signal_test(hold, m_body);
    return was_set;
}

bool Event::reset() {
    const Dispatcher::Hold hold(m_dispatcher);
    return std::exchange(m_body.signal_state, 0) != 0;
}

bool Event::pulse() {
    Dispatcher::Hold hold(m_dispatcher);
    const bool was_set = set(hold);
    m_body.signal_state = 0;
    return was_set;
}

bool Event::is_set() const {
    const Dispatcher::Hold hold(m_dispatcher);
    return m_body.signal_state != 0;
}

} // namespace oriel::ke
