// SPDX-License-Identifier: MIT
// heap_records.cpp: one record after the other.
#include "heap_records.h"

#include "words.h"

#include <nt/rtl_heap.h>
#include <nt/status.h>

#include <algorithm>

namespace oriel::observe {
namespace {

using nt::observe::Record;
using nt::observe::RecordKind;
namespace entry_flag = nt::heap_entry_flag;

constexpr std::uint64_t page_size = 0x1000;

BlockState state_of(const Record& record) {
    const bool busy = record.flags & entry_flag::busy;
    if (record.flags & entry_flag::front_end) return busy ? BlockState::FrontBusy : BlockState::FrontFree;
    return busy ? BlockState::Busy : BlockState::Free;
}

HeapLock lock_of(const Record& record) {
    HeapLock lock{.outcome = LockOutcome::Taken,
                  .owner = static_cast<std::uint32_t>(record.address),
                  .recursion = record.detail,
                  .waiters = static_cast<std::uint32_t>(record.size)};
    if (record.flags == nt::observe::lock_none) lock.outcome = LockOutcome::None;
    if (record.flags == nt::observe::lock_refused) lock.outcome = LockOutcome::Refused;
    return lock;
}

bool is_front(const Block& block) { return block.state == BlockState::FrontBusy || block.state == BlockState::FrontFree; }

/// A walk tells of a busy block of the front end what was asked for, not how long the block is. The blocks of a
/// subsegment are alike and side by side: the one before a block, or else the one behind it, gives its length.
void complete_front_blocks(std::vector<Block>& blocks) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        Block& block = blocks[i];
        if (block.state != BlockState::FrontBusy) continue;
        std::uint64_t bytes = block.bytes();
        if (i > 0 && is_front(blocks[i - 1]) && blocks[i - 1].data + blocks[i - 1].bytes() == block.data) bytes = blocks[i - 1].bytes();
        else if (i + 1 < blocks.size() && is_front(blocks[i + 1])) bytes = blocks[i + 1].data - block.data;
        if (bytes >= block.bytes() && bytes - block.size <= 0xFFFF) block.overhead = static_cast<std::uint16_t>(bytes - block.size);
    }
}

class Builder {
public:
    void add(const Record& record) {
        if (record.kind == RecordKind::heap) return begin_heap(record);
        if (m_heaps.empty()) return;
        Heap& heap = m_heaps.back();
        switch (record.kind) {
        case RecordKind::heap_lock: heap.lock = lock_of(record); break;
        case RecordKind::front_end: heap.front_end_at = record.address; break;
        case RecordKind::segment: begin_segment(heap, record); break;
        case RecordKind::block: add_block(heap, record); break;
        case RecordKind::uncommitted:
            if (Segment* segment = segment_at(heap, record.address)) segment->holes.push_back({record.address, record.size});
            break;
        case RecordKind::heap_end: end_heap(heap, record); break;
        default: break;
        }
    }

    std::vector<Heap> finish(bool complete) {
        for (Heap& heap : m_heaps) {
            for (Segment& segment : heap.segments) {
                sort(segment.blocks);
                complete_front_blocks(segment.blocks);
            }
            sort(heap.large);
        }
        if (!complete && !m_heaps.empty() && !m_ended) m_heaps.back().trouble = "the walk has not come to its end";
        return std::move(m_heaps);
    }

private:
    void begin_heap(const Record& record) {
        Heap heap;
        heap.index = static_cast<std::uint32_t>(m_heaps.size() + 1);
        heap.handle = record.address;
        heap.flags = record.detail;
        heap.front_end = record.flags;
        heap.large_threshold = record.detail & nt::heap_flag::growable ? record.size : 0;
        m_heaps.push_back(std::move(heap));
        m_ended = false;
    }

    static void begin_segment(Heap& heap, const Record& record) {
        Segment segment;
        segment.base = record.address;
        segment.committed = record.size;
        segment.uncommitted = std::uint64_t{record.detail} * page_size;
        heap.segments.push_back(std::move(segment));
    }

    /// Where the walk is; else the segment that the address lies in; else the last one.
    static Segment* segment_at(Heap& heap, std::uint64_t address) {
        const auto holds = [&](const Segment& segment) { return address >= segment.base && address - segment.base < segment.bytes(); };
        if (heap.segments.empty()) return nullptr;
        if (holds(heap.segments.back())) return &heap.segments.back();
        const auto found = std::find_if(heap.segments.begin(), heap.segments.end(), holds);
        return found == heap.segments.end() ? &heap.segments.back() : &*found;
    }

    static void add_block(Heap& heap, const Record& record) {
        const Block block{.data = record.address, .size = record.size, .overhead = record.overhead, .state = state_of(record)};
        const bool large = record.flags & entry_flag::committed;
        if (large) return heap.large.push_back(block);
        if (Segment* segment = segment_at(heap, block.data)) segment->blocks.push_back(block);
    }

    void end_heap(Heap& heap, const Record& record) {
        m_ended = true;
        const auto status = static_cast<nt::Status>(record.detail);
        if (status == nt::Status::NoMoreEntries) return;
        if (status == nt::Status::AccessViolation) {
            heap.trouble = "the heap is damaged: its structures lead to memory that is not there, and not all of it could be walked";
            return;
        }
        heap.trouble = "the heap is damaged behind " + hex(record.address) + ": the walk ended there with status " + hex(record.detail);
    }

    static void sort(std::vector<Block>& blocks) {
        const auto below = [](const Block& a, const Block& b) { return a.data < b.data; };
        if (!std::is_sorted(blocks.begin(), blocks.end(), below)) std::sort(blocks.begin(), blocks.end(), below);
    }

    std::vector<Heap> m_heaps;
    bool m_ended = false;
};

void name_refused_locks(std::vector<Heap>& heaps) {
    for (Heap& heap : heaps) {
        if (heap.lock.outcome != LockOutcome::Refused) continue;
        heap.trouble = "not walked: thread " + std::to_string(heap.lock.owner) + " held its lock all the time";
    }
}

} // namespace

std::vector<Heap> heaps_of(std::span<const Record> records, bool complete) {
    Builder builder;
    for (const Record& record : records) builder.add(record);
    std::vector<Heap> heaps = builder.finish(complete);
    name_refused_locks(heaps);
    return heaps;
}

} // namespace oriel::observe
