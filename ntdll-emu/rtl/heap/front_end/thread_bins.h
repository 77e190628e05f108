// SPDX-License-Identifier: MIT
// thread_bins.h: what one thread has of one heap's front end.
//
// For each bucket the subsegment that blocks are taken from, and the others that have something free. Only
// the thread touches them, but for Awake: a stack onto which other threads push a parked subsegment when they have
// freed a block into it, and which the owner takes as a whole (so nothing on it can be mistaken for something that
// was there before).
//
// A thread that ends leaves its bins to the heap (FrontEnd::Idle), with what is still in use in them; the next
// thread that comes to this heap takes them over whole, and until then others may take subsegments out of them,
// under the front end's lock.
#pragma once

#include <ntdll-emu/rtl/heap/front_end/size_class.h>
#include <ntdll-emu/rtl/heap/front_end/subsegment.h>

namespace oriel::rtl::heap::front_end {

struct ThreadBins {
    Subsegment* Current[bucket_count]; ///< never null: `nothing` where there is none
    Subsegment* Partial[bucket_count]; ///< a list; null if there is none
    std::uint8_t Made[bucket_count];   ///< how many subsegments were made: later ones are larger
    std::atomic<Subsegment*> Awake;
    ThreadBins* NextIdle;

    void begin() {
        for (std::size_t i = 0; i < bucket_count; ++i) Current[i] = &nothing;
    }
    void list(Subsegment& subsegment) {
        subsegment.Listed = true;
        subsegment.Previous = nullptr;
        subsegment.Next = Partial[subsegment.Bucket];
        if (subsegment.Next != nullptr) subsegment.Next->Previous = &subsegment;
        Partial[subsegment.Bucket] = &subsegment;
    }
    void unlist(Subsegment& subsegment) {
        subsegment.Listed = false;
        if (subsegment.Next != nullptr) subsegment.Next->Previous = subsegment.Previous;
        (subsegment.Previous != nullptr ? subsegment.Previous->Next : Partial[subsegment.Bucket]) = subsegment.Next;
    }
};

/// The bins of each thread, by its slot number; null where a thread has none yet.
struct BinsBySlot;

} // namespace oriel::rtl::heap::front_end
