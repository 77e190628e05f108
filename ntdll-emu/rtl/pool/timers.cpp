// SPDX-License-Identifier: MIT
// timers.cpp: the keeper: one thread that fires all timers of all pools.
//
// Armed timers form a pairing heap, the next one on top: every operation is a few pointers, and none needs memory, so
// setting a timer cannot fail. The keeper sleeps until the top one is due. While some pool has callbacks waiting and
// more threads than it gets at once, the keeper also looks every 10 ms whether that pool moves, and gives it one thread
// more if it does not: a crowd of callbacks that wait for each other goes on, a crowd of short ones does not make
// hundreds of threads.
//
// A periodic timer that is late keeps its rhythm; periods in which its last callback still waits are left out.
// Sources: "SetThreadpoolTimer function", "SetThreadpoolTimerEx function", Microsoft documentation.
#include <ntdll-emu/rtl/pool/pool.h>

#include <utility>

namespace oriel::rtl::pool {

namespace {

constexpr std::int64_t glance = 100'000; // 10 ms
constexpr std::int64_t period_unit = 10'000;

constinit NtTpMember* top = nullptr;
constinit ConditionVariable changed{};
constinit bool keeper_runs = false;
constinit bool pools_watched = false;

// The heap: `timer_child` is the first child, children are a list by `timer_sibling`, and `timer_parent` leads to the
// elder sibling, or from the first child to the parent.

NtTpMember* meld(NtTpMember* one, NtTpMember* other) {
    if (!one) return other;
    if (!other) return one;
    if (other->due < one->due) std::swap(one, other);
    other->timer_sibling = one->timer_child;
    if (one->timer_child) one->timer_child->timer_parent = other;
    other->timer_parent = one;
    one->timer_child = other;
    return one;
}

NtTpMember* meld_children(NtTpMember* first) {
    NtTpMember* pairs = nullptr; // melded pairs, the last one first
    while (first) {
        NtTpMember* const one = first;
        NtTpMember* const other = one->timer_sibling;
        first = other ? other->timer_sibling : nullptr;
        for (NtTpMember* each : {one, other})
            if (each) each->timer_sibling = each->timer_parent = nullptr;
        NtTpMember* const pair = meld(one, other);
        pair->timer_sibling = pairs;
        pairs = pair;
    }
    NtTpMember* whole = nullptr;
    while (pairs) {
        NtTpMember* const next = std::exchange(pairs->timer_sibling, nullptr);
        whole = meld(whole, pairs);
        pairs = next;
    }
    return whole;
}

void take_out(NtTpMember& timer) {
    NtTpMember* const children = meld_children(std::exchange(timer.timer_child, nullptr));
    if (&timer == top) {
        top = children;
    } else {
        NtTpMember& before = *timer.timer_parent;
        (before.timer_child == &timer ? before.timer_child : before.timer_sibling) = timer.timer_sibling;
        if (timer.timer_sibling) timer.timer_sibling->timer_parent = &before;
        top = meld(top, children);
    }
    timer.timer_sibling = timer.timer_parent = nullptr;
}

void fire(NtTpMember& timer, std::int64_t now) {
    refer(timer);
    take_out(timer);
    if (timer.period) {
        const std::int64_t step = timer.period * period_unit;
        timer.due += step;
        if (timer.due <= now) timer.due += (now - timer.due) / step * step + step;
        top = meld(top, &timer);
        if (timer.pending == 0) post(timer);
    } else {
        timer.armed = false;
        post(timer);
        let_go(timer); // what being armed referred to
    }
    let_go(timer);
}

/// Whether some pool is still waiting for threads.
bool help_stuck_pools() {
    bool any = false;
    for (NtTpPool* pool = first_pool(); pool;) {
        ++pool->references;
        if (pool->pending > pool->idle) {
            any = true;
            if (pool->taken == pool->taken_before) start_worker_if_wanted(*pool, true);
            pool->taken_before = pool->taken;
        }
        NtTpPool* const next = pool->next;
        if (next) ++next->references; // it must be there when this one has gone
        drop_pool(*pool);
        if (next) --next->references;
        pool = next;
    }
    return any;
}

std::uint32_t NT_API keep(void*) {
    const Hold hold;
    std::int64_t next_glance = 0;
    for (;;) {
        const std::int64_t now = platform::monotonic_time();
        while (top && top->due <= now) fire(*top, now);
        if (pools_watched && now >= next_glance) {
            pools_watched = help_stuck_pools();
            next_glance = now + glance;
        }
        std::int64_t until = top ? top->due : INT64_MAX;
        if (pools_watched && next_glance < until) until = next_glance;
        if (until == INT64_MAX) {
            (void)sleep(changed, lock, SrwMode::Exclusive, nullptr);
        } else if (const std::int64_t left = until - platform::monotonic_time(); left > 0) {
            const std::int64_t relative = -left;
            (void)sleep(changed, lock, SrwMode::Exclusive, &relative);
        }
    }
}

void wake_keeper() {
    if (keeper_runs) return wake_one(changed);
    keeper_runs = true;
    Status status;
    {
        const Unhold unhold;
        status = platform::start_thread(&keep, nullptr, 0, 0);
    }
    if (!nt::is_success(status)) keeper_runs = false; // the next one tries again
}

} // namespace

void watch_pools() {
    if (std::exchange(pools_watched, true)) return;
    wake_keeper();
}

void arm_timer(NtTpMember& timer, std::int64_t due, std::uint32_t period) {
    refer(timer);
    (void)disarm_timer(timer);
    timer.due = due;
    timer.period = period;
    timer.armed = true;
    top = meld(top, &timer);
    if (top == &timer) wake_keeper();
}

bool disarm_timer(NtTpMember& timer) {
    if (!timer.armed) return false;
    take_out(timer);
    timer.armed = false;
    let_go(timer);
    return true;
}

std::int64_t monotonic_due(std::int64_t time) {
    const std::int64_t now = platform::monotonic_time();
    const std::int64_t left = time < 0 ? -time : time - platform::system_time();
    if (left <= 0) return now;
    return left > INT64_MAX - now ? INT64_MAX - 1 : now + left;
}

} // namespace oriel::rtl::pool
