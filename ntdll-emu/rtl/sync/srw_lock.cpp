// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/srw_lock.h>
#include <ntdll-emu/rtl/sync/wait_queue.h>

namespace oriel::rtl {

namespace {

using Word = nt::uptr<nt::Native>;
using AtomicWord = std::atomic_ref<Word>;

constexpr Word exclusive = 1;
constexpr Word waiting = 2;
constexpr Word sharer = 0x10;
constexpr unsigned spin_limit = 100;

constexpr bool is_free(Word word) { return (word & ~waiting) == 0; }
/// A reader may come in beside readers, but not past a waiter; or when the lock is free.
constexpr bool admits_reader(Word word) { return is_free(word) || !(word & (exclusive | waiting)); }

bool try_exclusive(AtomicWord word) {
    Word now = word.load(std::memory_order_relaxed);
    while (is_free(now)) {
        if (word.compare_exchange_weak(now, now | exclusive, std::memory_order_acquire)) return true;
    }
    return false;
}

bool try_shared(AtomicWord word) {
    Word now = word.load(std::memory_order_relaxed);
    while (admits_reader(now)) {
        if (word.compare_exchange_weak(now, now + sharer, std::memory_order_acquire)) return true;
    }
    return false;
}

/// Sets the waiters bit unless the lock could be had; true if the caller should sleep.
template<class CouldHave>
bool announce_waiter(AtomicWord word, CouldHave&& could_have) {
    Word now = word.load(std::memory_order_relaxed);
    while (!could_have(now)) {
        if ((now & waiting) || word.compare_exchange_weak(now, now | waiting, std::memory_order_relaxed)) return true;
    }
    return false;
}

template<class Try, class CouldHave>
void acquire_contended(SrwLock& lock, WaitKind kind, Try&& try_it, CouldHave&& could_have) {
    const AtomicWord word(lock.Value);
    if (platform::processor_count() > 1) {
        for (unsigned spins = 0; spins < spin_limit; ++spins) {
            spin_pause();
            if (try_it(word)) return;
        }
    }
    if (platform::is_alone_at_the_end())
        word.store(0, std::memory_order_relaxed); // abandoned: see critical_section.cpp
    while (!try_it(word)) {
        park(&lock, kind, nullptr, [&] { return announce_waiter(word, could_have); });
    }
}

bool waits_here(const Waiter& waiter, const SrwLock* lock) {
    return waiter.address == lock && (waiter.kind == WaitKind::SrwExclusive || waiter.kind == WaitKind::SrwShared);
}

/// The lock became free and somebody waits: wakes the first writer, or the readers before the first writer.
/// The waiters bit stays for those who are left.
void wake_waiters(SrwLock& lock) {
    unpark(&lock, [&lock](WaiterList& waiters, WaiterList& taken) {
        bool any = false, writer = false, left = false;
        waiters.select(
            [&](Waiter& waiter) {
                if (!waits_here(waiter, &lock)) return WaiterList::Step::Skip;
                const bool is_writer = waiter.kind == WaitKind::SrwExclusive;
                if (writer || (any && is_writer)) {
                    left = true;
                    return WaiterList::Step::Stop;
                }
                any = true;
                writer = is_writer;
                return WaiterList::Step::Take;
            },
            taken);
        // Nobody taken: another release came first, and the lock may be gone by now. Otherwise the taken
        // waiter, which is not awake yet, keeps it alive.
        if (any && !left) AtomicWord(lock.Value).fetch_and(~waiting, std::memory_order_relaxed);
    });
}

} // namespace

void acquire_exclusive(SrwLock& lock) {
    if (try_exclusive(AtomicWord(lock.Value))) return;
    acquire_contended(lock, WaitKind::SrwExclusive, try_exclusive, is_free);
}

void acquire_shared(SrwLock& lock) {
    if (try_shared(AtomicWord(lock.Value))) return;
    acquire_contended(lock, WaitKind::SrwShared, try_shared, admits_reader);
}

bool try_acquire_exclusive(SrwLock& lock) { return try_exclusive(AtomicWord(lock.Value)); }
bool try_acquire_shared(SrwLock& lock) { return try_shared(AtomicWord(lock.Value)); }

void release_exclusive(SrwLock& lock) {
    const AtomicWord word(lock.Value);
    const Word before = word.fetch_and(~exclusive, std::memory_order_release);
    if (!(before & exclusive)) platform::raise(Status::ResourceNotOwned);
    if (before & waiting) wake_waiters(lock);
}

void release_shared(SrwLock& lock) {
    const AtomicWord word(lock.Value);
    if (word.load(std::memory_order_relaxed) < sharer) platform::raise(Status::ResourceNotOwned);
    const Word after = word.fetch_sub(sharer, std::memory_order_release) - sharer;
    if (after == waiting) wake_waiters(lock);
}

} // namespace oriel::rtl
