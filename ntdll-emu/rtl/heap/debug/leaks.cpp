// SPDX-License-Identifier: MIT
// leaks.cpp: the blocks that are still alive at the end, by the place that allocated them.
//
// All that is done here is to count: the host sorts, tells ntdll's own blocks from the program's by their stacks, and
// prints. It runs when only this thread is left and every DLL has been told of the end.
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

namespace oriel::rtl::heap::debug {

namespace {

struct Group {
    std::uint64_t blocks, bytes;
    const BlockRecord* first;
};

void count(Group& group, const BlockRecord& record) {
    ++group.blocks;
    group.bytes += record.size;
    if (group.first == nullptr || record.serial < group.first->serial) group.first = &record;
}

void tell(const Group& group, TraceNumber trace) {
    nt::LeakGroupRecord told{};
    told.blocks = group.blocks;
    told.bytes = group.bytes;
    told.first_block = reinterpret_cast<std::uintptr_t>(group.first->data);
    told.first_size = group.first->size;
    told.first_serial = group.first->serial;
    told.heap = reinterpret_cast<std::uintptr_t>(group.first->heap->facade);
    store_trace(trace, group.first->allocated_by, told.allocated);
    surroundings::send(nt::FaultEvent::LeakGroup, &told, sizeof told);
}

} // namespace

void report_leaks() {
    std::uint32_t wanted = 0;
    if (!surroundings::execution_option(u"OrielHeapLeaks", wanted) || wanted == 0) return;
    const WatchHold hold;
    const std::size_t groups = std::size_t{trace_count()} + 1;
    const Pages& pages = process_pages();
    const auto range = pages.reserve(align_up(groups * sizeof(Group), page_size));
    if (!range.ok() || !pages.commit(range.value(), PageUse::Data).ok()) return;
    auto* const table = pointer_to<Group>(range.value().base());
    for (std::uint32_t number = 1; number <= block_table().count(); ++number) {
        const BlockRecord& record = *block_table().at(number);
        if (record.state == BlockState::Busy) count(table[record.allocated_at], record);
    }
    for (std::size_t trace = 0; trace < groups; ++trace) {
        if (table[trace].blocks != 0) tell(table[trace], static_cast<TraceNumber>(trace));
    }
    surroundings::send(nt::FaultEvent::LeakEnd, nullptr, 0);
    pages.release(range.value());
}

} // namespace oriel::rtl::heap::debug
