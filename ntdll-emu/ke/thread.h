// SPDX-License-Identifier: MIT
// thread.h: a thread, as far as waiting, APCs, suspension and ending are concerned.
//
// ps::Thread (the object that handles lead to) owns one ke::Thread. It has a slot (thread_slot.h), which
// is what dispatcher objects know of it; a host stack on which its services run; and a carrier that runs
// it (carrier.h).
//
// Other threads never stop a thread inside host code. They set a flag in pending() and, if it waits, end
// its wait; the gate's exit tests the flags on the way to the guest:
//
//     while (auto todo = thread.pending()) {
//         if (todo & pending_terminate) ...            // rundown() and leave the entry function
//         if (todo & pending_suspend) thread.wait_while_suspended();
//         if (todo & pending_user_apc) if (auto apc = thread.take_user_apc()) ...push the frame...
//     }
//
// Always: pending_user_apc implies that the queue is not empty; a thread that has been run down owns no
// mutants, has no APCs, and its termination header is signalled.
#pragma once

#include <ntdll-emu/hal/host_stack.h>
#include <ntdll-emu/ke/apc.h>
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/dispatcher_header.h>
#include <ntdll-emu/ke/thread_slot.h>
#include <oriel/nt_result.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace oriel::ke {

class Timer;

inline constexpr std::uint32_t pending_user_apc = 0x1;
inline constexpr std::uint32_t pending_suspend = 0x2;
inline constexpr std::uint32_t pending_terminate = 0x4;

enum class InitialState { Ready, Suspended };

class Thread {
public:
    /// Throws std::bad_alloc when there are no slots or no memory.
    explicit Thread(Dispatcher& dispatcher, InitialState initial = InitialState::Ready);
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;
    /// The thread has been run down, or was never started.
    ~Thread();

    [[nodiscard]] Dispatcher& dispatcher() const { return m_dispatcher; }
    [[nodiscard]] ThreadSlotId slot_id() const { return m_slot_id; }
    [[nodiscard]] ThreadSlot& slot() const { return m_slot; }
    /// The number that the guest knows it by (ClientId.UniqueThread): its slot, times four.
    [[nodiscard]] std::uint32_t id() const { return thread_id(m_slot_id); }
    /// Signalled once the thread has ended.
    [[nodiscard]] DispatcherHeader& termination() const { return m_termination; }

    /// What ke knows nothing of: the ps::Thread, and the gate's block for this thread.
    void set_owner(void* owner) { m_owner = owner; }
    [[nodiscard]] void* owner() const { return m_owner; }
    void set_gate_block(void* block) { m_gate_block = block; }
    [[nodiscard]] void* gate_block() const { return m_gate_block; }
    /// The host stack, from the thread's start on.
    [[nodiscard]] const hal::HostStack& host_stack() const { return m_host_stack; }
    void set_host_stack(hal::HostStack stack) { m_host_stack = stack; }

    /// The flags that the gate's exit tests.
    [[nodiscard]] std::uint32_t pending() const { return m_pending.load(std::memory_order_acquire); }
    /// For the gate's assembly, which tests the word itself.
    [[nodiscard]] const std::atomic<std::uint32_t>& pending_word() const { return m_pending; }

    // APCs and alerts (apc.cpp).

    /// Queues; wakes an alertable wait. Statuses: Unsuccessful when the thread has ended.
    NtResult<> queue_apc(std::unique_ptr<Apc> apc);
    /// The next APC to run, if the thread has agreed to run one (pending_user_apc). By the thread itself.
    std::optional<UserApc> take_user_apc();
    /// NtTestAlert, and NtContinue's TestAlert: takes back an alert (Alerted); or agrees to run APCs, if
    /// there are any (Success).
    Status test_alert();
    /// NtAlertThread: ends an alertable wait with STATUS_ALERTED, or is remembered for the next one.
    void alert();

    // Suspension (suspend.cpp).

    /// The count before. Statuses: SuspendCountExceeded; ThreadIsTerminating.
    NtResult<std::uint32_t> suspend();
    /// The count before (0: was not suspended).
    std::uint32_t resume();
    [[nodiscard]] std::uint32_t suspend_count() const;
    /// By the thread itself, at the gate's exit and at its start: returns when nobody suspends it, or
    /// when it is to end.
    void wait_while_suspended();
    /// By another thread, `self`, after it suspended this one: waits until this one has reached
    /// wait_while_suspended, or is inside a host call, so that its trap frame stands still. False: it ended
    /// instead, or `self` is to end. If somebody else resumes it first, waits until it is suspended again.
    bool wait_until_stopped(Thread& self);

    /// Around a host call that may take long (BlockingHostCall): the thread cannot come to the gate's exit,
    /// but neither can it come to the guest without passing there.
    void begin_host_call();
    void end_host_call();

    // Ending (thread.cpp).

    /// Asks the thread to end with `exit_status`: ends its wait, sets pending_terminate. The first
    /// request counts.
    void terminate(Status exit_status);
    [[nodiscard]] bool is_terminating() const { return pending() & pending_terminate; }
    /// The status to end with; Pending (STILL_ACTIVE) before anybody asked.
    [[nodiscard]] Status exit_status() const { return m_exit_status.load(std::memory_order_acquire); }
    /// By the thread itself, as its last act: abandons its mutants, drops its APCs, cancels its timers,
    /// signals termination().
    void rundown();

private:
    friend class Dispatcher;
    friend class Timer;

    void set_pending(std::uint32_t flag) { m_pending.fetch_or(flag, std::memory_order_acq_rel); }
    [[nodiscard]] bool stands_still() const { return m_slot.stopped || m_in_host_call; }
    void tell_stopped(Dispatcher::Hold& hold);
    DispatcherHeader* stopped_header();
    void wait_in_host_call(DispatcherHeader& object);
    void clear_pending(std::uint32_t flag) { m_pending.fetch_and(~flag, std::memory_order_acq_rel); }

    Dispatcher& m_dispatcher;
    ThreadSlotId m_slot_id;
    ThreadSlot& m_slot;
    DispatcherHeader& m_termination;
    std::atomic<std::uint32_t> m_pending{0};
    std::atomic<Status> m_exit_status{Status::Pending};
    void* m_owner = nullptr;
    void* m_gate_block = nullptr;
    hal::HostStack m_host_stack;

    // Under the dispatcher lock:
    ApcQueue m_apcs;
    Timer* m_first_apc_timer = nullptr; ///< timers that will queue an APC here
    DispatcherHeader* m_stopped = nullptr; ///< signalled while it stands still; made when first asked for
    std::uint32_t m_suspend_count = 0;
    bool m_alerted = false;
    bool m_in_host_call = false;
    bool m_run_down = false;
};

/// Tells, while it lives, that the calling thread is inside a host call that may block (a read of a pipe or of a
/// terminal), so that others who suspend it need not wait for the call's end.
class BlockingHostCall {
public:
    explicit BlockingHostCall(Thread& self) : m_thread(self) { m_thread.begin_host_call(); }
    BlockingHostCall(const BlockingHostCall&) = delete;
    BlockingHostCall& operator=(const BlockingHostCall&) = delete;
    ~BlockingHostCall() { m_thread.end_host_call(); }

private:
    Thread& m_thread;
};

/// The thread whose host stack the caller runs on. Only on a carrier's stack (carrier.h).
inline Thread& current_thread() { return *static_cast<Thread*>(hal::host_stack_base()->thread); }

} // namespace oriel::ke
