// SPDX-License-Identifier: MIT
// event.h: a flag that threads can wait for.
//
// A notification event stays set until somebody resets it, and lets everybody through. A
// synchronization event lets one waiter through and is reset by that.
#pragma once

#include <ntdll-emu/ke/dispatcher.h>

namespace oriel::ke {

/// EVENT_TYPE, with NT's values.
enum class EventKind : std::uint32_t {
    Notification = 0,
    Synchronization = 1,
};

class Event {
public:
    /// Throws std::bad_alloc.
    Event(Dispatcher& dispatcher, EventKind kind, bool set);
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    /// Nobody waits for it.
    ~Event() { m_dispatcher.destroy_body(m_body); }

    [[nodiscard]] DispatcherHeader& header() const { return m_body; }
    [[nodiscard]] EventKind kind() const;
    /// From any host thread. All of these answer whether it was set before.
    bool set();
    bool set(Dispatcher::Hold& hold);
    bool reset();
    /// Sets it, lets those through who wait now, and resets it: whoever comes later waits.
    bool pulse();
    [[nodiscard]] bool is_set() const;

private:
    Dispatcher& m_dispatcher;
    DispatcherHeader& m_body;
};

} // namespace oriel::ke
