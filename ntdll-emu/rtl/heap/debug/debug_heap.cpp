// SPDX-License-Identifier: MIT
// debug_heap.cpp: how a watched heap begins and ends, and what of it is not about one block.
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/debug/corruption.h>
#include <ntdll-emu/rtl/heap/debug/delayed_frees.h>
#include <ntdll-emu/rtl/heap/debug/fault_report.h>
#include <ntdll-emu/rtl/heap/debug/watched_blocks.h>
#include <ntdll-emu/rtl/heap/debug/refusals.h>
#include <ntdll-emu/rtl/heap/page_map.h>

#include <cstring>
#include <new>

namespace oriel::rtl::heap::debug {

namespace {

constexpr std::uint8_t facade_fill = 0xEE; ///< what NT leaves of a page heap's HEAP, but for the flags (observed)
constexpr std::size_t root_at = page_size;

Heap* make_facade(void* at, const Pages& pages, const CreateRequest& request) {
    auto* const facade = new (at) Heap{.Source = pages};
    const HeapFlags flags = flags_for(request);
    if (flags.flags & flag::page_allocations) std::memset(at, facade_fill, address_of(&facade->Flags) - address_of(at));
    else facade->SegmentSignature = segment_signature;
    facade->Flags = flags.flags;
    facade->ForceFlags = flags.forced;
    facade->Signature = heap_signature;
    facade->HeaderOverhead = 2 * pointer_bytes;
    facade->Bins.store(&front_end::no_bins, std::memory_order_relaxed);
    facade->SegmentList.make_empty();
    facade->VirtualAllocdBlocks.make_empty();
    facade->SpareLargeBlocks.make_empty();
    initialize(facade->Lock, nt::critical_section_flag::dynamic_spin | 4000);
    facade->LockVariable = &facade->Lock;
    return facade;
}

/// Every record that is this heap's: its blocks leave the table, its addresses go back.
void drop_records(DebugHeap& heap) {
    BlockTable& table = block_table();
    for (std::uint32_t number = 1; number <= table.count(); ++number) {
        BlockRecord& record = *table.at(number);
        if (record.state == BlockState::Unused || record.heap != &heap) continue;
        if (record.is_block()) table.remove(record);
        if (record.state == BlockState::Region) heap.pages.release({address_of(record.base), record.bytes});
        table.drop(record);
    }
}

} // namespace

NtResult<Heap*> create(const Pages& pages, const CreateRequest& request) {
    const PageRange range = TRY(pages.reserve(allocation_granularity));
    Reservation reservation(pages, range);
    TRY(pages.commit({range.base(), root_at + align_up(sizeof(DebugHeap), page_size)}, PageUse::Data));
    Heap* const facade = make_facade(pointer_to<void>(range.base()), pages, request);
    auto* const heap = new (pointer_to<void>(range.base() + root_at)) DebugHeap{
        .facade = facade, .plain = nullptr, .settings = settings_for(request.global_flags), .pages = pages,
        .flags = request.flags, .guarded_blocks = 0, .told_of_scarcity = false, .delayed = {}, .runs = {},
        .region_at = nullptr, .region_end = nullptr};
    facade->Debug = heap;
    if (heap->settings.guarding == Guarding::Pages) explain_access_violations();
    if (request.global_flags & global_flag::application_verifier) read_refusal_rule();
    TRY(page_map().insert(range, Region::tag(static_cast<Segment*>(facade)))); // it is a heap, and no block lies in it
    if (heap->settings.guarding == Guarding::None) {
        CreateRequest ordinary = request;
        ordinary.unwatched = true;
        const auto plain = heap::create(pages, ordinary);
        if (!plain.ok()) {
            page_map().remove(range);
            return plain.error();
        }
        heap->plain = plain.value();
    }
    reservation.keep();
    return facade;
}

void destroy(Heap& facade) {
    DebugHeap& heap = *facade.Debug;
    FaultReport fault;
    {
        const WatchHold watch;
        find_damage(heap, fault);
        drop_records(heap);
    }
    if (fault.any()) fault.send();
    if (heap.plain != nullptr) heap::destroy(*heap.plain);
    facade.Signature = 0;
    const Pages pages = heap.pages;
    const PageRange range(address_of(&facade), allocation_granularity);
    page_map().remove(range);
    pages.release(range);
}

void find_damage(DebugHeap& heap, FaultReport& fault) {
    if (heap.settings.guarding == Guarding::None) return;
    BlockTable& table = block_table();
    for (std::uint32_t number = 1; number <= table.count() && !fault.any(); ++number) {
        const BlockRecord& record = *table.at(number);
        if (!record.is_block() || record.heap != &heap) continue;
        const Damage damage = record.state == BlockState::Busy ? damage_around(record) : damage_in_freed(record);
        if (damage.at != nullptr) fault.set_damage(damage, heap, record.data, record);
    }
}

BlockVerdict validate(Heap& facade, std::uint32_t flags, void* data) {
    DebugHeap& heap = *facade.Debug;
    if (heap.settings.guarding == Guarding::None) return heap::validate(*heap.plain, flags, data);
    FaultReport fault;
    {
        HeapHold hold(facade, facade.effective(flags));
        const WatchHold watch;
        if (data == nullptr) {
            find_damage(heap, fault);
            if (!fault.any()) return heap.plain == nullptr ? BlockVerdict::Good : heap::validate(*heap.plain, flags, nullptr);
        } else {
            const BlockRecord* const record = busy_block(heap, data);
            if (record == nullptr) return verdict_on_bad(data);
            const Damage damage = damage_around(*record);
            if (damage.at == nullptr) return BlockVerdict::Good;
            fault.set_damage(damage, heap, data, *record);
        }
        fault.mark_as_validation();
    }
    fault.send();
    return BlockVerdict::Reported;
}

void validate_if_asked(Heap& facade) {
    if (!(facade.Flags & flag::validate_all)) return;
    if (debug::validate(facade, 0, nullptr) != BlockVerdict::Bad) return; // or it has told already
    stop_for_corruption(facade);
}

std::size_t compact(Heap& facade, std::uint32_t flags) {
    Heap* const plain = facade.Debug->plain;
    return plain != nullptr ? heap::compact(*plain, flags) : 0;
}

void zero_free_blocks(Heap& facade, std::uint32_t flags) {
    const DebugHeap& heap = *facade.Debug;
    // With a page heap, what is free cannot be read, or holds a pattern.
    if (heap.settings.guarding == Guarding::None) heap::zero_free_blocks(*heap.plain, flags);
}

/// The cursor of a page heap is the block that was answered last; its record says which is the next.
Status walk(Heap& facade, NtHeapWalkEntry& entry) {
    DebugHeap& heap = *facade.Debug;
    if (heap.settings.guarding == Guarding::None) return heap::walk(*heap.plain, entry);
    HeapHold hold(facade, facade.effective(0));
    const WatchHold watch;
    std::uint32_t number = 0;
    if (!entry.DataAddress) {
        entry = {};
        entry.DataAddress = &facade;
        entry.DataSize = page_size;
        entry.Flags = nt::heap_entry_flag::region;
        entry.Segment.CommittedSize = static_cast<std::uint32_t>(root_at + align_up(sizeof(DebugHeap), page_size));
        return Status::Success;
    }
    if (entry.DataAddress.get() != &facade) {
        const BlockRecord* const last = busy_block(heap, entry.DataAddress);
        if (last == nullptr) return Status::InvalidParameter;
        number = last->number;
    }
    for (++number; number <= block_table().count(); ++number) {
        const BlockRecord& record = *block_table().at(number);
        if (record.state != BlockState::Busy || record.heap != &heap) continue;
        entry = {};
        entry.DataAddress = record.data;
        entry.DataSize = record.size;
        entry.Flags = nt::heap_entry_flag::busy | nt::heap_entry_flag::block;
        entry.Flags |= static_cast<std::uint16_t>(record.user_flags >> entry_flag::settable_shift);
        entry.Block.Settable = reinterpret_cast<nt::uptr<nt::Native>>(record.user_value);
        return Status::Success;
    }
    return Status::NoMoreEntries;
}

void program_begins() {
    begin_refusals();
    surroundings::send(nt::FaultEvent::ProgramEntry, nullptr, 0);
}

} // namespace oriel::rtl::heap::debug
