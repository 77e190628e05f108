// SPDX-License-Identifier: MIT
// srw_lock.h: the slim reader/writer lock, one word, zero when free.
//
// NT keeps a pointer to its waiters' records in the word; ours lie in the wait queue, so the word holds
// only: held exclusively, somebody waits, number of sharers. A newcomer may overtake waiters when the lock
// is free; readers do not overtake a waiter while other readers hold it, or a writer would starve.
// Not recursive, in either mode ("Slim Reader/Writer (SRW) Locks", Microsoft documentation).
//
// Always: a lock that is free and has its waiters bit set has a waiter that is awake.
#pragma once

#include <nt/rtl_sync.h>
#include <ntdll-emu/rtl/platform.h>

namespace oriel::rtl {

using SrwLock = nt::RTL_SRWLOCK<nt::Native>;

void acquire_exclusive(SrwLock& lock);
void acquire_shared(SrwLock& lock);
[[nodiscard]] bool try_acquire_exclusive(SrwLock& lock);
[[nodiscard]] bool try_acquire_shared(SrwLock& lock);
/// Raise STATUS_RESOURCE_NOT_OWNED if the lock is not held that way (as Windows' does).
void release_exclusive(SrwLock& lock);
void release_shared(SrwLock& lock);

} // namespace oriel::rtl
