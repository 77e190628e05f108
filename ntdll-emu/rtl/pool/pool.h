// SPDX-License-Identifier: MIT
// pool.h: the thread pool: threads that run callbacks for whoever posts them.
//
// NT: a pool has a queue of callbacks and worker threads; work objects, timers, waits and I/O objects are *members*
// that put callbacks into it. A new thread comes when callbacks wait and all threads are busy, the first few at once,
// later ones only while nothing moves; an idle one leaves after some seconds.
//
//   pool.cpp    the queue, the workers, one callback from begin to end
//   member.cpp  life of a member; waiting for its callbacks; cleanup groups
//   timers.cpp  the thread that fires timers and looks after pools that are stuck
//   waits.cpp   threads that wait for objects, 63 each (guest only)
//   io.cpp      the completion port of all I/O objects (guest only)
//
// One lock for everything, as ke has one dispatcher lock: a callback is dearer than a lock, and cancelling, waiting and
// cleaning up are then true or not at one moment. No callback, no service that may take long, and no allocation
// happens under it.
//
// Always: a pool's `pending` is the sum of its members' `pending`; a member is in the queue exactly while it has some;
// a member lives while its program, the queue, a callback, a timer, a wait or a request refers to it.
// Source: "Thread Pools", "Thread Pool API", Microsoft documentation.
#pragma once

#include <nt/rtl_threadpool.h>
#include <ntdll-emu/rtl/sync/condition_variable.h>

#include <cstdint>

struct NtTpPool {
    NtTpMember* first[3]; ///< by priority
    NtTpMember* last[3];
    std::uint32_t pending; ///< callbacks in the queues
    std::uint32_t workers;
    std::uint32_t idle;
    std::uint32_t lasting; ///< workers whose callback said that it may run long
    std::uint32_t minimum;
    std::uint32_t maximum;
    std::uint32_t references; ///< the program, members, workers
    std::uint32_t taken;      ///< callbacks begun, ever; the keeper looks whether it moves
    std::uint32_t taken_before;
    NtTpPool* next;           ///< of all pools
    oriel::rtl::ConditionVariable wanted; ///< idle workers sleep here
    nt::TP_POOL_STACK_INFORMATION<nt::Native> stack;
};

namespace oriel::rtl::pool {

enum class Kind : std::uint8_t { Simple, Work, Timer, Wait, Io, Win32Io, Legacy };

/// How an I/O request ended; in the order in which they did.
struct IoEnd {
    IoEnd* next;
    void* context;
    Status status;
    std::uintptr_t information;
};

} // namespace oriel::rtl::pool

struct NtTpMember {
    oriel::rtl::pool::Kind kind;
    std::uint8_t priority;
    bool released;  ///< the program has let go of it
    bool may_run_long;
    void* callback;
    void* context;
    NtTpPool* pool;
    NtTpGroup* group;
    void(NT_API* cancelled)(void* context, void* cleanup_context);
    void* dll;
    NtTpSimpleCallback finalization;

    std::uint32_t references;
    std::uint32_t pending;     ///< callbacks that wait for a thread
    std::uint32_t running;
    std::uint32_t outstanding; ///< I/O requests that were announced and have not ended
    NtTpMember* next;          ///< in the pool's queue
    NtTpMember* group_next;
    NtTpMember* group_previous;
    oriel::rtl::ConditionVariable settled; ///< no callback waits or runs

    // A timer, or a wait's time limit: monotonic 100 ns.
    std::int64_t due;
    std::uint32_t period; ///< milliseconds, 0: once
    bool armed;
    NtTpMember* timer_child;
    NtTpMember* timer_sibling;
    NtTpMember* timer_parent; ///< or the elder sibling

    // A wait.
    void* object;               ///< null: waits for nothing
    std::uint32_t times_out;    ///< of `pending`, how many are because of the time

    // I/O: ends in order.
    oriel::rtl::pool::IoEnd* first_end;
    oriel::rtl::pool::IoEnd* last_end;

    /// Called without the lock when the member goes; null: nothing more to do.
    void (*gone)(NtTpMember& member);
};

struct NtTpGroup {
    NtTpMember* first;
    bool released;
};

struct NtTpInstance {
    NtTpMember* member;
    bool counted; ///< among the member's running callbacks, until TpDisassociateCallback
    bool lasting;
    // What is to be done when the callback has returned.
    NtCriticalSection* section;
    void* mutex;
    void* semaphore;
    std::uint32_t semaphore_count;
    void* event;
    void* dll;
};

namespace oriel::rtl::pool {

extern SrwLock lock;

class Hold {
public:
    Hold() { acquire_exclusive(lock); }
    ~Hold() { release_exclusive(lock); }
    Hold(const Hold&) = delete;
};
/// Gives the lock back for a scope.
class Unhold {
public:
    Unhold() { release_exclusive(lock); }
    ~Unhold() { acquire_exclusive(lock); }
    Unhold(const Unhold&) = delete;
};

// Pools (pool.cpp). Under the lock, unless said otherwise.

/// Without the lock. Null: no memory.
NtTpPool* make_pool();
NtTpPool* default_pool();
void drop_pool(NtTpPool& pool);
/// One callback more for the member. Starts a thread if one is wanted: gives the lock back for that.
void post(NtTpMember& member);
/// Takes the member's waiting callbacks out of the queue; answers how many there were.
std::uint32_t cancel_pending(NtTpMember& member);
/// Starts a worker if callbacks wait and no thread is free for them; `even_if_many`: the keeper asks.
void start_worker_if_wanted(NtTpPool& pool, bool even_if_many);
[[nodiscard]] NtTpPool* first_pool();
/// The callback that the calling thread runs; null outside.
NtTpInstance* current_instance();

// Members (member.cpp).

/// Without the lock. Null: no memory.
NtTpMember* make_member(Kind kind, void* callback, void* context, const NtTpEnvironment* environment);
void refer(NtTpMember& member);
/// Gives the lock back if it was the last reference.
void let_go(NtTpMember& member);
/// The program lets go: no timer, no wait any more; what is queued still runs.
void release(NtTpMember& member);
/// Until no callback waits or runs (the caller's own does not count).
void wait_for_callbacks(NtTpMember& member, bool cancel);
[[nodiscard]] bool is_settled(const NtTpMember& member);
/// Stops whatever would post: timer, wait.
void disarm(NtTpMember& member);
void join_group(NtTpMember& member);
void leave_group(NtTpMember& member);

// Timers (timers.cpp).

/// `due`: monotonic. A member that is armed already is armed anew.
void arm_timer(NtTpMember& timer, std::int64_t due, std::uint32_t period);
/// Whether it was armed.
bool disarm_timer(NtTpMember& timer);
/// NT's time (100 ns, negative relative, else system time) as monotonic time.
std::int64_t monotonic_due(std::int64_t time);
/// Makes the keeper look after pools that are stuck.
void watch_pools();

// Waits (waits.cpp).

/// Whether there was a wait.
bool stop_wait(NtTpMember& wait);

} // namespace oriel::rtl::pool

namespace oriel::rtl::platform {

using ThreadFunction = std::uint32_t(NT_API*)(void*);
/// A thread of the process's own, which nobody waits for.
Status start_thread(ThreadFunction function, void* argument, std::size_t stack_reserve, std::size_t stack_commit);
/// TEB.ThreadPoolData.
void*& thread_pool_data();
std::int64_t system_time();
/// What a callback asked for at its end.
void settle(NtTpInstance& instance);
/// RtlNtStatusToDosError.
std::uint32_t win32_error(Status status);
void reference_dll(void* dll);
void dereference_dll(void* dll);

} // namespace oriel::rtl::platform
