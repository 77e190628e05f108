// SPDX-License-Identifier: MIT
// front_end.h: the low-fragmentation heap: small blocks without the heap's lock.
//
// NT's heap looks at what a program allocates: when enough blocks of one size are in use, that bucket is
// handed to the front end, which cuts large blocks of the backend into equal small ones and serves them
// without the heap's lock. It never goes back. A heap of fixed size, one without serialisation and one with
// debugging checks have none ("Low-fragmentation Heap", Microsoft documentation).
//
// The fast paths are in fast_path.h; here is what they fall back on, and what there is of a front end in a heap:
//
//     Heap.BinsBySlot -> [slot of the calling thread] -> ThreadBins -> Current[bucket] -> Subsegment -> block
//
// The structures lie in pages of their own, which HeapWalk does not show; the blocks lie in the heap's segments.
//
// Locks: FrontEnd::Lock guards the idle bins and the spares. It is never held while the heap's lock is asked
// for, and never for long, so that who holds the heap by HeapLock does not keep the front end's threads out:
// "locking is serialised, allocating from the front end is not" (observed on Windows).
#pragma once

#include <ntdll-emu/rtl/heap/front_end/thread_bins.h>
#include <ntdll-emu/rtl/heap/front_end/thread_slot.h>
#include <ntdll-emu/rtl/heap/heap.h>

namespace oriel::rtl::heap::front_end {

struct BinsBySlot {
    ThreadBins* of[slot_count];
};

struct FrontEnd {
    BinsBySlot Bins;
    std::atomic<std::uint32_t> Active[bucket_count / 32];
    CriticalSection Lock;
    std::atomic<ThreadBins*> Idle; ///< of threads that have ended
    Subsegment* Spares;    ///< subsegments without a bucket, by Next
    std::atomic<std::uint32_t> SpareCount; ///< written under Lock; read without it to see whether one more is wanted
    struct Room* FirstRoom; ///< the reservations that all this lies in
    std::uint8_t* Unused;   ///< in the newest: bins are made from here
    std::uint8_t* UnusedEnd;

    [[nodiscard]] bool is_active(std::size_t bucket) const {
        return Active[bucket / 32].load(std::memory_order_acquire) >> (bucket % 32) & 1;
    }
};

/// May this heap ever have a front end?
[[nodiscard]] bool is_possible(const Heap& heap);
/// The flags of a call that only the backend can fulfil.
inline constexpr std::uint32_t backend_flags = flag::settable_user_value | flag::settable_user_flags;

/// A block for a request of at most largest_request bytes; null if this bucket is not the front end's (yet),
/// or there is no memory: then it is the backend's turn.
void* allocate(Heap& heap, std::size_t size);

/// After the caller, who owns it, has put a block back and its Attention reached 0. Answers 1, for a tail call.
std::uint32_t attend(Heap& heap, Subsegment& subsegment);
/// Frees a busy block of another thread's subsegment. Answers 1, for a tail call.
std::uint32_t free_remote(Heap& heap, Subsegment& subsegment, StoredHeader* at, std::uint32_t offset);

/// The front end's part of a heap's end.
void destroy(Heap& heap);
/// Gives back what the calling thread holds empty (HeapCompact).
void compact(Heap& heap);
/// The calling thread is ending: its bins become idle, in every registered heap, and its slot is free.
void end_thread();

// ---------------------------------------------------------------- when a bucket becomes the front end's

// The backend counts for each bucket: the blocks in use in the low five bits, all allocations above them
// ("Windows 8 Heap Internals", Valasek and Mandt, 2012: FrontEndHeapUsageData; a bucket is handed over when more than
// 0x10 blocks are in use or about two thousand were made. That fits what is observed on Windows: the 0x12th
// block of a size turns the front end on).
inline constexpr std::uint16_t usage_allocation = 0x21;
inline constexpr std::uint16_t usage_live_mask = 0x1F;
inline constexpr std::uint16_t usage_live_enough = 0x11;
inline constexpr std::uint16_t usage_enough = 0xFF00;

/// The backend has made or freed a block of a bucket's size. The heap's lock is held.
void count_allocation(Heap& heap, std::size_t units);
void count_free(Heap& heap, std::size_t units);

} // namespace oriel::rtl::heap::front_end
