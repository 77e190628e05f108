// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/wait_queue.h>

#include <utility>

namespace oriel::rtl {

namespace {

constexpr unsigned bucket_count = 128;
constexpr unsigned spins_before_yield = 200; ///< a bucket's lock is held for some dozens of instructions

constinit WaitBucket buckets[bucket_count];

} // namespace

void WaiterList::append(Waiter& waiter) {
    waiter.next = nullptr;
    (m_last != nullptr ? m_last->next : m_first) = &waiter;
    m_last = &waiter;
}

bool WaiterList::remove(Waiter& waiter) {
    Waiter* previous = nullptr;
    for (Waiter* each = m_first; each != nullptr; previous = each, each = each->next) {
        if (each != &waiter) continue;
        (previous != nullptr ? previous->next : m_first) = waiter.next;
        if (m_last == &waiter) m_last = previous;
        return true;
    }
    return false;
}

void WaiterList::release_all() {
    for (Waiter* waiter = std::exchange(m_first, nullptr); waiter != nullptr;) {
        Waiter* const next = waiter->next;
        const std::uintptr_t thread_id = waiter->thread_id;
        waiter->released.store(true, std::memory_order_release); // the record is gone from here on
        platform::alert(thread_id);
        waiter = next;
    }
    m_last = nullptr;
}

void WaitBucket::lock() {
    for (unsigned spins = 0; locked.exchange(true, std::memory_order_acquire); ++spins) {
        while (locked.load(std::memory_order_relaxed)) {
            if (++spins < spins_before_yield) spin_pause();
            else platform::yield();
        }
    }
}

WaitBucket& bucket_of(const void* address) {
    // Locks are word-aligned and often neighbours: a multiplicative hash (Knuth, "The Art of Computer
    // Programming", volume 3, 6.4) of the word number.
    const auto word = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(address) >> 2);
    return buckets[(word * 2654435769u) >> 25];
}
static_assert(bucket_count == 1u << (32 - 25));

Status sleep_in(WaitBucket& bucket, Waiter& waiter, const std::int64_t* timeout) {
    // A relative timeout counts from now, however often we are woken for nothing.
    const bool relative = timeout != nullptr && *timeout < 0;
    const std::int64_t deadline = relative ? platform::monotonic_time() - *timeout : 0;
    std::int64_t remaining = 0;
    while (!waiter.released.load(std::memory_order_acquire)) {
        // An alert meant for an earlier wait may still be pending, so an alert alone proves nothing.
        if (platform::wait_for_alert(waiter.address, timeout) != Status::Timeout) {
            if (relative) {
                remaining = platform::monotonic_time() - deadline;
                if (remaining > 0) remaining = 0;
                timeout = &remaining;
            }
            continue;
        }
        bucket.lock();
        const bool was_waiting = bucket.waiters.remove(waiter);
        bucket.unlock();
        if (was_waiting) return Status::Timeout;
        // Somebody took us off the list just now: the release is on its way.
        while (!waiter.released.load(std::memory_order_acquire)) platform::yield();
    }
    return Status::Success;
}

void unpark_one(const void* address, WaitKind kind) {
    unpark(address, [&](WaiterList& waiters, WaiterList& taken) {
        bool found = false;
        waiters.select(
            [&](Waiter& waiter) {
                if (found) return WaiterList::Step::Stop;
                if (waiter.address != address || waiter.kind != kind) return WaiterList::Step::Skip;
                found = true;
                return WaiterList::Step::Take;
            },
            taken);
    });
}

void unpark_all(const void* address, WaitKind kind) {
    unpark(address, [&](WaiterList& waiters, WaiterList& taken) {
        waiters.select(
            [&](Waiter& waiter) {
                return waiter.address == address && waiter.kind == kind ? WaiterList::Step::Take
                                                                        : WaiterList::Step::Skip;
            },
            taken);
    });
}

} // namespace oriel::rtl
