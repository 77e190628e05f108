// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/delayed_frees.h>

namespace oriel::rtl::heap::debug {

namespace {

// What rests costs memory with patterns, and with pages only addresses.
struct Bounds {
    std::uint32_t blocks;
    std::size_t bytes;
};
constexpr Bounds pattern_bounds{0x4000, std::size_t{8} << 20};
constexpr Bounds page_bounds{0x10000, std::size_t{sizeof(void*) == 8 ? 1024 : 128} << 20};

const Bounds& bounds_of(const DebugHeap& heap) {
    return heap.settings.guarding == Guarding::Pages ? page_bounds : pattern_bounds;
}

/// In a heap of pages, the few blocks that got patterns instead weigh what they cost.
std::size_t weight(const BlockRecord& record) {
    constexpr std::size_t dearer = page_bounds.bytes / pattern_bounds.bytes;
    const bool mixed = record.guarding == Guarding::Patterns && record.heap->settings.guarding == Guarding::Pages;
    return mixed ? record.bytes * dearer : record.bytes;
}

} // namespace

void delay(DebugHeap& heap, BlockRecord& record) {
    DelayedQueue& queue = heap.delayed;
    record.state = BlockState::Delayed;
    record.queue_next = 0;
    if (queue.last != 0) block_table().at(queue.last)->queue_next = record.number;
    else queue.first = record.number;
    queue.last = record.number;
    ++queue.blocks;
    queue.bytes += weight(record);
}

BlockRecord* overdue(DebugHeap& heap) {
    const Bounds& bounds = bounds_of(heap);
    const bool full = heap.delayed.blocks > bounds.blocks || heap.delayed.bytes > bounds.bytes;
    return full ? oldest_delayed(heap) : nullptr;
}

BlockRecord* oldest_delayed(DebugHeap& heap) {
    DelayedQueue& queue = heap.delayed;
    BlockRecord* const record = block_table().at(queue.first);
    if (record == nullptr) return nullptr;
    queue.first = record->queue_next;
    if (queue.first == 0) queue.last = 0;
    --queue.blocks;
    queue.bytes -= weight(*record);
    return record;
}

} // namespace oriel::rtl::heap::debug
