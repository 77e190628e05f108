// SPDX-License-Identifier: MIT
// thread_carrier.cpp: starting, parking and collecting host threads, and the timekeeper.
#include <ntdll-emu/ke/thread_carrier.h>

#include <ntdll-emu/hal/futex.h>
#include <ntdll-emu/hal/host_alarm.h>
#include <ntdll-emu/ke/fiber_switch.h>
#include <ntdll-emu/ke/park_word.h>
#include <ntdll-emu/ke/thread.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <memory>
#include <mutex>

namespace oriel::ke {

namespace {

/// The length of a tick: the first one is what a timekeeper is needed for.
constexpr auto alarm_microseconds = static_cast<unsigned>(Carrier::tick_length.count / 10);

} // namespace

void ThreadCarrier::start_alarm() {
    if (m_first_thread == FirstThread::OnCaller) hal::start_alarm(alarm_microseconds);
}

/// One running thread, as the carrier sees it. Outlives the ke::Thread.
struct ThreadCarrier::Record {
    ThreadCarrier& carrier;
    Thread* thread; ///< until the entry function was called
    ThreadSlot& slot;
    ThreadEntry entry;
    hal::HostStack stack;
    hal::HostThread host_thread;     ///< none: run() carries it
    std::int32_t host_thread_id = 0; ///< 0: has not begun, or has ended
    std::uintptr_t host_thread_key = 0;
    FiberContext* caller = nullptr; ///< where run() goes on, for the thread that it carries
    FiberContext* context = nullptr;
    Record* next = nullptr;
};

ThreadCarrier::~ThreadCarrier() {
    join_ended();
    assert(m_running == 0);
    if (m_timekeeper_stack) hal::free_host_stack(m_timekeeper_stack);
}

NtResult<> ThreadCarrier::start(Thread& thread, ThreadEntry entry) {
    if (m_first_thread == FirstThread::OnCaller && m_timers) need_timekeeper();
    const std::lock_guard lock(m_lock);
    auto stack = m_stacks.take();
    if (!stack.ok()) return Status::NoMemory;
    auto record = std::make_unique<Record>(Record{*this, &thread, thread.slot(), entry, stack.value(), {}});
    stack.value().base()->thread = &thread;
    stack.value().base()->carrier = record.get();
    thread.set_host_stack(stack.value());
    thread.slot().carrier_record = record.get();

    if (m_first_thread == FirstThread::OnCaller && !std::exchange(m_has_first, true)) {
        ++m_running;
        m_first = record.release(); // join_ended() deletes it
        return {};
    }
    const auto host_thread = hal::start_host_thread(stack.value(), begin, record.get());
    if (!host_thread.ok()) {
        thread.slot().carrier_record = nullptr;
        thread.set_host_stack({});
        m_stacks.give_back(stack.value());
        return host_thread.error() == ENOMEM ? Status::NoMemory : Status::InsufficientResources;
    }
    record->host_thread = host_thread.value();
    ++m_running;
    (void)record.release(); // join_ended() deletes it
    return {};
}

void ThreadCarrier::begin(void* raw) {
    Record& record = *static_cast<Record*>(raw);
    {
        const std::lock_guard lock(record.carrier.m_lock);
        record.host_thread_id = hal::host_thread_id();
        record.host_thread_key = hal::host_thread_key();
    }
    record.carrier.switched_to(record.thread);
    record.entry.function(record.entry.argument);
    record.carrier.ended(record);
}

void ThreadCarrier::begin_on_caller(void* raw) {
    Record& record = *static_cast<Record*>(raw);
    FiberContext& context = *record.context;
    FiberContext& caller = *record.caller;
    begin(raw); // the record belongs to whoever joins when this returns
    context.switch_to(caller);
}

void ThreadCarrier::carry(Record& first) {
    FiberContext caller;
    FiberContext context;
    context.prepare(first.stack, begin_on_caller, &first);
    first.caller = &caller;
    first.context = &context;
    const hal::HostStack stack = first.stack;
    caller.switch_to(context);
    context.forget();
    const std::lock_guard lock(m_lock);
    m_stacks.give_back(stack);
}

void ThreadCarrier::ended(Record& record) {
    {
        const std::lock_guard lock(m_lock);
        record.host_thread_id = 0;
        if (record.slot.carrier_record == &record) record.slot.carrier_record = nullptr;
        record.next = m_ended;
        m_ended = &record;
        --m_running;
    }
    ring(); // the carrier is still there: whoever destroys it joins this thread first
}

/// Those that have ended and are not yet joined included.
std::uint32_t ThreadCarrier::running_threads() {
    const std::lock_guard lock(m_lock);
    return m_running + (m_ended ? 1 : 0);
}

void ThreadCarrier::join_ended() {
    Record* ended = nullptr;
    {
        const std::lock_guard lock(m_lock);
        ended = std::exchange(m_ended, nullptr);
    }
    while (ended) {
        const std::unique_ptr<Record> record(std::exchange(ended, ended->next));
        if (record->caller) continue; // carry() sees to its stack
        hal::join_host_thread(record->host_thread);
        const std::lock_guard lock(m_lock);
        m_stacks.give_back(record->stack);
    }
}

bool ThreadCarrier::park(Thread& self, Ticks deadline) {
    assert(!any_ranked_lock_held());
    std::atomic<std::uint32_t>& word = self.slot().park_word;
    if (!park_word::fall_asleep(word)) return false;
    if (m_timers && deadline > m_clock.interrupt_time() + tick_length) need_timekeeper(); // for the ticks meanwhile
    const auto how = hal::futex_wait(word, park_word::asleep, deadline);
    return !park_word::wake_up(word) && how == hal::FutexWait::TimedOut;
}

void ThreadCarrier::unpark(ThreadSlot& slot) {
    if (park_word::give_permit(slot.park_word)) hal::futex_wake(slot.park_word);
}

bool ThreadCarrier::yield(Thread&) {
    hal::yield_host_thread();
    return true;
}

void ThreadCarrier::interrupt(ThreadSlot& slot) {
    const std::lock_guard lock(m_lock);
    const auto* record = static_cast<const Record*>(slot.carrier_record);
    if (!record || record->host_thread_id == 0) return;
    // The caller itself is in host code and will pass through the gate.
    if (record->host_thread_key != hal::host_thread_key()) interrupt_host_thread(record->host_thread_id);
}

void ThreadCarrier::ring() {
    m_doorbell.fetch_add(1, std::memory_order_seq_cst);
    if (m_timekeeper.load(std::memory_order_seq_cst) != Timekeeper::None) hal::futex_wake(m_doorbell);
}

void ThreadCarrier::timer_armed(Ticks) {
    if (m_timers) need_timekeeper();
    ring();
}

void ThreadCarrier::stop() {
    m_stopped.store(true, std::memory_order_release);
    ring();
}

void ThreadCarrier::need_timekeeper() {
    auto none = Timekeeper::None;
    if (m_timekeeper.load(std::memory_order_relaxed) != none) return;
    if (!m_timekeeper.compare_exchange_strong(none, Timekeeper::Starting)) return;
    hal::stop_alarm();
    if (!m_timekeeper_stack) {
        if (const auto stack = hal::allocate_host_stack(); stack.ok()) m_timekeeper_stack = stack.value();
    }
    if (m_timekeeper_stack) {
        const auto thread = hal::start_host_thread(m_timekeeper_stack, timekeep, this);
        if (thread.ok()) {
            m_timekeeper_thread = thread.value();
            m_timekeeper.store(Timekeeper::There);
            return;
        }
    }
    // The host has no thread to give now: once more at the next alarm.
    m_timekeeper.store(Timekeeper::None);
    hal::start_alarm(alarm_microseconds);
}

void ThreadCarrier::timekeep(void* raw) {
    auto& self = *static_cast<ThreadCarrier*>(raw);
    self.keep_time();
    if (self.m_stopped.load(std::memory_order_acquire) && self.m_finish.function)
        self.m_finish.function(self.m_finish.argument);
}

/// For run(), when the thread that it carried has ended: true if it is the timekeeper from now on.
bool ThreadCarrier::become_timekeeper() {
    for (;;) {
        auto was = Timekeeper::None;
        if (m_timekeeper.compare_exchange_strong(was, Timekeeper::There)) return true;
        if (was == Timekeeper::There) return false;
        hal::yield_host_thread();
    }
}

void ThreadCarrier::run(TimerSource& timers) {
    m_timers = &timers;
    if (Record* const first = std::exchange(m_first, nullptr)) {
        if (running_threads() > 1) need_timekeeper();
        carry(*first);
        if (!become_timekeeper()) {
            hal::join_host_thread(m_timekeeper_thread); // it returns when all threads have ended, as this would
            return;
        }
    }
    keep_time();
}

void ThreadCarrier::keep_time() {
    Ticks next_tick = has_tick() ? Ticks{} : Ticks::never();
    for (;;) {
        const std::uint32_t seen = m_doorbell.load(std::memory_order_acquire);
        join_ended();
        if (m_stopped.load(std::memory_order_acquire)) return;
        if (running_threads() == 0) return;
        if (const Ticks now = m_clock.interrupt_time(); now >= next_tick) {
            tick();
            next_tick = now + tick_length;
        }
        const Ticks next_due = m_timers.load(std::memory_order_relaxed)->expire_timers();
        hal::futex_wait(m_doorbell, seen, std::min(next_due, next_tick));
    }
}

} // namespace oriel::ke
