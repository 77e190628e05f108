// SPDX-License-Identifier: MIT
// front_end.cpp: how a front end comes into being, what threads have of it, and what is left when they end.
#include <ntdll-emu/rtl/heap/front_end/front_end.h>

#include <ntdll-emu/rtl/heap/front_end/subsegments.h>
#include <ntdll-emu/rtl/heap/registry.h>

namespace oriel::rtl::heap::front_end {

/// A reservation that a front end's structures lie in.
struct Room {
    Room* Next;
    PageRange Range;
};

namespace {

constinit CriticalSection slot_lock = free_critical_section;
constinit std::uint32_t slots_taken[slot_count / 32] = {};

constexpr std::size_t room_bytes = allocation_granularity;

/// Adds a room to the front end (or makes the first one, with `front_end` null). Null: no memory.
Room* add_room(const Heap& heap) {
    auto range = heap.Source.reserve(room_bytes);
    if (!range.ok()) return nullptr;
    Reservation reservation(heap.Source, range.value());
    if (!heap.Source.commit(range.value(), PageUse::Data).ok()) return nullptr;
    reservation.keep();
    auto* const room = pointer_to<Room>(range.value().base());
    room->Range = range.value();
    return room;
}

void use_room(FrontEnd& front_end, Room& room, std::size_t taken) {
    room.Next = front_end.FirstRoom;
    front_end.FirstRoom = &room;
    front_end.Unused = reinterpret_cast<std::uint8_t*>(&room) + taken;
    front_end.UnusedEnd = reinterpret_cast<std::uint8_t*>(&room) + room_bytes;
}

constexpr std::size_t cache_line = 64;
constexpr std::size_t in_lines(std::size_t bytes) { return (bytes + cache_line - 1) & ~(cache_line - 1); }

/// The heap's lock is held.
FrontEnd* begin(Heap& heap) {
    Room* const room = add_room(heap);
    if (room == nullptr) return nullptr;
    const std::size_t front_end_at = in_lines(sizeof(Room));
    auto* const front_end = reinterpret_cast<FrontEnd*>(reinterpret_cast<std::uint8_t*>(room) + front_end_at);
    initialize(front_end->Lock, nt::critical_section_flag::dynamic_spin | 4000);
    use_room(*front_end, *room, in_lines(front_end_at + sizeof(FrontEnd)));
    heap.FrontEnd.store(front_end, std::memory_order_release);
    heap.Bins.store(&front_end->Bins, std::memory_order_release);
    return front_end;
}

/// FrontEnd::Lock is held.
ThreadBins* make_bins(Heap& heap, FrontEnd& front_end) {
    constexpr std::size_t bytes = in_lines(sizeof(ThreadBins));
    if (static_cast<std::size_t>(front_end.UnusedEnd - front_end.Unused) < bytes) {
        Room* const room = add_room(heap);
        if (room == nullptr) return nullptr;
        use_room(front_end, *room, in_lines(sizeof(Room)));
    }
    auto* const bins = reinterpret_cast<ThreadBins*>(front_end.Unused);
    front_end.Unused += bytes;
    bins->begin();
    return bins;
}

bool is_ripe(const Heap& heap, std::size_t bucket) {
    const std::uint16_t usage = heap.FrontEndUsage[bucket].load(std::memory_order_relaxed);
    return (usage & usage_live_mask) >= usage_live_enough || usage >= usage_enough;
}

FrontEnd* activate(Heap& heap, std::size_t bucket) {
    if (!is_possible(heap)) return nullptr;
    HeapHold hold(heap, 0);
    FrontEnd* front_end = heap.FrontEnd.load(std::memory_order_relaxed);
    if (front_end == nullptr) front_end = begin(heap);
    if (front_end == nullptr) return nullptr;
    heap.FrontEndHeapType = 2;
    keep_spare(heap, *front_end);
    front_end->Active[bucket / 32].fetch_or(1u << (bucket % 32), std::memory_order_release);
    return front_end;
}

ThreadBins* bins_of_caller(Heap& heap, FrontEnd& front_end) {
    const std::uint16_t slot = acquire_slot();
    if (slot == slotless) return nullptr;
    ThreadBins*& place = front_end.Bins.of[slot];
    if (place != nullptr) return place;
    CriticalSectionHold hold(front_end.Lock);
    if (ThreadBins* idle = front_end.Idle.load(std::memory_order_relaxed)) {
        front_end.Idle.store(idle->NextIdle, std::memory_order_relaxed);
        place = idle;
    } else {
        place = make_bins(heap, front_end);
    }
    return place;
}

} // namespace

bool is_possible(const Heap& heap) {
    constexpr std::uint32_t against = flag::no_serialize | flag::tail_checking | flag::free_checking |
                                      flag::disable_coalesce_on_free | flag::settable_user_value |
                                      flag::zero_memory | flag::page_allocations | flag::validate_on_call |
                                      flag::validate_all | flag::validate_parameters | flag::enable_tracing;
    return heap.growable() && (heap.Flags & against) == 0 && heap.HeaderOverhead == header_bytes &&
           heap.VirtualMemoryThreshold >= largest_block / unit; // a creator may have asked for large blocks earlier
}

void* allocate(Heap& heap, std::size_t size) {
    const std::size_t bucket = bucket_of(size);
    FrontEnd* front_end = heap.FrontEnd.load(std::memory_order_acquire);
    if (front_end == nullptr || !front_end->is_active(bucket)) {
        if (!is_ripe(heap, bucket)) return nullptr;
        front_end = activate(heap, bucket);
        if (front_end == nullptr) return nullptr;
    }
    ThreadBins* const bins = bins_of_caller(heap, *front_end);
    return bins != nullptr ? allocate_from(heap, *front_end, *bins, bucket, size) : nullptr;
}

void destroy(Heap& heap) {
    FrontEnd* const front_end = heap.FrontEnd.load(std::memory_order_relaxed);
    if (front_end == nullptr) return;
    heap.FrontEnd.store(nullptr, std::memory_order_relaxed);
    const Pages pages = heap.Source;
    for (Room* room = front_end->FirstRoom; room != nullptr;) {
        Room* const next = room->Next;
        pages.release(room->Range);
        room = next;
    }
}

void compact(Heap& heap) {
    FrontEnd* const front_end = heap.FrontEnd.load(std::memory_order_acquire);
    if (front_end == nullptr) return;
    if (ThreadBins* bins = front_end->Bins.of[current_slot()]) release_empty(heap, *front_end, *bins);
}

void end_thread() {
    const auto slot = static_cast<std::uint16_t>(current_slot());
    set_current_slot(slotless);
    if (slot < first_slot) return;
    lock_registry();
    for (Heap* heap : registered_heaps()) {
        FrontEnd* const front_end = heap->FrontEnd.load(std::memory_order_acquire);
        if (front_end == nullptr || front_end->Bins.of[slot] == nullptr) continue;
        ThreadBins* const bins = front_end->Bins.of[slot];
        front_end->Bins.of[slot] = nullptr;
        release_empty(*heap, *front_end, *bins);
        CriticalSectionHold hold(front_end->Lock);
        bins->NextIdle = front_end->Idle.load(std::memory_order_relaxed);
        front_end->Idle.store(bins, std::memory_order_relaxed);
    }
    unlock_registry();
    CriticalSectionHold hold(slot_lock);
    slots_taken[slot / 32] &= ~(1u << (slot % 32));
}

std::uint16_t acquire_slot() {
    if (current_slot() != no_slot) return static_cast<std::uint16_t>(current_slot());
    std::uint16_t slot = slotless;
    CriticalSectionHold hold(slot_lock);
    for (std::uint16_t word = 0; word < slot_count / 32; ++word) {
        const std::uint32_t free = ~slots_taken[word] & (word == 0 ? ~0u << first_slot : ~0u);
        if (free == 0) continue;
        slot = static_cast<std::uint16_t>(word * 32 + std::countr_zero(free));
        slots_taken[word] |= 1u << (slot % 32);
        break;
    }
    set_current_slot(slot);
    return slot;
}

void count_allocation(Heap& heap, std::size_t units) {
    if (units > largest_block / unit) return;
    auto& usage = heap.FrontEndUsage[bucket_of_units(units)];
    const std::uint16_t now = usage.load(std::memory_order_relaxed);
    if (now < usage_enough && (now & usage_live_mask) != usage_live_mask)
        usage.store(static_cast<std::uint16_t>(now + usage_allocation), std::memory_order_relaxed);
}

void count_free(Heap& heap, std::size_t units) {
    if (units > largest_block / unit) return;
    auto& usage = heap.FrontEndUsage[bucket_of_units(units)];
    const std::uint16_t now = usage.load(std::memory_order_relaxed);
    if ((now & usage_live_mask) != 0)
        usage.store(static_cast<std::uint16_t>(now - 1), std::memory_order_relaxed);
}

} // namespace oriel::rtl::heap::front_end
