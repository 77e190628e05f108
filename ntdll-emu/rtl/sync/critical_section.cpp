// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/critical_section.h>
#include <ntdll-emu/rtl/sync/wait_queue.h>

namespace oriel::rtl {

namespace {

// LockCount: all ones is free; the bits are read as "0 means yes".
constexpr std::int32_t not_locked = 1;
constexpr std::int32_t not_waking = 2;
constexpr std::int32_t waiter_unit = 4; ///< a waiter subtracts one
constexpr std::uint32_t spin_mask = 0x00FFFFFF;
constexpr std::uint32_t dynamic_spin_limit = 2000;

using LockCount = std::atomic_ref<std::int32_t>;

// Others read the owner while it changes; only "is it me" has to be right, and only I write my id.
using OwnerId = nt::uptr<nt::Native>;
OwnerId owner_of(const CriticalSection& section) { return __atomic_load_n(&section.OwningThread, __ATOMIC_RELAXED); }
void set_owner(CriticalSection& section, OwnerId thread) {
    __atomic_store_n(&section.OwningThread, thread, __ATOMIC_RELAXED);
}

constexpr bool has_waiters(std::int32_t count) { return (count >> 2) != -1; }

bool try_lock_word(LockCount count) {
    std::int32_t now = count.load(std::memory_order_relaxed);
    while (now & not_locked) {
        if (count.compare_exchange_weak(now, now - not_locked, std::memory_order_acquire)) return true;
    }
    return false;
}

void become_owner(CriticalSection& section, std::uintptr_t thread) {
    set_owner(section, thread);
    section.RecursionCount = 1;
}

bool spin_for(LockCount count, std::uint32_t spins) {
    for (; spins != 0; --spins) {
        if (try_lock_word(count)) return true;
        spin_pause();
    }
    return false;
}

/// Takes away the mark that somebody is being woken, as every waiter that runs does; takes the lock too if
/// it is free. True if it was taken, and then the caller is no waiter any more.
bool take_as_waiter(LockCount count) {
    std::int32_t now = count.load(std::memory_order_relaxed);
    for (;;) {
        std::int32_t next = now | not_waking;
        if (now & not_locked) next = next - not_locked + waiter_unit;
        if (count.compare_exchange_weak(now, next, std::memory_order_acquire)) return now & not_locked;
    }
}

void enter_contended(CriticalSection& section) {
    const LockCount count(section.LockCount);
    if (auto* debug = section.DebugInfo.get(); debug != nullptr && reinterpret_cast<std::intptr_t>(debug) != -1) {
        ++debug->ContentionCount;
    }
    if (platform::processor_count() > 1) {
        std::uint32_t spins = static_cast<std::uint32_t>(section.SpinCount) & spin_mask;
        if (spins > dynamic_spin_limit && (section.SpinCount & nt::critical_section_flag::dynamic_spin)) {
            spins = dynamic_spin_limit;
        }
        if (spin_for(count, spins)) return;
    }
    if (platform::is_alone_at_the_end()) {
        // Its owner was ended when the process began to end, and will not leave it. Windows gives up here and
        // ends the process at once; we go on as the new owner, so that the exit code is the program's.
        count.store(-1 - not_locked, std::memory_order_relaxed);
        return;
    }
    count.fetch_sub(waiter_unit, std::memory_order_relaxed);
    while (!take_as_waiter(count)) {
        park(&section, WaitKind::CriticalSection, nullptr, [&] {
            const std::int32_t now = count.load(std::memory_order_relaxed);
            return !(now & not_locked) && (now & not_waking);
        });
    }
}

} // namespace

void initialize(CriticalSection& section, std::uint32_t spin_count) {
    section = free_critical_section;
    section.SpinCount = platform::processor_count() > 1 ? spin_count : 0;
}

void enter(CriticalSection& section) {
    const std::uintptr_t thread = platform::current_thread_id();
    if (try_lock_word(LockCount(section.LockCount))) {
        become_owner(section, thread);
        return;
    }
    if (owner_of(section) == thread) {
        ++section.RecursionCount;
        return;
    }
    enter_contended(section);
    become_owner(section, thread);
}

bool try_enter(CriticalSection& section) {
    const std::uintptr_t thread = platform::current_thread_id();
    if (try_lock_word(LockCount(section.LockCount))) {
        become_owner(section, thread);
        return true;
    }
    if (owner_of(section) != thread) return false;
    ++section.RecursionCount;
    return true;
}

void leave(CriticalSection& section) {
    if (owner_of(section) != platform::current_thread_id()) platform::raise(Status::ResourceNotOwned);
    if (--section.RecursionCount != 0) return;
    set_owner(section, 0);
    const LockCount count(section.LockCount);
    std::int32_t now = count.load(std::memory_order_relaxed);
    bool wake;
    std::int32_t next;
    do {
        wake = has_waiters(now) && (now & not_waking);
        next = now + not_locked - (wake ? not_waking : 0);
    } while (!count.compare_exchange_weak(now, next, std::memory_order_release));
    // From here on the section may be gone: only its address is used.
    if (wake) unpark_one(&section, WaitKind::CriticalSection);
}

bool is_locked(const CriticalSection& section) {
    return !(__atomic_load_n(&section.LockCount, __ATOMIC_RELAXED) & not_locked);
}

bool is_held_by_caller(const CriticalSection& section) {
    return is_locked(section) && owner_of(section) == platform::current_thread_id();
}

} // namespace oriel::rtl
