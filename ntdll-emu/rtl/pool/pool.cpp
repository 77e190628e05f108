// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/pool/pool.h>

#include <ntdll-emu/rtl/memory_block.h>

#include <algorithm>
#include <cstring>

namespace oriel::rtl::pool {

constinit SrwLock lock{};

namespace {

constexpr std::int64_t idle_time = -50'000'000; // 5 s, relative
constexpr std::uint32_t usual_maximum = 500;    // "SetThreadpoolThreadMaximum function"

constinit NtTpPool* pools = nullptr;
constinit NtTpPool* the_default = nullptr;

/// So many threads a pool gets at once; each further one only while its callbacks do not move.
std::uint32_t quick_threads() { return std::max(4u, 2 * platform::processor_count()); }

void enqueue(NtTpMember& member) {
    NtTpPool& pool = *member.pool;
    const unsigned level = member.priority;
    member.next = nullptr;
    (pool.last[level] ? pool.last[level]->next : pool.first[level]) = &member;
    pool.last[level] = &member;
}

NtTpMember* dequeue(NtTpPool& pool) {
    for (unsigned level = 0; level < 3; ++level) {
        NtTpMember* const member = pool.first[level];
        if (!member) continue;
        pool.first[level] = member->next;
        if (!member->next) pool.last[level] = nullptr;
        return member;
    }
    return nullptr;
}

void unqueue(NtTpMember& member) {
    NtTpPool& pool = *member.pool;
    const unsigned level = member.priority;
    NtTpMember* previous = nullptr;
    for (NtTpMember* each = pool.first[level]; each; previous = each, each = each->next) {
        if (each != &member) continue;
        (previous ? previous->next : pool.first[level]) = member.next;
        if (pool.last[level] == &member) pool.last[level] = previous;
        return;
    }
}

/// What a callback is about, taken from its member under the lock.
struct Call {
    bool timed_out = false;
    IoEnd* end = nullptr;
};

Call begin_call(NtTpMember& member) {
    --member.pending;
    --member.pool->pending;
    ++member.running;
    ++member.pool->taken;
    Call call;
    if (member.times_out > member.pending) { // whatever is left, and this one, is because of the time
        call.timed_out = true;
        --member.times_out;
    }
    if ((call.end = member.first_end)) {
        member.first_end = call.end->next;
        if (!member.first_end) member.last_end = nullptr;
    }
    return call;
}

void call_back(NtTpInstance& instance, NtTpMember& member, const Call& call) {
    using WorkCallback = void(NT_API*)(NtTpInstance*, void*, NtTpMember*);
    using WaitCallback = void(NT_API*)(NtTpInstance*, void*, NtTpMember*, std::uint32_t);
    using IoCallback = void(NT_API*)(NtTpInstance*, void*, void*, nt::IO_STATUS_BLOCK<nt::Native>*, NtTpMember*);
    using Win32IoCallback = void(NT_API*)(NtTpInstance*, void*, void*, std::uint32_t, std::uintptr_t, NtTpMember*);
    void* const function = member.callback;
    switch (member.kind) {
    case Kind::Simple: reinterpret_cast<NtTpSimpleCallback>(function)(&instance, member.context); break;
    case Kind::Legacy: reinterpret_cast<NtWorkerCallback>(function)(member.context); break;
    case Kind::Work:
    case Kind::Timer: reinterpret_cast<WorkCallback>(function)(&instance, member.context, &member); break;
    case Kind::Wait:
        reinterpret_cast<WaitCallback>(function)(&instance, member.context, &member,
                                                 call.timed_out ? static_cast<std::uint32_t>(Status::Timeout) : 0);
        break;
    case Kind::Io: {
        nt::IO_STATUS_BLOCK<nt::Native> block{};
        block.StatusCode = call.end->status;
        block.Information = call.end->information;
        reinterpret_cast<IoCallback>(function)(&instance, member.context, call.end->context, &block, &member);
        break;
    }
    case Kind::Win32Io:
        reinterpret_cast<Win32IoCallback>(function)(&instance, member.context, call.end->context,
                                                    platform::win32_error(call.end->status), call.end->information,
                                                    &member);
        break;
    }
    if (member.finalization) member.finalization(&instance, member.context);
}

/// One callback, from the queue to its end. Holds the lock before and after.
void run_next(NtTpMember& member) {
    NtTpPool& pool = *member.pool;
    const Call call = begin_call(member);
    if (member.pending) enqueue(member);
    else --member.references; // the queue's; the callback's comes now, so it cannot be the last
    ++member.references;
    NtTpInstance instance{};
    instance.member = &member;
    instance.counted = true;
    if ((instance.lasting = member.may_run_long)) ++pool.lasting;
    {
        const Unhold unhold;
        void*& data = platform::thread_pool_data();
        data = &instance;
        call_back(instance, member, call);
        data = nullptr;
        platform::settle(instance);
        if (call.end) free_memory(call.end);
    }
    if (instance.lasting) --pool.lasting;
    if (instance.counted) {
        --member.running;
        if (is_settled(member)) wake_all(member.settled);
    }
    let_go(member);
}

std::uint32_t NT_API worker(void* argument) {
    auto& pool = *static_cast<NtTpPool*>(argument);
    const Hold hold;
    for (;;) {
        if (NtTpMember* const member = dequeue(pool)) {
            run_next(*member);
            continue;
        }
        if (pool.references == pool.workers) break; // neither program nor member: nothing will come
        ++pool.idle;
        const Status slept = sleep(pool.wanted, lock, SrwMode::Exclusive, &idle_time);
        --pool.idle;
        if (slept == Status::Timeout && pool.pending == 0 && pool.workers > pool.minimum) break;
    }
    --pool.workers;
    drop_pool(pool);
    return 0;
}

/// A thread that cannot be had is no error while there are others; the keeper tries again.
void start_worker(NtTpPool& pool) {
    ++pool.workers;
    ++pool.references;
    Status status;
    {
        const Unhold unhold;
        status = platform::start_thread(&worker, &pool, pool.stack.StackReserve, pool.stack.StackCommit);
    }
    if (nt::is_success(status)) return;
    --pool.workers;
    drop_pool(pool);
}

} // namespace

NtTpPool* make_pool() {
    auto* const pool = static_cast<NtTpPool*>(allocate_memory(sizeof(NtTpPool)));
    if (!pool) return nullptr;
    std::memset(pool, 0, sizeof *pool);
    pool->maximum = usual_maximum;
    pool->references = 1;
    const Hold hold;
    pool->next = pools;
    pools = pool;
    return pool;
}

NtTpPool* default_pool() {
    {
        const Hold hold;
        if (the_default) return the_default;
    }
    NtTpPool* const made = make_pool();
    const Hold hold;
    if (made && !the_default) the_default = made;
    else if (made) drop_pool(*made);
    return the_default;
}

NtTpPool* first_pool() { return pools; }

void drop_pool(NtTpPool& pool) {
    if (--pool.references == pool.workers && pool.workers) wake_all(pool.wanted);
    if (pool.references) return;
    NtTpPool** link = &pools;
    while (*link != &pool) link = &(*link)->next;
    *link = pool.next;
    const Unhold unhold;
    free_memory(&pool);
}

void start_worker_if_wanted(NtTpPool& pool, bool even_if_many) {
    if (pool.pending <= pool.idle || pool.workers >= pool.maximum) return;
    if (!even_if_many && pool.workers - pool.lasting >= std::max(quick_threads(), pool.minimum)) return watch_pools();
    start_worker(pool);
}

void post(NtTpMember& member) {
    NtTpPool& pool = *member.pool;
    if (member.pending++ == 0) {
        refer(member);
        enqueue(member);
    }
    ++pool.pending;
    if (pool.idle) wake_one(pool.wanted);
    ++pool.references; // the lock is given back while a thread starts
    start_worker_if_wanted(pool, false);
    drop_pool(pool);
}

std::uint32_t cancel_pending(NtTpMember& member) {
    const std::uint32_t count = member.pending;
    if (count == 0) return 0;
    unqueue(member);
    member.pool->pending -= count;
    member.pending = 0;
    member.times_out = 0;
    IoEnd* ends = member.first_end;
    member.first_end = member.last_end = nullptr;
    if (is_settled(member)) wake_all(member.settled);
    while (IoEnd* const end = ends) {
        ends = end->next;
        const Unhold unhold;
        free_memory(end);
    }
    let_go(member); // the queue's reference
    return count;
}

NtTpInstance* current_instance() { return static_cast<NtTpInstance*>(platform::thread_pool_data()); }

} // namespace oriel::rtl::pool
