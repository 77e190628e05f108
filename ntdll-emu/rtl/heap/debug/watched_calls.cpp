// SPDX-License-Identifier: MIT
// watched_calls.cpp: allocate, release and reallocate of a watched heap.
//
// Each goes the same way: the stack is captured before any lock (the unwinder may need others), the block and its record
// change together under the locks, and what was found wrong is told when they are free again.
#include <ntdll-emu/rtl/heap/debug/delayed_frees.h>
#include <ntdll-emu/rtl/heap/debug/page_runs.h>
#include <ntdll-emu/rtl/heap/debug/refusals.h>
#include <ntdll-emu/rtl/heap/debug/watched_blocks.h>

#include <algorithm>
#include <cstring>

namespace oriel::rtl::heap::debug {

namespace {

constexpr std::size_t surroundings_bytes = sizeof(BlockInformation) + normal_suffix_bytes;

TraceNumber trace_for(const DebugHeap& heap) { return heap.settings.traces ? capture_trace() : 0; }
std::uint32_t this_thread() { return static_cast<std::uint32_t>(platform::current_thread_id()); }

/// The ordinary heap behind a page heap. It grows, whatever the program asked for, as NT's does.
Heap* plain_of(DebugHeap& heap) {
    if (heap.plain == nullptr) {
        auto made = heap::create(heap.pages, {.flags = heap.flags | flag::growable});
        if (made.ok()) heap.plain = made.value();
    }
    return heap.plain;
}

void evict(DebugHeap& heap, BlockRecord& record, FaultReport& fault) {
    if (record.guarding == Guarding::Patterns) {
        const Damage damage = damage_in_freed(record);
        if (damage.at != nullptr && !fault.any()) fault.set_damage(damage, heap, record.data, record);
    }
    block_table().remove(record);
    if (record.guarding == Guarding::Pages) return give_run(heap, record);
    if (record.guarding == Guarding::Patterns) heap::release(*heap.plain, 0, record.base);
    block_table().drop(record);
}

/// Says once that pages ran short.
void tell_of_scarcity(DebugHeap& heap) {
    if (heap.told_of_scarcity) return;
    heap.told_of_scarcity = true;
    static constexpr char text[] = "page heap: so many blocks are alive that the host has no more separate pages for them; "
                                   "further ones are guarded by patterns, and checked when they are freed";
    surroundings::send(nt::FaultEvent::Notice, text, sizeof text - 1);
}

bool place_with_patterns(DebugHeap& heap, std::uint32_t flags, BlockRecord& record) {
    Heap* const plain = plain_of(heap);
    if (plain == nullptr) return false;
    record.guarding = Guarding::Patterns;
    record.bytes = record.size + surroundings_bytes;
    record.base = static_cast<std::uint8_t*>(heap::allocate(*plain, flags & flag::zero_memory, record.bytes));
    record.data = record.base + sizeof(BlockInformation);
    return record.base != nullptr;
}

bool place(DebugHeap& heap, std::uint32_t flags, BlockRecord& record) {
    record.guarding = heap.settings.guarding;
    switch (heap.settings.guarding) {
    case Guarding::None:
        record.base = record.data = static_cast<std::uint8_t*>(heap::allocate(*heap.plain, flags, record.size));
        record.bytes = record.size;
        return record.data != nullptr;
    case Guarding::Patterns: return place_with_patterns(heap, flags, record);
    case Guarding::Pages:
        record.guarding = Guarding::Pages;
        if (take_run(heap, record, record.size)) return true;
        if (!place_with_patterns(heap, flags, record)) return false;
        tell_of_scarcity(heap);
        return true;
    }
    return false;
}

/// A new block and its record; null: no memory.
BlockRecord* new_block(DebugHeap& heap, std::uint32_t flags, std::size_t size, TraceNumber trace) {
    BlockTable& table = block_table();
    BlockRecord* const record = table.new_record();
    if (record == nullptr) return nullptr;
    record->heap = &heap;
    record->size = size;
    record->allocated_at = trace;
    record->allocated_by = this_thread();
    record->user_flags = flags & flag::settable_user_flags;
    record->has_value = flags & flag::settable_user_value;
    if (!place(heap, flags, *record)) {
        table.drop(*record);
        return nullptr;
    }
    if (!table.insert(*record)) {
        if (record->guarding == Guarding::Pages) close_run(heap, *record), give_run(heap, *record);
        else heap::release(*heap.plain, 0, record->base), table.drop(*record);
        return nullptr;
    }
    record->state = BlockState::Busy;
    record->serial = table.next_serial();
    if (record->guarding != Guarding::None) {
        write_surroundings(*record);
        if (!(flags & flag::zero_memory)) std::memset(record->data, patterns_of(*record).fresh, size);
    }
    return record;
}

/// The block that a call names; else null, and the report says what the pointer is.
BlockRecord* named_block(DebugHeap& heap, void* data, FaultReport& fault) {
    using nt::HeapFaultKind;
    BlockRecord* const record = block_table().find(data);
    if (record == nullptr) {
        fault.set(HeapFaultKind::NotABlock, heap, data, block_table().containing(reinterpret_cast<std::uintptr_t>(data)));
        return nullptr;
    }
    if (record->state == BlockState::Busy && record->heap == &heap) return record;
    fault.set(record->state == BlockState::Busy ? HeapFaultKind::WrongHeap : HeapFaultKind::DoubleFree, heap, data, record);
    return nullptr;
}

void free_guarded(DebugHeap& heap, BlockRecord& record, TraceNumber trace, FaultReport& fault) {
    const Damage damage = damage_around(record);
    if (damage.at != nullptr) fault.set_damage(damage, heap, record.data, record);
    record.freed_at = trace;
    record.freed_by = this_thread();
    delay(heap, record);
    if (record.guarding == Guarding::Pages) {
        close_run(heap, record);
    } else {
        mark_freed(record);
        std::memset(record.data, freed_fill, record.size);
        // What was damaged before must not be told again as a write after the free.
        if (damage.at != nullptr) write_surroundings(record);
    }
}

/// The ordinary heap judges; the record stays a while, so that a second free can be told with both stacks.
BlockVerdict release_tracked(DebugHeap& heap, std::uint32_t flags, void* data, TraceNumber trace) {
    BlockRecord* const record = busy_block(heap, data);
    const BlockVerdict verdict = heap::release(*heap.plain, flags, data);
    if (record == nullptr || verdict != BlockVerdict::Good) return verdict;
    record->freed_at = trace;
    record->freed_by = this_thread();
    record->bytes = 0; // its memory is another's now
    delay(heap, *record);
    return verdict;
}

void* allocate_unrefused(Heap& facade, std::uint32_t flags, std::size_t size) {
    DebugHeap& heap = *facade.Debug;
    if (size > max_request) return nullptr;
    const TraceNumber trace = trace_for(heap);
    HeapHold hold(facade, flags);
    const WatchHold watch;
    const BlockRecord* const record = new_block(heap, flags, size, trace);
    return record != nullptr ? record->data : nullptr;
}

} // namespace

void* allocate(Heap& facade, std::uint32_t flags, std::size_t size) {
    validate_if_asked(facade);
    return refused(&facade, size) ? nullptr : allocate_unrefused(facade, facade.effective(flags), size);
}

BlockVerdict release(Heap& facade, std::uint32_t flags, void* data) {
    DebugHeap& heap = *facade.Debug;
    flags = facade.effective(flags);
    validate_if_asked(facade);
    const TraceNumber trace = trace_for(heap);
    FaultReport fault;
    BlockVerdict verdict = BlockVerdict::Good;
    {
        HeapHold hold(facade, flags);
        const WatchHold watch;
        if (heap.settings.guarding == Guarding::None) verdict = release_tracked(heap, flags, data, trace);
        else if (BlockRecord* record = named_block(heap, data, fault)) free_guarded(heap, *record, trace, fault);
        else verdict = BlockVerdict::Reported;
        while (BlockRecord* oldest = overdue(heap)) evict(heap, *oldest, fault);
    }
    if (fault.any()) fault.send();
    return verdict;
}

namespace {

/// In the room that the block has, for HEAP_REALLOC_IN_PLACE_ONLY.
bool resize_in_place(BlockRecord& record, std::uint32_t flags, std::size_t size) {
    const std::uint8_t* const end = record.guarding == Guarding::Patterns
                                        ? record.base + record.bytes - normal_suffix_bytes
                                        : suffix_end(record);
    if (size > static_cast<std::size_t>(end - record.data)) return false;
    const std::size_t old_size = record.size;
    record.size = size;
    write_surroundings(record);
    if (size > old_size) {
        const std::uint8_t fill = flags & flag::zero_memory ? 0 : patterns_of(record).fresh;
        std::memset(record.data + old_size, fill, size - old_size);
    }
    return true;
}

Reallocated reallocate_tracked(Heap& facade, std::uint32_t flags, void* data, std::size_t size, TraceNumber trace) {
    DebugHeap& heap = *facade.Debug;
    HeapHold hold(facade, flags);
    const WatchHold watch;
    BlockRecord* const record = busy_block(heap, data);
    const Reallocated answer = heap::reallocate(*heap.plain, flags, data, size);
    if (record == nullptr || answer.data == nullptr) return answer;
    block_table().remove(*record);
    record->base = record->data = static_cast<std::uint8_t*>(answer.data);
    record->bytes = record->size = size;
    record->allocated_at = trace;
    record->allocated_by = this_thread();
    (void)block_table().insert(*record); // its place is free: it was in the table
    return answer;
}

} // namespace

Reallocated reallocate(Heap& facade, std::uint32_t flags, void* data, std::size_t size) {
    DebugHeap& heap = *facade.Debug;
    flags = facade.effective(flags);
    validate_if_asked(facade);
    if (refused(&facade, size)) return {BlockVerdict::Good, nullptr};
    if (heap.settings.guarding == Guarding::None)
        return reallocate_tracked(facade, flags, data, size, trace_for(heap));
    FaultReport fault;
    std::size_t old_size = 0;
    std::uint32_t new_flags = flags & ~flag::settable_user_flags;
    void* user_value = nullptr;
    {
        HeapHold hold(facade, flags);
        const WatchHold watch;
        BlockRecord* const record = named_block(heap, data, fault);
        if (record != nullptr) {
            const Damage damage = damage_around(*record);
            if (damage.at != nullptr) fault.set_damage(damage, heap, data, *record);
            else if (size > max_request) return {BlockVerdict::Good, nullptr};
            else if (flags & flag::realloc_in_place_only)
                return {BlockVerdict::Good, resize_in_place(*record, flags, size) ? data : nullptr};
            old_size = record->size;
            user_value = record->user_value;
            new_flags |= record->user_flags | (record->has_value ? flag::settable_user_value : 0u);
        }
    }
    if (fault.any()) {
        fault.send();
        return {BlockVerdict::Reported, nullptr};
    }
    // Always a new block: who kept the old pointer shall notice.
    void* const moved = allocate_unrefused(facade, new_flags, size);
    if (moved == nullptr) return {BlockVerdict::Good, nullptr};
    std::memcpy(moved, data, std::min(old_size, size));
    if (new_flags & flag::settable_user_value) debug::set_user_value(facade, flags, moved, user_value);
    (void)debug::release(facade, flags, data);
    return {BlockVerdict::Good, moved};
}

std::size_t size_of(Heap& facade, std::uint32_t flags, void* data) {
    DebugHeap& heap = *facade.Debug;
    if (heap.settings.guarding == Guarding::None) return heap::size_of(*heap.plain, flags, data);
    const WatchHold watch;
    const BlockRecord* const record = busy_block(heap, data);
    return record != nullptr ? record->size : ~std::size_t{0};
}

bool get_user_info(Heap& facade, std::uint32_t flags, void* data, UserInfo& info) {
    DebugHeap& heap = *facade.Debug;
    if (heap.settings.guarding == Guarding::None) return heap::get_user_info(*heap.plain, flags, data, info);
    const WatchHold watch;
    const BlockRecord* const record = busy_block(heap, data);
    if (record == nullptr) return false;
    info.has_value = record->has_value;
    info.value = record->user_value;
    info.flags = record->user_flags;
    return true;
}

bool set_user_value(Heap& facade, std::uint32_t flags, void* data, void* value) {
    DebugHeap& heap = *facade.Debug;
    if (heap.settings.guarding == Guarding::None) return heap::set_user_value(*heap.plain, flags, data, value);
    const WatchHold watch;
    BlockRecord* const record = busy_block(heap, data);
    if (record == nullptr || !record->has_value) return false;
    record->user_value = value;
    return true;
}

bool set_user_flags(Heap& facade, std::uint32_t flags, void* data, std::uint32_t reset, std::uint32_t set) {
    DebugHeap& heap = *facade.Debug;
    if (heap.settings.guarding == Guarding::None) return heap::set_user_flags(*heap.plain, flags, data, reset, set);
    const WatchHold watch;
    BlockRecord* const record = busy_block(heap, data);
    if (record == nullptr) return false;
    record->user_flags = (record->user_flags & ~reset) | (set & flag::settable_user_flags);
    return true;
}

} // namespace oriel::rtl::heap::debug
