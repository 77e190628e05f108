// SPDX-License-Identifier: MIT
// dispatcher_header.h: the body of everything that a thread can wait for.
//
// NT begins each waitable object with a DISPATCHER_HEADER: its kind, its signal state, and the list of
// wait blocks of the threads that wait for it. What "signalled" means is one number:
//     event, timer, ended thread or process   0 or 1
//     semaphore                               how many units are left
//     mutant                                  1 free, 0 owned once, -1 owned twice, ...
// and a wait can be satisfied when the number is above zero (or, for a mutant, when the waiter owns it).
//
// A body holds no pointers (ids.h) and is changed only by ke under the dispatcher lock. The object that
// a handle leads to is a front: it has the access rules and the name, and refers to the body.
// Source: "Windows Internals", part 2, chapter 8, "Dispatcher data structures".
#pragma once

#include <ntdll-emu/ke/ids.h>

#include <cstdint>
#include <type_traits>

namespace oriel::ke {

enum class ObjectKind : std::uint8_t {
    Free, ///< a body that nobody uses
    NotificationEvent,
    SynchronizationEvent,
    Mutant,
    Semaphore,
    NotificationTimer,
    SynchronizationTimer,
    Termination, ///< a thread or a process: signalled when it has ended
    Queue,       ///< a completion port: signal state is the number of entries
    KeyedEvent,  ///< never signalled; its list holds both sides of rendezvous (keyed_event.h)
};

struct DispatcherHeader {
    ObjectKind kind = ObjectKind::Free;
    bool abandoned = false; ///< mutant: its last owner ended without releasing it
    std::int32_t signal_state = 0;
    BodyId id = BodyId::none;
    WaitBlockId first_waiter; ///< who came first is served first
    WaitBlockId last_waiter;
    std::int32_t limit = 0;                      ///< semaphore
    ThreadSlotId owner = ThreadSlotId::none;     ///< mutant
    BodyId next_owned = BodyId::none;            ///< mutant: its owner's list; free body: next free one
    BodyId previous_owned = BodyId::none;        ///< mutant
};
static_assert(std::is_standard_layout_v<DispatcherHeader> && std::is_trivially_copyable_v<DispatcherHeader>,
              "a body can lie in shared memory");

} // namespace oriel::ke
