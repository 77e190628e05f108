// SPDX-License-Identifier: MIT
// corruption.cpp: the heap is walked, as a program would walk it, up to where that ends.
#include <ntdll-emu/rtl/heap/debug/corruption.h>

#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/checks.h>
#include <ntdll-emu/rtl/heap/registry.h>

#include <cstring>

namespace oriel::rtl::heap::debug {

namespace {

using nt::HeapFaultKind;
using nt::HeapFaultRecord;

struct SeenBlock {
    std::uintptr_t data = 0; ///< 0: none
    std::size_t size = 0;
    std::uint8_t state = 0;  ///< 'b'usy, 'f'ree, '?' broken
};

/// What a walk tells about the place `data`.
struct Survey {
    SeenBlock previous, at, next;
    bool walk_failed = false; ///< behind `previous` lies a header that cannot be followed
};

SeenBlock seen(const NtHeapWalkEntry& entry) {
    return {reinterpret_cast<std::uintptr_t>(data_of(entry)), entry.DataSize,
            static_cast<std::uint8_t>(entry.Flags & nt::heap_entry_flag::busy ? 'b' : 'f')};
}

Survey survey(Heap& heap, std::uintptr_t data) {
    Survey found;
    NtHeapWalkEntry entry{};
    for (;;) {
        const Status status = heap::walk(heap, entry);
        if (status == Status::NoMoreEntries) return found;
        if (!nt::is_success(status)) {
            found.walk_failed = true;
            if (found.at.data != 0) found.next.state = '?';
            return found;
        }
        const bool is_block = !(entry.Flags & (nt::heap_entry_flag::region | nt::heap_entry_flag::uncommitted));
        if (found.at.data != 0) {
            if (is_block) found.next = seen(entry);
            return found;
        }
        if (!is_block) {
            found.previous = {};
            continue;
        }
        const SeenBlock block = seen(entry);
        const std::size_t length = block.state == 'b' ? block.size + entry.OverheadBytes : block.size + unit;
        if (data != 0 && data >= block.data && data - block.data < length) found.at = block;
        else found.previous = block;
    }
}

/// The heap that a good block belongs to, if it is another than `heap`.
Heap* other_owner(Heap& heap, void* data) {
    Heap* owner = nullptr;
    lock_registry();
    for (Heap* each : registered_heaps()) {
        if (each != &heap && each->Debug == nullptr && find_block(*each, data).good()) owner = each;
    }
    unlock_registry();
    return owner;
}

void take_block(const Survey& found, HeapFaultRecord& to) {
    to.block = found.at.data;
    to.size = found.at.size;
    to.previous = found.previous.data;
    to.previous_size = found.previous.size;
    to.previous_state = found.previous.state;
    to.next = found.next.data;
    to.next_size = found.next.size;
    to.next_state = found.next.state;
}

/// A busy block whose pattern behind it is gone. False: it is as it was.
bool take_broken_tail(Heap& heap, const SeenBlock& block, HeapFaultRecord& to) {
    if (!(heap.Flags & flag::tail_checking)) return false;
    const auto* const tail = reinterpret_cast<const std::uint8_t*>(block.data + block.size);
    for (std::size_t i = 0; i < tail_bytes; ++i) {
        if (tail[i] == tail_fill) continue;
        to.kind = HeapFaultKind::CorruptTail;
        to.address = reinterpret_cast<std::uintptr_t>(tail + i);
        to.expected = tail_fill;
        to.found_bytes = static_cast<std::uint8_t>(tail_bytes - i);
        std::memcpy(to.found, tail + i, to.found_bytes);
        return true;
    }
    return false;
}

void judge_whole(Heap& heap, const Survey& found, HeapFaultRecord& to) {
    to.kind = found.walk_failed ? HeapFaultKind::CorruptNeighbour : HeapFaultKind::CorruptList;
    if (found.walk_failed) {
        to.previous = found.previous.data;
        to.previous_size = found.previous.size;
        to.previous_state = found.previous.state;
        return;
    }
    // The headers are whole: a pattern is not.
    NtHeapWalkEntry entry{};
    while (nt::is_success(heap::walk(heap, entry))) {
        if (!(entry.Flags & nt::heap_entry_flag::busy)) continue;
        const SeenBlock block = seen(entry);
        if (entry.SegmentIndex == 64 || !take_broken_tail(heap, block, to)) continue;
        to.block = block.data;
        to.size = block.size;
        return;
    }
    if (heap.Flags & flag::free_checking) to.kind = HeapFaultKind::CorruptFreeBlock;
}

void judge_block(Heap& heap, std::uintptr_t data, const Survey& found, HeapFaultRecord& to) {
    if (found.at.data == 0) {
        // Behind the block where the walk broke off, or nowhere in this heap.
        to.kind = found.walk_failed ? HeapFaultKind::CorruptHeader : HeapFaultKind::NotABlock;
        if (found.walk_failed) take_block(found, to);
        return;
    }
    take_block(found, to);
    if (found.at.state == 'f') to.kind = HeapFaultKind::DoubleFree;
    else if (found.at.data != data) to.kind = HeapFaultKind::NotABlock;
    else if (!take_broken_tail(heap, found.at, to)) to.kind = HeapFaultKind::CorruptNeighbour;
}

void send(Heap& heap, void* data, std::uint32_t flags) {
    HeapFaultRecord record;
    std::memset(&record, 0, sizeof record);
    record.flags = flags;
    diagnose(heap, data, record);
    store_current_trace(record.now);
    surroundings::send(nt::FaultEvent::HeapFault, &record, sizeof record);
}

} // namespace

void diagnose(Heap& heap, void* data, HeapFaultRecord& to) {
    to.heap = to.owner = reinterpret_cast<std::uintptr_t>(&heap);
    to.pointer = reinterpret_cast<std::uintptr_t>(data);
    Heap& blocks = heap.Debug != nullptr && heap.Debug->plain != nullptr ? *heap.Debug->plain : heap;
    const Survey found = survey(blocks, to.pointer);
    if (data == nullptr) return judge_whole(blocks, found, to);
    if (Heap* const owner = other_owner(blocks, data)) {
        to.kind = HeapFaultKind::WrongHeap;
        to.owner = reinterpret_cast<std::uintptr_t>(owner);
        to.block = to.pointer;
        to.size = heap::size_of(*owner, 0, data);
        return;
    }
    judge_block(blocks, to.pointer, found, to);
    const WatchHold watch;
    if (const BlockRecord* record = block_table().find(data)) {
        if (record->heap->facade != &heap) to.kind = HeapFaultKind::WrongHeap;
        describe_block(*record, to);
    }
}

void report_corruption(Heap& heap, void* data) { send(heap, data, nt::heap_fault_is_corruption); }

void stop_for_corruption(Heap& heap) {
    send(heap, nullptr, 0);
    surroundings::break_in();
}

void report_invalid(Heap& heap, void* data) {
    static constinit std::uint32_t wanted = ~0u; // asked for once
    if (wanted == ~0u && !surroundings::execution_option(u"OrielHeapReport", wanted)) wanted = 0;
    if (wanted != 0) send(heap, data, nt::heap_fault_is_validation);
}

} // namespace oriel::rtl::heap::debug
