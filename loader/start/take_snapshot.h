// SPDX-License-Identifier: MIT
// take_snapshot.h: a snapshot of a process's heaps and address space.
//
// The heaps are walked by a thread of the process itself (dlls/ntdll/observe_heaps.cpp), as debuggers do it with
// RtlQueryProcessDebugInformation; it hands records to NtOrielObserveHeaps, and they arrive here. The address space is
// mm's, which the host knows. The process goes on while it is looked at: what other threads allocate meanwhile may
// or may not be seen, but each heap is walked under its lock.
#pragma once

#include <loader/observe/snapshot.h>
#include <ntdll-emu/ps/process.h>

#include <functional>
#include <mutex>

namespace oriel::start {

class SnapshotTaker final : public ps::HeapObserver {
public:
    using Receiver = std::function<void(observe::Snapshot)>;

    /// `walker`: ntdll!OrielObserveHeapsThread. Both outlive all guest threads.
    SnapshotTaker(ps::Process& process, Address walker);

    /// For a guest thread that is in the host now: it waits until the walk has ended, or for half a minute.
    observe::Snapshot take(ps::Thread& self, const std::string& moment);
    /// For the host's main thread: `receiver` is called later, on the walking thread. False: another walk has not
    /// come to its end, or the thread could not be made.
    bool begin(const std::string& moment, Receiver receiver);

    NtResult<> take(ps::Thread& from, std::span<const nt::observe::Record> records) override;
    bool take_fault(ps::Thread& thread) override;

private:
    bool claim(const std::string& moment, Receiver receiver);
    /// `standing_still` (may be null) waits for the walk, and may hold heap locks meanwhile: a process that ends holds
    /// the process heap's, a crash may have happened inside the heap. The walker acts for it: its TEB bears that
    /// thread's id, which is what critical sections know their owner by.
    ob::Ref<ps::Thread> start_walker(const ps::Thread* standing_still);
    observe::Snapshot finish(const ps::Thread* walker);

    ps::Process& m_process;
    Address m_walker_entry;
    std::mutex m_lock; ///< over everything below; nothing is called while it is held
    bool m_busy = false;
    bool m_complete = false;
    std::uint32_t m_walker_id = 0; ///< 0: the walker is not known yet
    std::uint64_t m_walker_stack = 0; ///< its first stack pointer; 0 once it has faulted
    std::string m_moment;
    Receiver m_receiver;
    std::vector<nt::observe::Record> m_records;
};

} // namespace oriel::start
