// SPDX-License-Identifier: MIT
// lock_rank.h: the order in which host locks may be taken, written once.
//
// A thread that holds a lock may take only locks of a higher rank. Two threads can then never wait for
// each other's locks in a circle. Debug builds check every acquisition and stop with both names.
//
// Three rules go with the order:
//   no lock is held while guest memory is captured or stored (the copy may fault into mm);
//   no lock is held across a switch of carriers (ke/carrier.h), so none while waiting;
//   no lock is held while an object's destructor, parser or last_handle_closed() runs.
//
// Use:  Guarded<VadTree, ke::RankedLock<ke::LockRank::AddressSpace>> m_vads;
#pragma once

#include <ntdll-emu/hal/futex_lock.h>

#include <cstdint>

namespace oriel::ke {

/// From the outermost to the innermost.
enum class LockRank : std::uint8_t {
    Process = 1,   ///< ps: a process's list of threads, its start and end
    Registry,      ///< cm: the tree of keys
    File,          ///< io: one open file, one device, the console
    FileSystem,    ///< io: cached directories, drives, current directory
    AddressSpace,  ///< mm: VADs, page states, commit charge
    Section,       ///< mm: sections and their segments
    Namespace,     ///< ob: names of objects
    HandleTable,   ///< ob: free handles, growth of the table
    Dispatcher,    ///< ke: everything that can be waited for
    Carrier,       ///< ke: run queue of the fibers, stacks, start of threads
    HostMemory,    ///< hal: bookkeeping of the host's mappings
    Log,           ///< the host's log
};

#if !defined(NDEBUG)
/// Note that the calling host thread takes or gives back a lock; stops the program if the order is broken.
void lock_rank_taken(LockRank rank);
void lock_rank_released(LockRank rank);
/// Whether the calling host thread holds any ranked lock (asserted before a switch and before a capture).
bool any_ranked_lock_held();
#else
inline void lock_rank_taken(LockRank) {}
inline void lock_rank_released(LockRank) {}
inline bool any_ranked_lock_held() { return false; }
#endif

/// A futex lock that knows its place in the order.
template<LockRank rank>
class RankedLock {
public:
    void lock() {
        lock_rank_taken(rank);
        m_lock.lock();
    }
    void unlock() {
        m_lock.unlock();
        lock_rank_released(rank);
    }

private:
    hal::FutexLock m_lock;
};

} // namespace oriel::ke
