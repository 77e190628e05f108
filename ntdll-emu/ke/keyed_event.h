// SPDX-License-Identifier: MIT
// keyed_event.h: a place where two threads meet at a key.
//
// One thread waits with a key, another releases with the same key; whoever comes first waits for the
// other. Nothing is remembered when nobody is there, so one keyed event, made when the system starts,
// serves any number of locks: the lock's address is the key.
// Source: J. Duffy, "Concurrent Programming on Windows", chapter 5, "Keyed events".
#pragma once

#include <ntdll-emu/ke/dispatcher.h>

namespace oriel::ke {

class KeyedEvent {
public:
    /// Throws std::bad_alloc.
    explicit KeyedEvent(Dispatcher& dispatcher)
        : m_dispatcher(dispatcher), m_body(dispatcher.create_body(ObjectKind::KeyedEvent, 0)) {}
    KeyedEvent(const KeyedEvent&) = delete;
    KeyedEvent& operator=(const KeyedEvent&) = delete;
    /// Nobody waits in it.
    ~KeyedEvent() { m_dispatcher.destroy_body(m_body); }

    struct Meeting {
        std::uint64_t key; ///< even
        Alertable alertable;
        Timeout timeout;
    };
    /// Both: Success when the other side came; Timeout, UserApc, Alerted, ThreadIsTerminating.
    Status wait(Thread& self, const Meeting& meeting) {
        return meet(self, meeting, WaitRole::KeyedWaiter, WaitRole::KeyedReleaser);
    }
    Status release(Thread& self, const Meeting& meeting) {
        return meet(self, meeting, WaitRole::KeyedReleaser, WaitRole::KeyedWaiter);
    }

private:
    Status meet(Thread& self, const Meeting& meeting, WaitRole own_role, WaitRole partner_role);
    std::optional<Status> meet_now(Dispatcher::Hold& hold, Thread& self, const Meeting& meeting,
                                   WaitRole partner_role);

    Dispatcher& m_dispatcher;
    DispatcherHeader& m_body;
};

} // namespace oriel::ke
