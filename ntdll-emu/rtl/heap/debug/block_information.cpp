// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/block_information.h>

#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

namespace oriel::rtl::heap::debug {

namespace {

BlockInformation information_of(const BlockRecord& record) {
    const Patterns& patterns = patterns_of(record);
    const bool freed = record.state == BlockState::Delayed;
    BlockInformation information{};
    information.StartStamp[0] = patterns.start_stamp - (freed ? freed_stamp_difference : 0);
    information.EndStamp[sizeof(void*) / 4 - 1] = patterns.end_stamp - (freed ? freed_stamp_difference : 0);
    information.Heap = record.heap->facade;
    information.RequestedSize = record.size;
    information.ActualSize = record.bytes;
    information.StackTrace = const_cast<Trace*>(trace_of(freed ? record.freed_at : record.allocated_at));
    return information;
}

/// The first of `bytes` that is not `expected`; null if all are.
const std::uint8_t* first_other(const std::uint8_t* at, std::size_t bytes, std::uint8_t expected) {
    for (std::size_t i = 0; i < bytes; ++i) {
        if (at[i] != expected) return at + i;
    }
    return nullptr;
}

Damage damage_before(const BlockRecord& record) {
    if (!has_information(record)) return {};
    const BlockInformation expected = information_of(record);
    const auto* const wanted = reinterpret_cast<const std::uint8_t*>(&expected);
    const std::uint8_t* const found = record.data - sizeof expected;
    // Seen from the block: the byte nearest to it that is wrong comes first.
    for (std::size_t i = sizeof expected; i-- > 0;) {
        if (found[i] == wanted[i]) continue;
        while (i > 0 && found[i - 1] != wanted[i - 1]) --i;
        return {nt::HeapFaultKind::Underrun, found + i, wanted[i]};
    }
    return {};
}

} // namespace

std::uint8_t* suffix_end(const BlockRecord& record) {
    if (record.guarding == Guarding::Patterns) return record.data + record.size + normal_suffix_bytes;
    return record.base + record.bytes - (has_information(record) ? page_size : 0);
}

bool has_information(const BlockRecord& record) {
    return record.guarding == Guarding::Patterns
           || (record.guarding == Guarding::Pages && !record.heap->settings.backwards);
}

void write_surroundings(const BlockRecord& record) {
    if (has_information(record)) {
        const BlockInformation information = information_of(record);
        std::memcpy(record.data - sizeof information, &information, sizeof information);
    }
    std::uint8_t* const suffix = record.data + record.size;
    std::memset(suffix, patterns_of(record).suffix, static_cast<std::size_t>(suffix_end(record) - suffix));
}

void mark_freed(const BlockRecord& record) {
    const BlockInformation information = information_of(record);
    std::memcpy(record.data - sizeof information, &information, sizeof information);
}

Damage damage_around(const BlockRecord& record) {
    const std::uint8_t* const suffix = record.data + record.size;
    const std::uint8_t expected = patterns_of(record).suffix;
    const auto length = static_cast<std::size_t>(suffix_end(record) - suffix);
    if (const std::uint8_t* const other = first_other(suffix, length, expected))
        return {nt::HeapFaultKind::Overrun, other, expected};
    return damage_before(record);
}

Damage damage_in_freed(const BlockRecord& record) {
    if (record.guarding != Guarding::Patterns) return {};
    if (const std::uint8_t* const other = first_other(record.data, record.size, freed_fill))
        return {nt::HeapFaultKind::FreedBlockWritten, other, freed_fill};
    Damage damage = damage_around(record);
    if (damage.at != nullptr) damage.kind = nt::HeapFaultKind::FreedBlockWritten;
    return damage;
}

} // namespace oriel::rtl::heap::debug
