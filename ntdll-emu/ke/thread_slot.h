// SPDX-License-Identifier: MIT
// thread_slot.h: what dispatcher objects know of a thread.
//
// While a thread waits, it lends each object it waits for a wait block, which the object keeps in its
// list. When an object becomes signalled, ke goes through that list, finds each thread's slot from its
// wait block, and decides there whether the wait is over. All that this needs lies in the slot; the
// ke::Thread itself, with its pointers, is not touched.
//
// Slots live in a table that never moves or shrinks. A late wake for a thread that has gone reaches at
// worst the slot's next user, as one needless wake, which every wait survives.
//
// Always: a wait block is linked in its object's list exactly while its thread's state is Waiting.
// Source: "Windows Internals", part 2, chapter 8, "Wait blocks".
#pragma once

#include <ntdll-emu/ke/ids.h>
#include <nt/status.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace oriel::ke {

/// MAXIMUM_WAIT_OBJECTS.
inline constexpr std::uint32_t max_wait_objects = 64;

enum class WaitRole : std::uint8_t {
    Waiter,        ///< waits for the object to be signalled
    KeyedWaiter,   ///< NtWaitForKeyedEvent: waits for a releaser with the same key
    QueueRemover,  ///< waits for a packet to take out of the queue
    KeyedReleaser, ///< NtReleaseKeyedEvent: waits for a waiter with the same key
};

struct WaitBlock {
    WaitBlockId next;     ///< in the object's list
    WaitBlockId previous; ///< in the object's list
    BodyId object = BodyId::none;
    WaitRole role = WaitRole::Waiter;
    std::uint64_t key = 0; ///< keyed events only
};

enum class WaitType : std::uint8_t {
    All = 0, ///< NT's WaitAll
    Any = 1, ///< NT's WaitAny
};

enum class ThreadState : std::uint32_t {
    Running, ///< runs, or could
    Waiting, ///< its wait blocks are linked
};

struct ThreadSlot {
    ThreadSlotId id = ThreadSlotId::none;
    /// How a carrier puts the thread to sleep (carrier.h): 0 awake, 1 a wake has been kept, 2 asleep.
    std::atomic<std::uint32_t> park_word{0};
    /// NtAlertThreadByThreadId's flag.
    std::atomic<std::uint32_t> alerted_by_id{0};
    /// Written under the dispatcher lock; read by the waiter without it.
    std::atomic<ThreadState> state{ThreadState::Running};
    std::atomic<bool> in_use{false};

    // Under the dispatcher lock:
    nt::Status wait_status = nt::Status::Success; ///< how the wait ended
    WaitType wait_type = WaitType::Any;
    bool alertable = false;
    bool stopped = false; ///< in wait_while_suspended
    std::uint32_t block_count = 0;
    BodyId first_owned = BodyId::none; ///< the mutants it owns
    ThreadSlotId next_free = ThreadSlotId::none;
    std::array<WaitBlock, max_wait_objects> blocks;

    void* carrier_record = nullptr; ///< this process's carrier only
};

} // namespace oriel::ke
