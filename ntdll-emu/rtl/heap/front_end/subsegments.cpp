// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/front_end/subsegments.h>

#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/front_end/fast_path.h>

#include <algorithm>

namespace oriel::rtl::heap::front_end {

constinit Subsegment nothing = {};
constinit BinsBySlot no_bins = {};

namespace {

// ------------------------------------------------------------------------------------- blocks to be had

/// Moves what other threads have freed to Head, which is empty. False: they have freed nothing.
bool take_remote(Subsegment& subsegment) {
    if (remote_count(subsegment.Remote.load(std::memory_order_relaxed)) == 0) return false;
    const std::uint32_t remote = subsegment.Remote.exchange(0, std::memory_order_acquire);
    subsegment.Head = remote & remote_head_mask;
    subsegment.Attention -= remote_count(remote);
    return true;
}

/// Links some blocks that were never used: a page's worth, so that memory is touched when it is needed.
bool take_fresh(Subsegment& subsegment, std::uint64_t key) {
    const std::uint32_t from = subsegment.Fresh.load(std::memory_order_relaxed);
    const std::uint32_t step = subsegment.BlockUnits.load(std::memory_order_relaxed);
    if (from >= subsegment.End) return false;
    const std::uint32_t left = (subsegment.End - from) / step;
    const std::uint32_t count = std::clamp<std::uint32_t>(page_size / (step * unit), 1, left);
    std::uint32_t next = 0;
    for (std::uint32_t i = count; i-- != 0;) {
        const std::uint32_t offset = from + i * step;
        Entry::free(offset, next).write(subsegment.header_at(offset), key);
        next = offset;
    }
    subsegment.Head = from;
    subsegment.Fresh.store(from + count * step, std::memory_order_release); // HeapWalk may look at them
    return true;
}

bool refill(Subsegment& subsegment, std::uint64_t key) {
    return subsegment.Head != 0 || take_remote(subsegment) || take_fresh(subsegment, key);
}

/// Puts a current subsegment without blocks aside. False: meanwhile there is one in Remote.
bool park(Subsegment& subsegment) {
    subsegment.ParkedUsed = subsegment.Attention - current_bias;
    subsegment.Attention = 1;
    std::uint32_t none = 0;
    if (subsegment.Remote.compare_exchange_strong(none, parked_bit, std::memory_order_acq_rel)) return true;
    subsegment.Attention = subsegment.ParkedUsed + current_bias;
    return false;
}

/// Lists the parked subsegments that other threads have freed blocks of.
void wake(ThreadBins& bins) {
    if (bins.Awake.load(std::memory_order_relaxed) == nullptr) return;
    Subsegment* each = bins.Awake.exchange(nullptr, std::memory_order_acquire);
    while (each != nullptr) {
        Subsegment* const next = each->NextAwake;
        each->Attention = each->ParkedUsed;
        bins.list(*each);
        each = next;
    }
}

/// Makes a subsegment (in no list) the one that blocks are taken from, if there is a block.
bool make_current(ThreadBins& bins, Subsegment& subsegment, std::uint64_t key) {
    subsegment.Attention += current_bias;
    if (!refill(subsegment, key) && park(subsegment)) return false;
    refill(subsegment, key);
    bins.set_current(subsegment.Bucket, subsegment);
    return true;
}

// ------------------------------------------------------------------------------------- memory

constexpr std::size_t least_bytes = 0x1000; ///< of a subsegment, and what a spare has
constexpr std::size_t most_bytes = 0x10000;
constexpr std::size_t least_blocks = 8;
/// A bucket grows by this part of itself, so that little of it lies idle; by powers of two, so that a place fits again.
constexpr std::uint32_t growth_share = 4;
constexpr std::uint32_t spare_count = 1;

/// How many pages a bucket's next subsegment should have.
std::size_t wanted_pages(const ThreadBins& bins, std::size_t bucket) {
    const std::size_t block = units_of_bucket(bucket) * unit;
    const std::size_t share = std::bit_floor(bins.Pages[bucket] / growth_share) * page_size;
    const std::size_t bytes = std::clamp(share, least_bytes, most_bytes);
    return static_cast<std::size_t>(align_up(std::max(bytes, most_offset_bytes + least_blocks * block), page_size) / page_size);
}

/// The heap's lock is held.
Subsegment* take_from_backend(Heap& heap, std::size_t pages) {
    StoredHeader* const at = allocate_internal(heap, pages);
    if (at == nullptr) return nullptr;
    auto* const subsegment = new (Subsegment::at_base(reinterpret_cast<std::uintptr_t>(at->data()))) Subsegment{};
    subsegment->TheHeap = &heap;
    subsegment->Pages = static_cast<std::uint8_t>(pages);
    return subsegment;
}

Subsegment* take_spare(FrontEnd& front_end, std::size_t bucket) {
    CriticalSectionHold hold(front_end.Lock);
    Subsegment* const spare = front_end.Spares;
    if (spare == nullptr || spare->first_offset() + 2 * units_of_bucket(bucket) > spare->end_of_pages()) return nullptr;
    front_end.Spares = spare->Next;
    front_end.SpareCount.fetch_sub(1, std::memory_order_relaxed);
    return spare;
}

/// Cuts a subsegment into blocks of a bucket.
void assign(Subsegment& subsegment, ThreadBins& bins, std::size_t bucket) {
    const auto block = static_cast<std::uint32_t>(units_of_bucket(bucket));
    subsegment.Head = 0;
    subsegment.Attention = 0;
    subsegment.Bucket = static_cast<std::uint16_t>(bucket);
    subsegment.Listed = false;
    subsegment.Owner.store(&bins, std::memory_order_relaxed);
    bins.Pages[bucket] += subsegment.Pages;
    const std::uint32_t first = subsegment.first_offset();
    subsegment.End = first + (subsegment.end_of_pages() - first) / block * block;
    subsegment.Fresh.store(first, std::memory_order_relaxed);
    subsegment.Remote.store(0, std::memory_order_relaxed);
    subsegment.BlockUnits.store(block, std::memory_order_release); // from here on HeapWalk sees blocks
    page_map().insert_subsegment(subsegment.page_range(), &subsegment);
}

/// Another thread may hold the heap by HeapLock, and is not waited for if a spare will do.
Subsegment* make(Heap& heap, FrontEnd& front_end, ThreadBins& bins, std::size_t bucket) {
    Subsegment* made;
    if (!try_enter(*heap.LockVariable)) {
        made = take_spare(front_end, bucket);
        if (made != nullptr) {
            assign(*made, bins, bucket);
            return made;
        }
        enter(*heap.LockVariable);
    }
    made = take_from_backend(heap, wanted_pages(bins, bucket));
    if (made != nullptr) {
        assign(*made, bins, bucket);
        keep_spare(heap, front_end);
    }
    leave(*heap.LockVariable);
    return made;
}

/// A subsegment of a thread that has ended.
Subsegment* adopt(FrontEnd& front_end, ThreadBins& bins, std::size_t bucket) {
    if (front_end.Idle.load(std::memory_order_relaxed) == nullptr) return nullptr;
    CriticalSectionHold hold(front_end.Lock);
    for (ThreadBins* idle = front_end.Idle.load(std::memory_order_relaxed); idle != nullptr; idle = idle->NextIdle) {
        wake(*idle);
        Subsegment* const found = idle->Partial[bucket];
        if (found == nullptr) continue;
        idle->unlist(*found);
        found->Owner.store(&bins, std::memory_order_relaxed);
        idle->Pages[bucket] -= found->Pages;
        bins.Pages[bucket] += found->Pages;
        return found;
    }
    return nullptr;
}

/// The subsegment, in which no block is used and which is in no list, goes back to the backend; or stays
/// with its owner, if that would mean to wait.
void give_back(Heap& heap, ThreadBins& bins, Subsegment& subsegment) {
    if (!try_enter(*heap.LockVariable)) {
        bins.list(subsegment); // Attention stays: it counts what is in Remote
        return;
    }
    bins.Pages[subsegment.Bucket] -= subsegment.Pages;
    page_map().remove_subsegment(subsegment.page_range());
    free_internal(heap, subsegment);
    leave(*heap.LockVariable);
}

bool is_unused(const Subsegment& subsegment) { // Attention is the number of used blocks
    return subsegment.Attention == remote_count(subsegment.Remote.load(std::memory_order_acquire));
}

} // namespace

void* allocate_from(Heap& heap, FrontEnd& front_end, ThreadBins& bins, std::size_t bucket, std::size_t size) {
    const std::uint64_t key = heap.Encoding.key();
    const auto try_take = [&]() -> void* {
        Subsegment& current = *bins.Current[bucket];
        if (void* data = take(current, static_cast<std::uint32_t>(size), key)) return data;
        // There is a block, and its header is not as it was left.
        platform::report_heap_corruption(&heap, current.header_at(current.Head)->data());
        current.Head = 0; // what else is in the list cannot be reached any more
        return nullptr;
    };

    Subsegment& current = *bins.Current[bucket];
    if (&current != &nothing) {
        if (current.Head != 0) return try_take();
        if (refill(current, key) || (!park(current) && refill(current, key))) return try_take();
        bins.set_current(bucket, nothing);
    }
    wake(bins);
    while (Subsegment* partial = bins.Partial[bucket]) {
        bins.unlist(*partial);
        if (make_current(bins, *partial, key)) return try_take();
    }
    while (Subsegment* adopted = adopt(front_end, bins, bucket)) {
        if (make_current(bins, *adopted, key)) return try_take();
    }
    Subsegment* const made = make(heap, front_end, bins, bucket);
    return made != nullptr && make_current(bins, *made, key) ? try_take() : nullptr;
}

void keep_spare(Heap& heap, FrontEnd& front_end) {
    if (front_end.SpareCount.load(std::memory_order_relaxed) >= spare_count) return;
    Subsegment* const spare = take_from_backend(heap, least_bytes / page_size);
    if (spare == nullptr) return;
    CriticalSectionHold hold(front_end.Lock);
    spare->Next = front_end.Spares;
    front_end.Spares = spare;
    front_end.SpareCount.fetch_add(1, std::memory_order_relaxed);
}

std::uint32_t attend(Heap& heap, Subsegment& subsegment) {
    ThreadBins& bins = *subsegment.Owner.load(std::memory_order_relaxed);
    if (subsegment.Listed) {
        bins.unlist(subsegment);
        give_back(heap, bins, subsegment);
        return 1;
    }
    --subsegment.ParkedUsed;
    if (subsegment.Remote.fetch_and(~parked_bit, std::memory_order_acq_rel) & parked_bit) {
        subsegment.Attention = subsegment.ParkedUsed;
        if (subsegment.Attention != 0) bins.list(subsegment);
        else give_back(heap, bins, subsegment);
    } else {
        subsegment.Attention = 1; // another thread is about to hand it to us
    }
    return 1;
}

std::uint32_t free_remote(Heap& heap, Subsegment& subsegment, StoredHeader* at, std::uint32_t offset) {
    std::uint32_t before = subsegment.Remote.load(std::memory_order_relaxed);
    std::uint32_t after;
    do {
        Entry::free(offset, before & remote_head_mask).write(at, heap.Encoding.key());
        after = ((before & ~parked_bit & ~remote_head_mask) + remote_count_one) | offset;
    } while (!subsegment.Remote.compare_exchange_weak(before, after, std::memory_order_release,
                                                      std::memory_order_relaxed));
    if (!(before & parked_bit)) return 1;
    // It is in no list, and cannot go anywhere before its owner has it back.
    ThreadBins& owner = *subsegment.Owner.load(std::memory_order_relaxed);
    Subsegment* first = owner.Awake.load(std::memory_order_relaxed);
    do subsegment.NextAwake = first;
    while (!owner.Awake.compare_exchange_weak(first, &subsegment, std::memory_order_release,
                                              std::memory_order_relaxed));
    return 1;
}

void release_empty(Heap& heap, FrontEnd&, ThreadBins& bins) {
    wake(bins);
    for (std::size_t bucket = smallest_bucket; bucket < bucket_count; ++bucket) {
        Subsegment& current = *bins.Current[bucket];
        if (&current != &nothing) {
            bins.set_current(bucket, nothing);
            if (refill(current, heap.Encoding.key()) || !park(current)) {
                current.Attention -= current_bias;
                bins.list(current);
            }
        }
        for (Subsegment* each = bins.Partial[bucket]; each != nullptr;) {
            Subsegment* const next = each->Next;
            if (is_unused(*each)) {
                bins.unlist(*each);
                give_back(heap, bins, *each);
            }
            each = next;
        }
    }
}

} // namespace oriel::rtl::heap::front_end
