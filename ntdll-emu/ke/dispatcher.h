// SPDX-License-Identifier: MIT
// dispatcher.h: who waits for what, and who may go on.
//
// NT guards all of this with one lock, the dispatcher lock, and so do we: one lock a process. A wait for
// several objects at once is then simply true or not at one moment, PulseEvent can wake exactly those who
// wait now, and no thread ever sees half of a change. Held for some tens of nanoseconds, it is cheaper
// than a lock in every object would be.
//
// The pieces:
//   dispatcher.cpp   the tables of bodies and thread slots
//   wait_engine.cpp  linking wait blocks, testing and satisfying waits
//   wait.cpp         a thread's wait from begin to end, delays
//   event, mutant, semaphore, timer, keyed_event   what signals the objects
//
// Threads that a change wakes are collected in the Hold and woken after the lock was given back, so that
// none of them runs straight into it.
//
// Always: in a body's list are exactly the wait blocks of threads that wait for it, in order of arrival;
// no thread waits whose wait could be satisfied (fault() checks both).
// Source: "Windows Internals", part 2, chapter 8, "Low-IRQL synchronization".
#pragma once

#include <ntdll-emu/ke/carrier.h>
#include <ntdll-emu/ke/dispatcher_header.h>
#include <ntdll-emu/ke/growing_table.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ke/thread_slot.h>
#include <ntdll-emu/ke/timer_heap.h>

#include <array>
#include <optional>
#include <span>

namespace oriel::ke {

class Apc;
class Timer;

enum class Alertable : bool { No, Yes };

/// What a wait for any answers when object `index` ended it.
constexpr Status wait_status(std::uint32_t index, bool abandoned) {
    return Status{index | (abandoned ? static_cast<std::uint32_t>(Status::Abandoned) : 0)};
}

/// What a thread waits for. Between 1 and max_wait_objects objects, which must outlive the wait.
struct WaitRequest {
    std::span<DispatcherHeader* const> objects;
    WaitType type = WaitType::Any;
    Alertable alertable = Alertable::No;
    Timeout timeout = Timeout::infinite();
};

class Dispatcher final : public TimerSource {
public:
    /// The carrier must outlive the dispatcher.
    explicit Dispatcher(Carrier& carrier) : m_carrier(carrier) {}
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    [[nodiscard]] Carrier& carrier() const { return m_carrier; }
    [[nodiscard]] const Clock& clock() const { return m_carrier.clock(); }

    /// Holds the dispatcher lock; wakes on its way out whom the change allowed to go on.
    class Hold {
    public:
        explicit Hold(Dispatcher& dispatcher) : m_dispatcher(dispatcher) { dispatcher.m_lock.lock(); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        ~Hold() {
            m_dispatcher.m_lock.unlock();
            for (unsigned i = 0; i < m_wake_count; ++i) m_dispatcher.m_carrier.unpark(*m_wakes[i]);
        }
        void wake(ThreadSlot& slot) {
            if (m_wake_count < m_wakes.size()) m_wakes[m_wake_count++] = &slot;
            else m_dispatcher.m_carrier.unpark(slot); // a crowd: these few wake into the lock
        }

    private:
        Dispatcher& m_dispatcher;
        unsigned m_wake_count = 0;
        std::array<ThreadSlot*, 16> m_wakes; // not initialised: only the first m_wake_count count
    };

    // Waiting (wait.cpp).

    /// Success + i (object i ended a wait for any), AbandonedWait + i, Success or Abandoned (wait for
    /// all), Timeout, UserApc, Alerted; MutantLimitExceeded, ThreadIsTerminating.
    Status wait(Thread& self, const WaitRequest& request);
    /// Runs `signal(hold)`, which answers a status, and begins the wait without giving the lock back in
    /// between. If the signal fails, that is the answer and nothing is waited for.
    template<class Signal>
    Status signal_and_wait(Thread& self, Signal&& signal, const WaitRequest& request);
    /// NtDelayExecution: Success when the time is over, UserApc, Alerted, ThreadIsTerminating.
    Status delay(Thread& self, Alertable alertable, Timeout timeout);
    /// NtWaitForAlertByThreadId: Alerted, Timeout, ThreadIsTerminating.
    Status wait_for_alert_by_id(Thread& self, Timeout timeout);
    /// NtAlertThreadByThreadId. Statuses: InvalidCid.
    NtResult<> alert_by_id(std::uint32_t thread_id);

    // Bodies and slots (dispatcher.cpp).

    /// Throws std::bad_alloc.
    DispatcherHeader& create_body(ObjectKind kind, std::int32_t signal_state, std::int32_t limit = 0);
    /// Nobody waits for it, and no thread owns it.
    void destroy_body(DispatcherHeader& body);
    [[nodiscard]] DispatcherHeader& body(BodyId id) const { return m_bodies[static_cast<std::uint32_t>(id)]; }

    /// Throws std::bad_alloc.
    ThreadSlotId take_slot();
    void give_slot_back(ThreadSlotId id);
    [[nodiscard]] ThreadSlot& slot(ThreadSlotId id) const { return m_slots[slot_number(id)]; }
    [[nodiscard]] WaitBlock& block(WaitBlockId id) const { return slot(id.thread()).blocks[id.block()]; }

    // For the objects, under the lock (wait_engine.cpp).

    /// The body became signalled: ends the waits that this satisfies.
    void signal_test(Hold& hold, DispatcherHeader& body);
    /// Ends the wait of a thread that waits, and wakes it.
    void end_wait(Hold& hold, ThreadSlot& slot, Status status) {
        settle_wait(slot, status);
        hold.wake(slot);
    }
    /// Enters a wait block at the end of the body's list.
    void link(WaitBlockId id, DispatcherHeader& body);
    /// Whether a wait by `waiter` could take the object now.
    [[nodiscard]] static bool is_satisfiable(const DispatcherHeader& body, ThreadSlotId waiter) {
        return body.signal_state > 0 || (body.kind == ObjectKind::Mutant && body.owner == waiter);
    }
    /// Takes a mutant out of its owner's list.
    void disown(DispatcherHeader& mutant);
    /// Marks `self` as waiting with the first `blocks` of its wait blocks, which are linked already.
    void begin_wait(Thread& self, std::uint32_t blocks, WaitType type, Alertable alertable);
    /// Queues an APC on a thread that has not been run down; ends its wait if that is alertable.
    void enqueue_apc(Hold& hold, Thread& target, Apc& apc);
    /// What ends an alertable wait before it begins: an alert, a queued APC, or the thread's end.
    std::optional<Status> interruption(Thread& self, Alertable alertable);
    /// Without the lock: sleeps until the wait that was begun is over; KernelApc: begin it again.
    Status sleep(Thread& self, Ticks deadline);

    // Timers (timer.cpp).

    Ticks expire_timers() override;

    /// Null, or a sentence that says which rule is broken.
    [[nodiscard]] const char* fault();

private:
    friend class Thread;
    friend class Timer;

    std::optional<Status> try_now(Thread& self, const WaitRequest& request);
    Status finish_wait(Thread& self, const WaitRequest& request);
    void settle_wait(ThreadSlot& slot, Status status);
    std::optional<Status> try_any(Thread& self, const WaitRequest& request);
    std::optional<Status> try_all(Thread& self, const WaitRequest& request);
    void begin_object_wait(Thread& self, const WaitRequest& request);
    [[nodiscard]] bool all_satisfiable(ThreadSlotId waiter) const;
    Status satisfy_all(ThreadSlotId waiter);
    /// Takes what the wait was for; whether it was an abandoned mutant.
    bool satisfy(DispatcherHeader& body, ThreadSlotId waiter);
    void unlink(WaitBlockId id);
    const char* list_fault(const DispatcherHeader& body) const;

    Carrier& m_carrier;
    RankedLock<LockRank::Dispatcher> m_lock;
    GrowingTable<DispatcherHeader, 6, 20> m_bodies; ///< body 0 is never used
    GrowingTable<ThreadSlot, 3, 13> m_slots;        ///< slot 0 is never used
    BodyId m_free_body = BodyId::none;
    std::uint32_t m_bodies_used = 1; ///< bodies from here on were never used
    ThreadSlotId m_free_slot = ThreadSlotId::none;
    std::uint32_t m_slots_used = 1;
    TimerHeap m_timers;            ///< those that are set
    std::size_t m_timer_count = 0; ///< timers that exist; m_timers has room for all of them
};

template<class Signal>
Status Dispatcher::signal_and_wait(Thread& self, Signal&& signal, const WaitRequest& request) {
    {
        Hold hold(*this);
        const Status signalled = signal(hold);
        if (nt::is_error(signalled)) return signalled;
        if (const auto at_once = try_now(self, request)) return *at_once;
        begin_object_wait(self, request);
    }
    return finish_wait(self, request);
}

} // namespace oriel::ke
