// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/page_runs.h>

#include <ntdll-emu/rtl/heap/debug/block_information.h>

namespace oriel::rtl::heap::debug {

namespace {

constexpr std::size_t region_bytes = std::size_t{sizeof(void*) == 8 ? 16 : 2} << 20;

std::size_t round_up(std::size_t bytes, std::size_t to) { return static_cast<std::size_t>(align_up(bytes, to)); }
PageRange range_of(const std::uint8_t* at, std::size_t bytes) { return {address_of(at), bytes}; }

std::uint32_t& list_for(DebugHeap& heap, std::size_t run_bytes) {
    const std::size_t pages = run_bytes / page_size;
    return heap.runs[pages < run_lists ? pages : 0];
}

/// A run of just that length that was given back.
bool reuse_run(DebugHeap& heap, BlockRecord& record, std::size_t run_bytes) {
    for (std::uint32_t* link = &list_for(heap, run_bytes); *link != 0; link = &block_table().at(*link)->queue_next) {
        BlockRecord& run = *block_table().at(*link);
        if (run.bytes != run_bytes) continue;
        record.base = run.base;
        record.bytes = run.bytes;
        *link = run.queue_next;
        block_table().drop(run);
        return true;
    }
    return false;
}

/// Reserves a region, and remembers it for the heap's end. Null: no addresses.
std::uint8_t* reserve_region(DebugHeap& heap, std::size_t bytes) {
    BlockRecord* const region = block_table().new_record();
    if (region == nullptr) return nullptr;
    const auto range = heap.pages.reserve(bytes);
    if (!range.ok()) {
        block_table().drop(*region);
        return nullptr;
    }
    region->state = BlockState::Region;
    region->heap = &heap;
    region->base = pointer_to<std::uint8_t>(range.value().base());
    region->bytes = bytes;
    return region->base;
}

bool cut_run(DebugHeap& heap, BlockRecord& record, std::size_t run_bytes) {
    record.bytes = run_bytes;
    if (run_bytes > region_bytes / 4) {
        record.base = reserve_region(heap, round_up(run_bytes, allocation_granularity));
        return record.base != nullptr;
    }
    if (static_cast<std::size_t>(heap.region_end - heap.region_at) < run_bytes) {
        std::uint8_t* const region = reserve_region(heap, region_bytes);
        if (region == nullptr) return false;
        heap.region_at = region;
        heap.region_end = region + region_bytes;
    }
    record.base = heap.region_at;
    heap.region_at += run_bytes;
    return true;
}

} // namespace

Placement placement_for(const Settings& settings, std::size_t size) {
    Placement placement{};
    if (settings.backwards) {
        placement.pages_at = placement.data_at = page_size;
        placement.pages_bytes = round_up(size == 0 ? 1 : size, page_size);
    } else {
        const std::size_t padded = round_up(size == 0 ? 1 : size, settings.unaligned ? 1 : 2 * pointer_bytes);
        placement.pages_bytes = round_up(padded + sizeof(BlockInformation), page_size);
        placement.data_at = placement.pages_bytes - padded;
    }
    placement.run_bytes = placement.pages_bytes + page_size;
    return placement;
}

bool take_run(DebugHeap& heap, BlockRecord& record, std::size_t size) {
    if (heap.guarded_blocks >= heap.settings.most_guarded_blocks) return false;
    const Placement placement = placement_for(heap.settings, size);
    if (!reuse_run(heap, record, placement.run_bytes) && !cut_run(heap, record, placement.run_bytes)) return false;
    if (!heap.pages.commit(range_of(record.base + placement.pages_at, placement.pages_bytes), heap.page_use()).ok()) {
        BlockRecord* const run = block_table().new_record();
        if (run != nullptr) { // else these addresses are lost until the heap ends
            run->heap = &heap;
            run->base = record.base;
            run->bytes = record.bytes;
            give_run(heap, *run);
        }
        return false;
    }
    record.data = record.base + placement.data_at;
    ++heap.guarded_blocks;
    return true;
}

void close_run(DebugHeap& heap, const BlockRecord& record) {
    const std::size_t at = heap.settings.backwards ? page_size : 0;
    heap.pages.decommit(range_of(record.base + at, record.bytes - page_size));
    --heap.guarded_blocks;
}

void give_run(DebugHeap& heap, BlockRecord& record) {
    record.state = BlockState::Run;
    std::uint32_t& list = list_for(heap, record.bytes);
    record.queue_next = list;
    list = record.number;
}

} // namespace oriel::rtl::heap::debug
