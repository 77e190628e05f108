// SPDX-License-Identifier: MIT
// sync_objects.h: the objects behind handles to events, mutants, semaphores, timers and keyed events.
//
// Each is a front: type, access rights and name belong to ob, what it does when it is signalled to ke.
// (In NT these types belong to the executive, which lies between the object manager and the services.)
// Access rights as in Microsoft's "Synchronization Object Security and Access Rights".
#pragma once

#include <ntdll-emu/ke/event.h>
#include <ntdll-emu/ke/keyed_event.h>
#include <ntdll-emu/ke/mutant.h>
#include <ntdll-emu/ke/semaphore.h>
#include <ntdll-emu/ke/timer.h>
#include <ntdll-emu/ob/object.h>

namespace oriel::ob {

namespace access {
inline constexpr AccessMask event_query_state = 0x1;
inline constexpr AccessMask event_modify_state = 0x2;
inline constexpr AccessMask mutant_query_state = 0x1;
inline constexpr AccessMask semaphore_query_state = 0x1;
inline constexpr AccessMask semaphore_modify_state = 0x2;
inline constexpr AccessMask timer_query_state = 0x1;
inline constexpr AccessMask timer_modify_state = 0x2;
inline constexpr AccessMask keyed_event_wait = 0x1;
inline constexpr AccessMask keyed_event_wake = 0x2;
} // namespace access

class Event final : public Object {
public:
    Event(ke::Dispatcher& dispatcher, ke::EventKind kind, bool set) : event(dispatcher, kind, set) {}

    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override { return &event.header(); }

    ke::Event event;
};

class Mutant final : public Object {
public:
    explicit Mutant(ke::Dispatcher& dispatcher, ke::Thread* owner = nullptr) : mutant(dispatcher, owner) {}

    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override { return &mutant.header(); }

    ke::Mutant mutant;
};

class Semaphore final : public Object {
public:
    Semaphore(ke::Dispatcher& dispatcher, std::int32_t count, std::int32_t limit)
        : semaphore(dispatcher, count, limit) {}

    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override { return &semaphore.header(); }

    ke::Semaphore semaphore;
};

class Timer final : public Object {
public:
    Timer(ke::Dispatcher& dispatcher, ke::TimerKind kind) : timer(dispatcher, kind) {}

    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override { return &timer.header(); }

    ke::Timer timer;
};

/// Cannot be waited for in the usual way: only through its own two services.
class KeyedEvent final : public Object {
public:
    explicit KeyedEvent(ke::Dispatcher& dispatcher) : keyed_event(dispatcher) {}

    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }

    ke::KeyedEvent keyed_event;
};

} // namespace oriel::ob
