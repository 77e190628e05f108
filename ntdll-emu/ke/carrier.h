// SPDX-License-Identifier: MIT
// carrier.h: what runs guest threads.
//
// ke decides who waits and who may go on; a carrier makes that happen on the host. There are two:
//   ThreadCarrier (thread_carrier.h)  one host thread for each guest thread; the host's kernel schedules.
//   FiberCarrier  (fiber_carrier.h)   all guest threads are fibers on one host thread, switched only where
//                                     they wait or yield: every run takes the same steps.
// Waits are written against this interface, so both share all of ke.
//
// Rules that keep fibers possible (DESIGN 8): no thread_local outside the carriers, since a fiber's host
// thread is everybody's; no lock held and no catch block active in park() and yield().
//
// The host's main thread calls run(). With host threads it carries the first, or fires the timers and collects ended
// threads; with fibers it is the one that carries them all.
#pragma once

#include <ntdll-emu/ke/clock.h>
#include <ntdll-emu/ke/thread_slot.h>
#include <oriel/nt_result.h>

namespace oriel::ke {

using oriel::NtResult;
using oriel::Status;

class Thread;

/// What a carrier calls on the new thread's host stack. When it returns, the thread has gone: the
/// ke::Thread may have been deleted by then, the host stack has not.
struct ThreadEntry {
    void (*function)(void* argument);
    void* argument;
};

/// Timers, as a carrier sees them. Implemented by Dispatcher.
class TimerSource {
public:
    /// Signals all timers that are due; answers when the next one is.
    virtual Ticks expire_timers() = 0;

protected:
    ~TimerSource() = default;
};

class Carrier {
public:
    virtual ~Carrier() = default;

    /// Gives the thread a host stack and calls `entry` on it; the caller goes on at once.
    /// Statuses: NoMemory, InsufficientResources.
    virtual NtResult<> start(Thread& thread, ThreadEntry entry) = 0;

    /// By the thread itself: sleeps until unpark() or until `deadline`, and answers whether the deadline
    /// passed. An unpark that came before is remembered, once. May return for no reason: look again.
    virtual bool park(Thread& self, Ticks deadline) = 0;
    /// Wakes a thread that is parked, or is about to park. From any host thread.
    virtual void unpark(ThreadSlot& slot) = 0;
    /// Lets another thread run; whether one did.
    virtual bool yield(Thread& self) = 0;
    /// Makes a thread that runs guest code pass through the gate soon, so that it sees its pending flags
    /// (on_interrupt). From any host thread.
    virtual void interrupt(ThreadSlot& slot) = 0;

    /// A timer is due at `due`, earlier than those before. Called under the dispatcher lock.
    virtual void timer_armed(Ticks due) = 0;
    /// On the host's main thread: returns when every thread has ended, or after stop().
    virtual void run(TimerSource& timers) = 0;
    /// Makes run() return. From any thread.
    virtual void stop() = 0;
    /// Makes run() ask its TimerSource again soon. From anywhere, a signal handler included.
    virtual void ring() = 0;

    [[nodiscard]] virtual const Clock& clock() const = 0;

    /// Called on the host thread that is about to run `to`, each time it is switched to (with host
    /// threads: once, at its start). The gate sets there what belongs to a guest thread: GS, LDT.
    using SwitchHook = void (*)(Thread* to);
    void on_switch(SwitchHook hook) { m_on_switch = hook; }

    /// Called to make another host thread pass through the gate, which knows how: it sends a signal.
    using InterruptHook = void (*)(int host_thread_id);
    void on_interrupt(InterruptHook hook) { m_on_interrupt = hook; }

    /// NT's clock interrupt: called every 15.625 ms while run() runs, on a host thread that carries no guest
    /// thread (with virtual time: whenever that moved). Keeps the clocks in the guest's shared page.
    struct Tick {
        void (*function)(void* argument) = nullptr;
        void* argument = nullptr;
    };
    static constexpr Ticks tick_length{156'250};
    void on_tick(Tick tick) { m_tick = tick; }

protected:
    void tick() const {
        if (m_tick.function) m_tick.function(m_tick.argument);
    }
    [[nodiscard]] bool has_tick() const { return m_tick.function != nullptr; }
    void switched_to(Thread* thread) const {
        if (m_on_switch) m_on_switch(thread);
    }
    void interrupt_host_thread(int host_thread_id) const {
        if (m_on_interrupt) m_on_interrupt(host_thread_id);
    }

private:
    SwitchHook m_on_switch = nullptr;
    InterruptHook m_on_interrupt = nullptr;
    Tick m_tick;
};

} // namespace oriel::ke
