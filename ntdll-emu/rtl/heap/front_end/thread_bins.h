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
    Subsegment* Current[bucket_count]; ///< never null: `nothing` where there is none; [0] is [smallest_bucket] again
    Subsegment* Partial[bucket_count]; ///< a list; null if there is none. Taken from its front, added to its end:
    Subsegment* LastPartial[bucket_count]; ///< who waits longest has gathered most free blocks
    std::uint32_t Pages[bucket_count]; ///< of all subsegments of the bucket: the more there are, the larger is the next
    std::atomic<Subsegment*> Awake;
    ThreadBins* NextIdle;

    void begin() {
        for (std::size_t i = 0; i < bucket_count; ++i) Current[i] = &nothing;
    }
    void set_current(std::size_t bucket, Subsegment& subsegment) {
        Current[bucket] = &subsegment;
        if (bucket == smallest_bucket) Current[0] = &subsegment;
    }
    void list(Subsegment& subsegment) {
        Subsegment*& last = LastPartial[subsegment.Bucket];
        subsegment.Listed = true;
        subsegment.Next = nullptr;
        subsegment.Previous = last;
        (last != nullptr ? last->Next : Partial[subsegment.Bucket]) = &subsegment;
        last = &subsegment;
    }
    void unlist(Subsegment& subsegment) {
        subsegment.Listed = false;
        (subsegment.Next != nullptr ? subsegment.Next->Previous : LastPartial[subsegment.Bucket]) = subsegment.Previous;
        (subsegment.Previous != nullptr ? subsegment.Previous->Next : Partial[subsegment.Bucket]) = subsegment.Next;
    }
};

/// The bins of each thread, by its slot number; null where a thread has none yet.
struct BinsBySlot;

} // namespace oriel::rtl::heap::front_end
