// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/condition_variable.h>
#include <ntdll-emu/rtl/sync/wait_queue.h>

namespace oriel::rtl {

namespace {

using AtomicWord = std::atomic_ref<nt::uptr<nt::Native>>;

template<class Release>
Status sleep_and(ConditionVariable& variable, const std::int64_t* timeout, Release&& release) {
    return park(
        &variable, WaitKind::Condition, timeout,
        [&] {
            AtomicWord(variable.Value).store(1, std::memory_order_relaxed);
            return true;
        },
        release);
}

void wake(ConditionVariable& variable, bool all) {
    if (AtomicWord(variable.Value).load(std::memory_order_acquire) == 0) return;
    unpark(&variable, [&](WaiterList& waiters, WaiterList& taken) {
        bool any = false, left = false;
        waiters.select(
            [&](Waiter& waiter) {
                if (waiter.address != &variable || waiter.kind != WaitKind::Condition) return WaiterList::Step::Skip;
                if (any && !all) {
                    left = true;
                    return WaiterList::Step::Stop;
                }
                any = true;
                return WaiterList::Step::Take;
            },
            taken);
        if (any && !left) AtomicWord(variable.Value).store(0, std::memory_order_relaxed);
    });
}

} // namespace

Status sleep(ConditionVariable& variable, CriticalSection& section, const std::int64_t* timeout) {
    const Status status = sleep_and(variable, timeout, [&] { leave(section); });
    enter(section);
    return status;
}

Status sleep(ConditionVariable& variable, SrwLock& lock, SrwMode mode, const std::int64_t* timeout) {
    const bool shared = mode == SrwMode::Shared;
    const Status status =
        sleep_and(variable, timeout, [&] { shared ? release_shared(lock) : release_exclusive(lock); });
    shared ? acquire_shared(lock) : acquire_exclusive(lock);
    return status;
}

void wake_one(ConditionVariable& variable) { wake(variable, false); }
void wake_all(ConditionVariable& variable) { wake(variable, true); }

} // namespace oriel::rtl
