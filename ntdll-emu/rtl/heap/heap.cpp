// SPDX-License-Identifier: MIT
// heap.cpp: how a heap begins and ends.
#include <ntdll-emu/rtl/heap/heap.h>

#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>
#include <ntdll-emu/rtl/heap/front_end/front_end.h>
#include <ntdll-emu/rtl/heap/page_map.h>

#include <algorithm>
#include <new>

namespace oriel::rtl::heap {

namespace {

// A heap made with no sizes reserves 64 KiB and commits 0x400 words (observed on Windows).
constexpr std::size_t default_reserve = 0x10000;
constexpr std::size_t default_commit = 0x400 * pointer_bytes;
constexpr std::size_t second_segment = std::size_t{1} << 20; ///< PEB.HeapSegmentReserve
constexpr std::size_t segment_commit = 0x2000;               ///< PEB.HeapSegmentCommit
constexpr std::size_t decommit_threshold = 0x40000;

// NtGlobalFlag (FLG_HEAP_*) to the flags of every heap. Checking parameters implies the fill patterns.
std::uint32_t checks_of(std::uint32_t global) {
    constexpr std::uint32_t fills = flag::tail_checking | flag::free_checking;
    std::uint32_t flags = 0;
    if (global & 0x10) flags |= flag::tail_checking;
    if (global & 0x20) flags |= flag::free_checking;
    if (global & 0x40) flags |= flag::validate_parameters | fills;
    if (global & 0x80) flags |= flag::validate_all | fills;
    if (global & 0x1000) flags |= flag::capture_stack_backtraces;
    if (global & 0x200000) flags |= flag::disable_coalesce_on_free;
    if (global & 0x2000000) flags |= flag::page_allocations;
    return flags;
}

constexpr std::uint32_t shared = 0x04000000; ///< HEAP_SHARED: csrss' heap; such a heap grows
constexpr std::uint32_t never_forced = shared | flag::disable_coalesce_on_free;
constexpr std::uint32_t forced_by_page_heap = flag::growable | flag::private_class;
constexpr std::uint32_t from_global_only = flag::tail_checking | flag::free_checking;

struct Sizes {
    std::uint64_t reserve, commit;
    unsigned guard_pages;
};

Sizes sizes_of(const CreateRequest& request, bool growable) {
    Sizes sizes{request.reserve, request.commit, growable ? 1u : 0u};
    if (sizes.commit == 0) sizes.commit = default_commit;
    sizes.commit = align_up(std::max<std::uint64_t>(sizes.commit, heap_structure_bytes + 4 * unit + after_blocks), page_size);
    if (sizes.reserve == 0) sizes.reserve = default_reserve;
    sizes.reserve = align_up(sizes.reserve, growable ? allocation_granularity : page_size);
    const std::uint64_t least = align_up(sizes.commit + sizes.guard_pages * page_size, page_size);
    if (sizes.reserve < least) sizes.reserve = growable ? align_up(least, allocation_granularity) : least;
    return sizes;
}

} // namespace

HeapFlags flags_for(const CreateRequest& request) {
    std::uint32_t flags = (request.flags & ~from_global_only) | checks_of(request.global_flags);
    if (flags & shared) flags |= flag::growable;
    std::uint32_t forced = flags & ~never_forced;
    if (!(flags & flag::page_allocations)) forced &= ~forced_by_page_heap;
    return {flags, forced};
}

NtResult<Heap*> create(const Pages& pages, const CreateRequest& request) {
    if ((request.global_flags & debug::watching_flags) && !request.unwatched) return debug::create(pages, request);
    const auto [flags, forced] = flags_for(request);
    if (request.commit > max_request || request.reserve > max_request) return Status::NoMemory;
    const bool growable = flags & flag::growable;
    const Sizes sizes = sizes_of(request, growable);
    const PageUse use = flags & flag::enable_execute ? PageUse::Code : PageUse::Data;

    const PageRange range = TRY(pages.reserve(sizes.reserve));
    Reservation reservation(pages, range);
    TRY(pages.commit({range.base(), sizes.commit}, use));
    auto* const heap = new (pointer_to<void>(range.base())) Heap{.Source = pages};
    TRY(page_map().insert(range, Region::tag(static_cast<Segment*>(heap))));
    reservation.keep();

    heap->Flags = flags;
    heap->ForceFlags = forced;
    heap->Signature = heap_signature;
    heap->Encoding = HeaderCodec(platform::random_seed());
    heap->VirtualMemoryThreshold = growable ? large_threshold_units : max_units;
    heap->SegmentReserve = second_segment;
    heap->SegmentCommit = segment_commit;
    heap->DeCommitFreeBlockThreshold = decommit_threshold;
    heap->HeaderOverhead = checks_of(request.global_flags) != 0 ? 2 * pointer_bytes : header_bytes;
    heap->Bins.store(&front_end::no_bins, std::memory_order_relaxed);
    heap->SegmentList.make_empty();
    heap->VirtualAllocdBlocks.make_empty();
    heap->SpareLargeBlocks.make_empty();
    initialize(heap->Lock, nt::critical_section_flag::dynamic_spin | 4000);
    heap->LockVariable = &heap->Lock;
    begin_segment(*heap, *heap, range, heap_structure_bytes, static_cast<std::size_t>(sizes.commit),
                  sizes.guard_pages);
    return heap;
}

void destroy(Heap& heap) {
    if (heap.Debug != nullptr) return debug::destroy(heap);
    const Pages pages = heap.Source;
    const bool had_front_end = heap.FrontEnd.load(std::memory_order_relaxed) != nullptr;
    front_end::destroy(heap);
    while (!heap.VirtualAllocdBlocks.empty()) free_large(heap, *LargeBlock::of_link(heap.VirtualAllocdBlocks.Flink));
    release_spares(heap);
    heap.Signature = 0;
    // The first segment goes last: it holds the structure.
    while (!heap.SegmentList.empty()) {
        Segment& segment = *Segment::of_link(heap.SegmentList.Blink);
        segment.SegmentListEntry.remove();
        const PageRange range = segment.range();
        if (had_front_end) page_map().remove_subsegment({range.base(), segment.committed_end() - range.base()});
        page_map().remove(range);
        pages.release(range);
        if (&segment == &heap) return;
    }
}

bool is_heap(const Heap* heap) {
    return heap != nullptr && heap->Signature == heap_signature
           && (heap->SegmentSignature == segment_signature || heap->Flags & flag::page_allocations);
}

} // namespace oriel::rtl::heap
