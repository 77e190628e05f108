// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/registry.h>

#include <algorithm>

namespace oriel::rtl::heap {

namespace {

constexpr std::size_t first_room = 64;

constinit CriticalSection registry_lock = free_critical_section;
constinit Heap* first_table[first_room] = {};
constinit Heap** table = first_table;
constinit std::size_t count = 0, room = first_room;

/// A table twice as large; the old one is given back unless it is the static one.
bool enlarge() {
    const std::size_t bytes = static_cast<std::size_t>(align_up(2 * room * sizeof(Heap*), allocation_granularity));
    auto range = process_pages().reserve(bytes);
    if (!range.ok()) return false;
    Reservation reservation(process_pages(), range.value());
    if (!process_pages().commit(range.value(), PageUse::Data).ok()) return false;
    reservation.keep();
    Heap** const larger = pointer_to<Heap*>(range.value().base());
    std::copy(table, table + count, larger);
    if (table != first_table)
        process_pages().release({address_of(table), align_up(room * sizeof(Heap*), allocation_granularity)});
    table = larger;
    room = bytes / sizeof(Heap*);
    return true;
}

void publish() { platform::publish_heaps(reinterpret_cast<void**>(table), count, room); }

} // namespace

NtResult<> register_heap(Heap& heap) {
    CriticalSectionHold hold(registry_lock);
    if (count == room && !enlarge()) return Status::NoMemory;
    table[count++] = &heap;
    heap.ProcessHeapsListIndex = static_cast<std::uint16_t>(count);
    publish();
    return {};
}

void unregister_heap(Heap& heap) {
    CriticalSectionHold hold(registry_lock);
    Heap** const end = table + count;
    Heap** const place = std::find(table, end, &heap);
    if (place == end) return;
    std::copy(place + 1, end, place);
    table[--count] = nullptr;
    for (std::size_t i = static_cast<std::size_t>(place - table); i < count; ++i) {
        table[i]->ProcessHeapsListIndex = static_cast<std::uint16_t>(i + 1);
    }
    publish();
}

std::size_t copy_process_heaps(std::span<void*> to) {
    CriticalSectionHold hold(registry_lock);
    std::copy_n(table, std::min(count, to.size()), to.begin());
    return count;
}

void lock_registry() { enter(registry_lock); }
bool try_lock_registry() { return try_enter(registry_lock); }
void unlock_registry() { leave(registry_lock); }
std::span<Heap* const> registered_heaps() { return {table, count}; }

} // namespace oriel::rtl::heap
