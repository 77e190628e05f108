// SPDX-License-Identifier: MIT
// apc.h: asynchronous procedure calls, a thread's queue of things to do when it is ready for them.
//
// A user APC runs in the guest, in the context of one thread, at a moment that the thread agrees to: when
// it waits alertably, or calls NtTestAlert. Queueing one wakes an alertable wait with STATUS_USER_APC;
// the gate, on its way out to the guest, takes APCs (Thread::take_user_apc) and runs them through
// ntdll!KiUserApcDispatcher. An APC for a thread that never waits alertably never runs.
//
// Whoever makes an Apc makes it before the operation whose end it reports, so that queueing cannot fail.
// Source: "Windows Internals", part 2, chapter 8, "Asynchronous procedure calls".
#pragma once

#include <oriel/address.h>

#include <cstdint>
#include <memory>

namespace oriel::ke {

class Thread;

/// What KiUserApcDispatcher is told: the guest calls routine(arguments[0], arguments[1], arguments[2]).
struct UserApc {
    Address routine;
    std::uint64_t arguments[3] = {};
};

/// An APC that can be queued. Linked into one thread's queue at a time, under the dispatcher lock.
class Apc {
public:
    explicit Apc(UserApc call) : m_call(call) {}
    Apc(const Apc&) = delete;
    Apc& operator=(const Apc&) = delete;

private:
    friend class ApcQueue;
    friend class Timer;

    UserApc m_call;
    Thread* m_queued_on = nullptr;
    Apc* m_next = nullptr;
    bool m_owned_by_queue = false; ///< deleted when taken or run down (a timer's Apc is part of the timer)
};

/// First in, first out. The dispatcher lock guards it.
class ApcQueue {
public:
    [[nodiscard]] bool empty() const { return m_first == nullptr; }
    void push(Apc& apc, Thread& target);
    /// Takes the first one out; null if there is none.
    [[nodiscard]] Apc* pop();
    void remove(Apc& apc);

    static UserApc call_of(const Apc& apc) { return apc.m_call; }
    static bool is_owned(const Apc& apc) { return apc.m_owned_by_queue; }
    static void give(Apc& apc) { apc.m_owned_by_queue = true; }

private:
    Apc* m_first = nullptr;
    Apc* m_last = nullptr;
};

} // namespace oriel::ke
