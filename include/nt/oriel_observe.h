// SPDX-License-Identifier: MIT
// oriel_observe.h: how a process tells the host what its heaps look like (`oriel heap`).
//
// Windows has RtlQueryProcessDebugInformation: a thread is started in the process that is looked at, it walks the
// heaps with the process's own ntdll and fills a buffer. Ours begins at ntdll!OrielObserveHeapsThread and hands
// its findings over in batches by NtOrielObserveHeaps. The record is the same for 64 and 32 bits.
//
// The order: heap, heap_lock, then either segment, block and uncommitted records in the order of the walk, or
// none; heap_end. After the last heap: done.
#pragma once

#include <nt/basic.h>

#include <cstdint>

namespace nt::observe {

enum class RecordKind : std::uint8_t {
    heap = 1,        ///< address: its handle; size: the largest request that lies in a segment; detail: Flags; flags: the front end's kind
    heap_lock = 2,   ///< address: the owning thread's id, 0: free; size: threads that wait; detail: how often it is held; flags: lock_*
    segment = 3,     ///< address: its base; size: bytes committed; detail: pages not committed; overhead: its number
    block = 4,       ///< address: the data; size: as asked for; detail: index of its stack trace; overhead: header and unused bytes
    uncommitted = 5, ///< address, size
    heap_end = 6,    ///< address: of the last entry; detail: the status that ended the walk (no_more_entries: all is told)
    done = 7,        ///< detail: how many heaps there are; flags: lock_refused if even their list could not be had
    front_end = 8,   ///< address: where the front end keeps its own structures; follows heap_lock
};

/// Of a heap_lock record: what became of the lock.
inline constexpr std::uint16_t lock_taken = 0;
inline constexpr std::uint16_t lock_none = 1;    ///< HEAP_NO_SERIALIZE: there is none to take
inline constexpr std::uint16_t lock_refused = 2; ///< held by another thread all the time: the heap was not walked

struct Record {
    std::uint64_t address;
    std::uint64_t size;
    std::uint32_t detail;
    std::uint16_t flags; ///< of blocks: heap_entry_flag (nt/rtl_heap.h)
    std::uint8_t overhead;
    RecordKind kind;
};
static_assert(sizeof(Record) == 24);

/// The walking thread's argument is for how many milliseconds it waits for a lock; this one means that it has faulted in
/// a heap, and leaves what it holds.
inline constexpr std::uint64_t give_up = 0xFFFFFFFF;

/// The most records that one NtOrielObserveHeaps takes.
inline constexpr std::uint32_t most_records = 2048;

} // namespace nt::observe
