// SPDX-License-Identifier: MIT
// timer.cpp: setting, cancelling and expiring timers.
//
// Timers that are set form a heap, the earliest first; each knows its place, so taking one out needs no
// search. The heap has room for every timer that exists, so setting one cannot fail for want of memory.
#include <ntdll-emu/ke/thread.h>
#include <ntdll-emu/ke/timer.h>
#include <ntdll-emu/ke/timer_heap.h>

namespace oriel::ke {

Timer::Timer(Dispatcher& dispatcher, TimerKind kind)
    : m_dispatcher(dispatcher),
      m_body(dispatcher.create_body(kind == TimerKind::Notification ? ObjectKind::NotificationTimer
                                                                    : ObjectKind::SynchronizationTimer,
                                    0)) {
    const Dispatcher::Hold hold(m_dispatcher);
    m_dispatcher.m_timers.reserve_for(m_dispatcher.m_timer_count + 1);
    ++m_dispatcher.m_timer_count;
}

Timer::~Timer() {
    {
        const Dispatcher::Hold hold(m_dispatcher);
        disarm();
        --m_dispatcher.m_timer_count;
    }
    m_dispatcher.destroy_body(m_body);
}

void Timer::disarm() {
    m_dispatcher.m_timers.remove(*this);
    if (!m_apc_request) return;
    Thread& target = *m_apc_request->target;
    if (m_apc.m_queued_on) target.m_apcs.remove(m_apc);
    if (m_previous_of_thread) m_previous_of_thread->m_next_of_thread = m_next_of_thread;
    else target.m_first_apc_timer = m_next_of_thread;
    if (m_next_of_thread) m_next_of_thread->m_previous_of_thread = m_previous_of_thread;
    m_next_of_thread = m_previous_of_thread = nullptr;
    m_apc_request.reset();
}

bool Timer::set(Timeout due, std::uint32_t period_ms, std::optional<TimerApc> apc) {
    const Clock& clock = m_dispatcher.clock();
    const Ticks when = due.deadline(clock);
    const Ticks now = clock.interrupt_time(); // read after: a timer that is due at once is due by now

    Dispatcher::Hold hold(m_dispatcher);
    const bool was_signalled = m_body.signal_state != 0;
    disarm();
    m_body.signal_state = 0;
    m_due = when;
    m_period = Ticks::milliseconds(period_ms);
    if (apc) {
        m_apc_request = apc;
        m_next_of_thread = std::exchange(apc->target->m_first_apc_timer, this);
        if (m_next_of_thread) m_next_of_thread->m_previous_of_thread = this;
    }
    if (m_due <= now) {
        expire(hold, now);
    } else if (m_dispatcher.m_timers.insert(*this)) {
        m_dispatcher.carrier().timer_armed(m_due);
    }
    return was_signalled;
}

bool Timer::cancel() {
    const Dispatcher::Hold hold(m_dispatcher);
    disarm();
    return m_body.signal_state != 0;
}

Timer::State Timer::state() const {
    const Ticks now = m_dispatcher.clock().interrupt_time();
    const Dispatcher::Hold hold(m_dispatcher);
    return {m_due - now, m_body.signal_state != 0};
}

// The timer is not in the heap. A periodic one goes back there; periods that were missed altogether are
// left out.
void Timer::expire(Dispatcher::Hold& hold, Ticks now) {
    const std::uint64_t due_at = static_cast<std::uint64_t>(m_dispatcher.clock().system_time().count);
    m_body.signal_state = 1;
    m_dispatcher.signal_test(hold, m_body);

    if (m_apc_request && !m_apc.m_queued_on) {
        m_apc.m_call = {m_apc_request->routine,
                        {m_apc_request->context, due_at & 0xFFFFFFFF, due_at >> 32}};
        m_dispatcher.enqueue_apc(hold, *m_apc_request->target, m_apc);
    }
    if (m_period.count > 0) {
        const std::int64_t missed = (now.count - m_due.count) / m_period.count;
        m_due = m_due + Ticks{(missed + 1) * m_period.count};
        if (m_dispatcher.m_timers.insert(*this)) m_dispatcher.carrier().timer_armed(m_due);
    }
}

Ticks Dispatcher::expire_timers() {
    const Ticks now = clock().interrupt_time();
    Hold hold(*this);
    while (Timer* first = m_timers.first()) {
        if (first->m_due > now) return first->m_due;
        m_timers.remove(*first);
        first->expire(hold, now);
    }
    return Ticks::never();
}

// The heap: an array in which the parent of place i is at (i - 1) / 2 and is due no later.

void TimerHeap::place(Timer& timer, std::size_t index) {
    m_heap[index] = &timer;
    timer.m_heap_index = index;
}

void TimerHeap::sift_up(Timer& timer, std::size_t index) {
    while (index > 0 && timer.m_due < m_heap[(index - 1) / 2]->m_due) {
        place(*m_heap[(index - 1) / 2], index);
        index = (index - 1) / 2;
    }
    place(timer, index);
}

void TimerHeap::sift_down(Timer& timer, std::size_t index) {
    for (;;) {
        std::size_t child = 2 * index + 1;
        if (child + 1 < m_heap.size() && m_heap[child + 1]->m_due < m_heap[child]->m_due) ++child;
        if (child >= m_heap.size() || m_heap[child]->m_due >= timer.m_due) break;
        place(*m_heap[child], index);
        index = child;
    }
    place(timer, index);
}

bool TimerHeap::insert(Timer& timer) {
    m_heap.push_back(&timer); // there is room: reserve_for
    sift_up(timer, m_heap.size() - 1);
    return timer.m_heap_index == 0;
}

void TimerHeap::remove(Timer& timer) {
    const std::size_t index = std::exchange(timer.m_heap_index, Timer::not_queued);
    if (index == Timer::not_queued) return;
    Timer& last = *m_heap.back();
    m_heap.pop_back();
    if (&last == &timer) return;
    sift_up(last, index);
    sift_down(last, last.m_heap_index);
}

} // namespace oriel::ke
