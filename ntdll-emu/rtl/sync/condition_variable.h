// SPDX-License-Identifier: MIT
// condition_variable.h: sleep until another thread says that something changed.
//
// The word is zero while nobody sleeps, so that waking costs one load then. A sleeper enters the wait queue
// before it gives up its lock; a wake that comes after the lock was given up therefore finds it.
// Spurious wake-ups are allowed ("Condition Variables", Microsoft documentation), ours has none of its own.
#pragma once

#include <ntdll-emu/rtl/sync/critical_section.h>
#include <ntdll-emu/rtl/sync/srw_lock.h>

namespace oriel::rtl {

using ConditionVariable = nt::RTL_CONDITION_VARIABLE<nt::Native>;

enum class SrwMode { Exclusive, Shared };

/// The lock is held by the caller before and after. Statuses: Success, Timeout.
Status sleep(ConditionVariable& variable, CriticalSection& section, const std::int64_t* timeout);
Status sleep(ConditionVariable& variable, SrwLock& lock, SrwMode mode, const std::int64_t* timeout);
void wake_one(ConditionVariable& variable);
void wake_all(ConditionVariable& variable);

} // namespace oriel::rtl
