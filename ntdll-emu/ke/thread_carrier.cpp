// SPDX-License-Identifier: MIT
// thread_carrier.cpp: starting, parking and collecting host threads.
#include <ntdll-emu/ke/thread_carrier.h>

#include <ntdll-emu/hal/futex.h>
#include <ntdll-emu/ke/park_word.h>
#include <ntdll-emu/ke/thread.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <memory>
#include <mutex>

namespace oriel::ke {

/// One running thread, as the carrier sees it. Outlives the ke::Thread.
struct ThreadCarrier::Record {
    ThreadCarrier& carrier;
    Thread* thread; ///< until the entry function was called
    ThreadSlot& slot;
    ThreadEntry entry;
    hal::HostStack stack;
    hal::HostThread host_thread;
    std::int32_t host_thread_id = 0; ///< 0: has not begun, or has ended
    Record* next = nullptr;
};

ThreadCarrier::~ThreadCarrier() {
    join_ended();
    assert(m_running == 0);
}

NtResult<> ThreadCarrier::start(Thread& thread, ThreadEntry entry) {
    const std::lock_guard lock(m_lock);
    auto stack = m_stacks.take();
    if (!stack.ok()) return Status::NoMemory;
    auto record = std::make_unique<Record>(Record{*this, &thread, thread.slot(), entry, stack.value(), {}});
    stack.value().base()->thread = &thread;
    stack.value().base()->carrier = record.get();
    thread.set_host_stack(stack.value());
    thread.slot().carrier_record = record.get();

    const auto host_thread = hal::start_host_thread(stack.value(), begin, record.get());
    if (!host_thread.ok()) {
        thread.slot().carrier_record = nullptr;
        thread.set_host_stack({});
        m_stacks.give_back(stack.value());
        return host_thread.error() == ENOMEM ? Status::NoMemory : Status::InsufficientResources;
    }
    record->host_thread = host_thread.value();
    ++m_running;
    record.release(); // join_ended() deletes it
    return {};
}

void ThreadCarrier::begin(void* raw) {
    Record& record = *static_cast<Record*>(raw);
    {
        const std::lock_guard lock(record.carrier.m_lock);
        record.host_thread_id = hal::host_thread_id();
    }
    record.carrier.switched_to(record.thread);
    record.entry.function(record.entry.argument);
    record.carrier.ended(record);
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

void ThreadCarrier::join_ended() {
    Record* ended = nullptr;
    {
        const std::lock_guard lock(m_lock);
        ended = std::exchange(m_ended, nullptr);
    }
    while (ended) {
        const std::unique_ptr<Record> record(std::exchange(ended, ended->next));
        hal::join_host_thread(record->host_thread);
        const std::lock_guard lock(m_lock);
        m_stacks.give_back(record->stack);
    }
}

bool ThreadCarrier::park(Thread& self, Ticks deadline) {
    assert(!any_ranked_lock_held());
    std::atomic<std::uint32_t>& word = self.slot().park_word;
    if (!park_word::fall_asleep(word)) return false;
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
    if (record && record->host_thread_id != 0) interrupt_host_thread(record->host_thread_id);
}

void ThreadCarrier::ring() {
    m_doorbell.fetch_add(1, std::memory_order_release);
    hal::futex_wake(m_doorbell);
}

void ThreadCarrier::timer_armed(Ticks) { ring(); }

void ThreadCarrier::stop() {
    m_stopped.store(true, std::memory_order_release);
    ring();
}

void ThreadCarrier::run(TimerSource& timers) {
    Ticks next_tick = has_tick() ? Ticks{} : Ticks::never();
    for (;;) {
        const std::uint32_t seen = m_doorbell.load(std::memory_order_acquire);
        join_ended();
        if (m_stopped.load(std::memory_order_acquire)) return;
        {
            const std::lock_guard lock(m_lock);
            if (m_running == 0 && !m_ended) return;
        }
        if (const Ticks now = m_clock.interrupt_time(); now >= next_tick) {
            tick();
            next_tick = now + tick_length;
        }
        const Ticks next_due = timers.expire_timers();
        hal::futex_wait(m_doorbell, seen, std::min(next_due, next_tick));
    }
}

} // namespace oriel::ke
