// SPDX-License-Identifier: MIT
// wait_queue.h: where threads sleep on an address (the queue behind every lock of rtl).
//
// NT: since Windows 8 the queues of RtlWaitOnAddress live in user mode, in a hash table of addresses; the
// kernel offers only "sleep until somebody alerts me" and "alert that thread" (NtWaitForAlertByThreadId,
// NtAlertThreadByThreadId). A lock is then a word in the program's memory, and costs the kernel nothing
// until somebody has to wait.
//
// Here: a table of buckets, each with a spin lock and a list of waiters, whose records lie on the
// waiters' own stacks. A thread parks under an address if a condition still holds that is checked under
// the bucket's lock; whoever changes the condition afterwards comes to the same bucket and finds it.
// Critical sections, SRW locks, condition variables and RtlWaitOnAddress are all built on it.
//
// Always: no service is called, and no guest callback runs, while a bucket's lock is held; a record is
// not touched after its `released` was set, because its thread may have returned already.
#pragma once

#include <ntdll-emu/rtl/platform.h>

#include <atomic>
#include <concepts>

namespace oriel::rtl {

/// Waiters of different kinds on one address never wake each other.
enum class WaitKind : std::uint8_t { Address, CriticalSection, SrwExclusive, SrwShared, Condition, RunOnce };

struct Waiter {
    Waiter* next = nullptr;
    const void* address = nullptr;
    std::uintptr_t thread_id = 0;
    WaitKind kind{};
    std::atomic<bool> released = false;
};

/// First come, first served.
class WaiterList {
public:
    [[nodiscard]] bool empty() const { return m_first == nullptr; }
    void append(Waiter& waiter);
    /// False if it is not in the list (any more).
    bool remove(Waiter& waiter);
    /// Calls `visit(waiter)` in order while it answers Take (moved to `taken`), Skip; ends at Stop.
    enum class Step { Take, Skip, Stop };
    template<class Visit> void select(Visit&& visit, WaiterList& taken);
    /// Sets `released` and alerts every waiter of the list, which is then empty. Not under a bucket's lock.
    void release_all();

private:
    Waiter* m_first = nullptr;
    Waiter* m_last = nullptr;
};

template<class Visit>
void WaiterList::select(Visit&& visit, WaiterList& taken) {
    Waiter* previous = nullptr;
    for (Waiter* waiter = m_first; waiter != nullptr;) {
        Waiter* const next = waiter->next;
        const Step step = visit(*waiter);
        if (step == Step::Stop) return;
        if (step == Step::Take) {
            (previous != nullptr ? previous->next : m_first) = next;
            if (m_last == waiter) m_last = previous;
            taken.append(*waiter);
        } else {
            previous = waiter;
        }
        waiter = next;
    }
}

/// A bucket: constant-initialised, so that it works before anything in ntdll was initialised.
struct WaitBucket {
    std::atomic<bool> locked = false;
    WaiterList waiters;

    void lock();
    void unlock() { locked.store(false, std::memory_order_release); }
};

WaitBucket& bucket_of(const void* address);

/// Sleeps until `waiter` is released or the timeout passes. Statuses: Success, Timeout.
Status sleep_in(WaitBucket& bucket, Waiter& waiter, const std::int64_t* timeout);

/// Parks the caller under `address` if `still_wanted()` says so under the bucket's lock, runs
/// `before_sleep()` after the lock is dropped, and sleeps. Statuses: Success (released, or not wanted), Timeout.
template<std::predicate<> Wanted, std::invocable<> Before>
Status park(const void* address, WaitKind kind, const std::int64_t* timeout, Wanted&& still_wanted,
            Before&& before_sleep) {
    WaitBucket& bucket = bucket_of(address);
    Waiter waiter{.address = address, .thread_id = platform::current_thread_id(), .kind = kind};
    bucket.lock();
    const bool wanted = still_wanted();
    if (wanted) bucket.waiters.append(waiter);
    bucket.unlock();
    if (!wanted) return Status::Success;
    before_sleep();
    return sleep_in(bucket, waiter, timeout);
}
template<std::predicate<> Wanted>
Status park(const void* address, WaitKind kind, const std::int64_t* timeout, Wanted&& still_wanted) {
    return park(address, kind, timeout, std::forward<Wanted>(still_wanted), [] {});
}

/// Under the bucket's lock, lets `choose(waiters, taken)` move waiters to `taken` and change the lock word;
/// then releases the taken ones.
template<class Choose>
void unpark(const void* address, Choose&& choose) {
    WaitBucket& bucket = bucket_of(address);
    WaiterList taken;
    bucket.lock();
    choose(bucket.waiters, taken);
    bucket.unlock();
    taken.release_all();
}

/// Releases the first waiter of that kind at that address, or all of them.
void unpark_one(const void* address, WaitKind kind);
void unpark_all(const void* address, WaitKind kind);

} // namespace oriel::rtl
