// SPDX-License-Identifier: MIT
// observe_heaps.cpp: the thread that walks this process's heaps for `oriel heap` (nt/oriel_observe.h).
//
// It sees the heaps as any caller of HeapLock and RtlWalkHeap does, so what it tells is right for both CPUs and for
// whatever the heap is made of. It allocates nothing from a heap, loads nothing and tells no DLL that it is here:
// what it looks at is as it was before it came.
//
// A heap whose lock another thread keeps (a thread that was ended while it allocated, or that waits inside
// HeapLock) is not waited for longer than the host says: its owner is told instead.
#include <generated/nt_services.h>
#include <nt/export.h>
#include <nt/oriel_observe.h>
#include <ntdll-emu/rtl/heap/calls.h>
#include <ntdll-emu/rtl/heap/registry.h>

using namespace oriel::rtl;
using nt::Status;
using nt::observe::Record;
using nt::observe::RecordKind;
using oriel::rtl::heap::Heap;

namespace {

constexpr std::int64_t millisecond = 10'000; // in 100 ns
constexpr std::uint32_t batch_size = 1024;

/// Records on their way to the host.
class Batch {
public:
    void add(const Record& record) {
        m_records[m_count++] = record;
        if (m_count == batch_size) send();
    }
    void send() {
        if (m_count != 0) NtOrielObserveHeaps(m_records, m_count * static_cast<std::uint32_t>(sizeof(Record)));
        m_count = 0;
    }

private:
    std::uint32_t m_count = 0;
    Record m_records[batch_size];
};

/// The lock of the heap that is being walked. Only one walk goes on at a time.
constinit CriticalSection* held_lock = nullptr;
constinit std::int32_t held_before = 0; ///< how often it was held before the walk

std::uint64_t number(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

Record heap_record(const Heap& heap) {
    return {.address = number(&heap),
            .size = std::uint64_t{heap.VirtualMemoryThreshold} * heap::unit,
            .detail = heap.Flags,
            .flags = static_cast<std::uint16_t>(heap.FrontEndHeapType),
            .overhead = 0,
            .kind = RecordKind::heap};
}

/// Each waiter takes 4 from LockCount, which is the ones' complement of the state (nt/rtl_sync.h).
std::uint64_t waiters_of(const CriticalSection& section) {
    return static_cast<std::uint32_t>(~section.LockCount) >> 2;
}

Record lock_record(const CriticalSection& section) {
    const bool held = is_locked(section);
    return {.address = held ? section.OwningThread : 0,
            .size = held ? waiters_of(section) : 0,
            .detail = held ? static_cast<std::uint32_t>(section.RecursionCount) : 0,
            .flags = nt::observe::lock_taken,
            .overhead = 0,
            .kind = RecordKind::heap_lock};
}

/// Tries again each millisecond. It never waits for a lock as others do: the host may have given this thread the
/// identity of one that stands still, and a wake-up would go to that one.
template<class Try>
bool within(std::int64_t milliseconds, Try&& succeeds) {
    for (std::int64_t waited = 0; !succeeds(); ++waited) {
        if (waited == milliseconds) return false;
        std::int64_t interval = -millisecond;
        NtDelayExecution(0, &interval);
    }
    return true;
}

Record entry_record(const NtHeapWalkEntry& entry) {
    namespace flag = nt::heap_entry_flag;
    Record record{.address = number(entry.DataAddress), .size = entry.DataSize, .detail = 0, .flags = entry.Flags,
                  .overhead = entry.OverheadBytes, .kind = RecordKind::block};
    if (entry.Flags & flag::region) {
        record.kind = RecordKind::segment;
        record.size = entry.Segment.CommittedSize;
        record.detail = entry.Segment.UnCommittedSize / static_cast<std::uint32_t>(oriel::page_size);
        record.overhead = entry.SegmentIndex;
    } else if (entry.Flags & flag::uncommitted) {
        record.kind = RecordKind::uncommitted;
    } else {
        record.address = number(heap::data_of(entry));
        if (entry.Flags & flag::busy) record.detail = entry.Block.AllocatorBackTraceIndex;
    }
    return record;
}

void walk(Heap& heap, Batch& batch) {
    NtHeapWalkEntry entry{};
    Status status;
    while (nt::is_success(status = heap::walk(heap, entry))) batch.add(entry_record(entry));
    batch.add({.address = number(entry.DataAddress), .size = 0, .detail = static_cast<std::uint32_t>(status), .flags = 0,
               .overhead = 0, .kind = RecordKind::heap_end});
}

void observe(Heap& heap, Batch& batch, std::int64_t patience) {
    batch.add(heap_record(heap));
    if (heap.Flags & nt::heap_flag::no_serialize) {
        batch.add({.address = 0, .size = 0, .detail = 0, .flags = nt::observe::lock_none, .overhead = 0, .kind = RecordKind::heap_lock});
        return walk(heap, batch);
    }
    CriticalSection& section = *heap.LockVariable;
    Record lock = lock_record(section);
    const bool entered = within(patience, [&] { return try_enter(section); });
    if (!entered) {
        lock = lock_record(section);
        lock.flags = nt::observe::lock_refused;
    }
    batch.add(lock);
    if (!entered) return;
    if (const void* const front_end = heap.FrontEnd.load(std::memory_order_acquire))
        batch.add({.address = number(front_end), .size = 0, .detail = 0, .flags = 0, .overhead = 0, .kind = RecordKind::front_end});
    held_before = section.RecursionCount - 1;
    held_lock = &section;
    walk(heap, batch);
    held_lock = nullptr;
    leave(section);
}

/// Where the host sends the walk when it has faulted: what was said before is lost from this thread's batch on.
void give_up(Batch& batch) {
    // The walk's steps take the lock too: as often as it was taken it is given back.
    while (held_lock && held_lock->RecursionCount > held_before) leave(*held_lock);
    held_lock = nullptr;
    heap::unlock_registry();
    batch.add({.address = 0, .size = 0, .detail = static_cast<std::uint32_t>(Status::AccessViolation), .flags = 0, .overhead = 0,
               .kind = RecordKind::heap_end});
    batch.add({.address = 0, .size = 0, .detail = 0, .flags = 0, .overhead = 0, .kind = RecordKind::done});
}

} // namespace

/// `argument`: for how many milliseconds a lock is waited for, or give_up. Begins without the loader's thread start.
NT_EXPORT void NT_API OrielObserveHeapsThread(void* argument) {
    Batch batch;
    const auto patience = static_cast<std::int64_t>(number(argument));
    if (number(argument) == nt::observe::give_up) {
        give_up(batch);
    } else if (within(patience, heap::try_lock_registry)) {
        const auto heaps = heap::registered_heaps();
        for (Heap* const heap : heaps) observe(*heap, batch, patience);
        heap::unlock_registry();
        batch.add({.address = 0, .size = 0, .detail = static_cast<std::uint32_t>(heaps.size()), .flags = 0, .overhead = 0,
                   .kind = RecordKind::done});
    } else {
        batch.add({.address = 0, .size = 0, .detail = 0, .flags = nt::observe::lock_refused, .overhead = 0, .kind = RecordKind::done});
    }
    batch.send();
    void* const current_thread = reinterpret_cast<void*>(~std::uintptr_t{1}); // NtCurrentThread()
    (void)NtTerminateThread(current_thread, Status::Success);
}
