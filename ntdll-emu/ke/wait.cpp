// SPDX-License-Identifier: MIT
// wait.cpp: a thread's wait, from its begin to its end.
//
// The order of the questions is NT's, and programs notice it: first whether the objects can be had now
// (then nothing else counts, neither an alert nor a queued APC), then whether an alert or an APC ends an
// alertable wait at once, then whether the timeout is zero; only then does the thread wait.
//
// Suspending a waiting thread ends its wait for the time being, as NT does with a kernel APC: a thread
// that is suspended must not take an event away from one that runs. When it is resumed it waits again,
// at the end of the queue, until the same deadline.
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/thread.h>

#include <limits>

namespace oriel::ke {

namespace {

bool at_recursion_limit(const DispatcherHeader& body) {
    return body.kind == ObjectKind::Mutant && body.signal_state == std::numeric_limits<std::int32_t>::min();
}

// alerted_by_id: NtWaitForAlertByThreadId's word.
constexpr std::uint32_t no_alert = 0;
constexpr std::uint32_t alert_kept = 1;
constexpr std::uint32_t waits_for_alert = 2;

} // namespace

std::optional<Status> Dispatcher::try_any(Thread& self, const WaitRequest& request) {
    for (std::uint32_t i = 0; i < request.objects.size(); ++i) {
        DispatcherHeader& wanted = *request.objects[i];
        if (!is_satisfiable(wanted, self.slot_id())) continue;
        if (at_recursion_limit(wanted)) return Status::MutantLimitExceeded;
        return wait_status(i, satisfy(wanted, self.slot_id()));
    }
    return std::nullopt;
}

std::optional<Status> Dispatcher::try_all(Thread& self, const WaitRequest& request) {
    for (const DispatcherHeader* wanted : request.objects) {
        if (!is_satisfiable(*wanted, self.slot_id())) return std::nullopt;
        if (at_recursion_limit(*wanted)) return Status::MutantLimitExceeded;
    }
    bool abandoned = false;
    for (DispatcherHeader* wanted : request.objects) abandoned |= satisfy(*wanted, self.slot_id());
    return wait_status(0, abandoned);
}

std::optional<Status> Dispatcher::try_now(Thread& self, const WaitRequest& request) {
    if (self.is_terminating()) return Status::ThreadIsTerminating; // it must take nothing any more
    const auto had = request.type == WaitType::Any ? try_any(self, request) : try_all(self, request);
    if (had) return had;
    if (const auto interrupted = interruption(self, request.alertable)) return interrupted;
    if (request.timeout.is_poll()) return Status::Timeout;
    return std::nullopt;
}

void Dispatcher::begin_object_wait(Thread& self, const WaitRequest& request) {
    const auto count = static_cast<std::uint32_t>(request.objects.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        self.slot().blocks[i].role = WaitRole::Waiter;
        link(WaitBlockId::of(self.slot_id(), i), *request.objects[i]);
    }
    begin_wait(self, count, request.type, request.alertable);
}

Status Dispatcher::sleep(Thread& self, Ticks deadline) {
    ThreadSlot& slot = self.slot();
    while (slot.state.load(std::memory_order_acquire) == ThreadState::Waiting) {
        if (!m_carrier.park(self, deadline)) continue;
        const Hold hold(*this);
        if (slot.state.load(std::memory_order_relaxed) == ThreadState::Waiting) settle_wait(slot, Status::Timeout);
    }
    return slot.wait_status;
}

Status Dispatcher::finish_wait(Thread& self, const WaitRequest& request) {
    const Ticks deadline = request.timeout.deadline(clock());
    for (;;) {
        const Status status = sleep(self, deadline);
        if (status != Status::KernelApc) return status;
        self.wait_while_suspended();
        const Hold hold(*this);
        if (const auto at_once = try_now(self, request)) return *at_once;
        begin_object_wait(self, request);
    }
}

Status Dispatcher::wait(Thread& self, const WaitRequest& request) {
    if (self.pending() & pending_suspend) self.wait_while_suspended();
    {
        const Hold hold(*this);
        if (const auto at_once = try_now(self, request)) return *at_once;
        begin_object_wait(self, request);
    }
    return finish_wait(self, request);
}

Status Dispatcher::delay(Thread& self, Alertable alertable, Timeout timeout) {
    const Ticks deadline = timeout.deadline(clock());
    for (;;) {
        if (self.pending() & pending_suspend) self.wait_while_suspended();
        {
            const Hold hold(*this);
            if (const auto interrupted = interruption(self, alertable)) return *interrupted;
            if (!timeout.is_poll()) begin_wait(self, 0, WaitType::Any, alertable);
        }
        if (timeout.is_poll()) { // Sleep(0): let others run
            m_carrier.yield(self);
            return Status::Success;
        }
        const Status status = sleep(self, deadline);
        if (status != Status::KernelApc) return status == Status::Timeout ? Status::Success : status;
    }
}

// NtWaitForAlertByThreadId carries every lock and condition variable of the guest, so it does not take
// the dispatcher lock: the flag is one word, and whoever sets it wakes the thread if the word says that
// it waits.
Status Dispatcher::wait_for_alert_by_id(Thread& self, Timeout timeout) {
    std::atomic<std::uint32_t>& word = self.slot().alerted_by_id;
    std::uint32_t alerted = alert_kept;
    if (word.compare_exchange_strong(alerted, no_alert, std::memory_order_acquire)) return Status::Alerted;
    if (timeout.is_poll()) return Status::Timeout;

    const Ticks deadline = timeout.deadline(clock());
    bool late = false;
    while (!late && !self.is_terminating()) {
        if (self.pending() & pending_suspend) self.wait_while_suspended();
        std::uint32_t none = no_alert;
        if (!word.compare_exchange_strong(none, waits_for_alert, std::memory_order_acq_rel)) break;
        late = m_carrier.park(self, deadline);
        std::uint32_t still_waits = waits_for_alert;
        if (!word.compare_exchange_strong(still_waits, no_alert, std::memory_order_acq_rel)) break;
    }
    if (word.exchange(no_alert, std::memory_order_acquire) == alert_kept) return Status::Alerted;
    return self.is_terminating() ? Status::ThreadIsTerminating : Status::Timeout;
}

NtResult<> Dispatcher::alert_by_id(std::uint32_t thread_id) {
    const std::uint32_t number = thread_id / 4;
    ThreadSlot* target = thread_id % 4 == 0 && number < max_thread_slots ? m_slots.find(number) : nullptr;
    if (!target || !target->in_use.load(std::memory_order_acquire)) return Status::InvalidCid;
    if (target->alerted_by_id.exchange(alert_kept, std::memory_order_acq_rel) == waits_for_alert) {
        m_carrier.unpark(*target);
    }
    return {};
}

} // namespace oriel::ke
