// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/fault_report.h>

#include <cstring>

namespace oriel::rtl::heap::debug {

using nt::HeapFaultKind;

void describe_block(const BlockRecord& record, nt::HeapFaultRecord& to) {
    to.owner = reinterpret_cast<std::uintptr_t>(record.heap->facade);
    to.block = reinterpret_cast<std::uintptr_t>(record.data);
    to.size = record.size;
    to.serial = record.serial;
    store_trace(record.allocated_at, record.allocated_by, to.allocated);
    if (record.state == BlockState::Delayed) store_trace(record.freed_at, record.freed_by, to.freed);
}

void FaultReport::set(HeapFaultKind kind, const DebugHeap& heap, const void* pointer, const BlockRecord* record) {
    m_any = true;
    std::memset(&m_record, 0, sizeof m_record);
    m_record.kind = kind;
    m_record.heap = reinterpret_cast<std::uintptr_t>(heap.facade);
    m_record.pointer = reinterpret_cast<std::uintptr_t>(pointer);
    if (record != nullptr) describe_block(*record, m_record);
}

void FaultReport::set_damage(const Damage& damage, const DebugHeap& heap, const void* pointer,
                             const BlockRecord& record) {
    set(damage.kind, heap, pointer, &record);
    m_record.address = reinterpret_cast<std::uintptr_t>(damage.at);
    m_record.expected = damage.expected;
    // As many bytes as are surely the block's own surroundings.
    const std::uint8_t* const end = damage.at < record.data ? record.data : suffix_end(record);
    const auto room = static_cast<std::size_t>(end - damage.at);
    m_record.found_bytes = static_cast<std::uint8_t>(room < sizeof m_record.found ? room : sizeof m_record.found);
    std::memcpy(m_record.found, damage.at, m_record.found_bytes);
}

void FaultReport::send() {
    store_current_trace(m_record.now);
    surroundings::send(nt::FaultEvent::HeapFault, &m_record, sizeof m_record);
    if (!(m_record.flags & nt::heap_fault_is_validation)) surroundings::break_in();
}

namespace {

constexpr std::uintptr_t execute_access = 8;

/// What an access in the run of that block is, seen from the block.
HeapFaultKind kind_of_access(const BlockRecord& record, std::uintptr_t address, std::uintptr_t access) {
    const auto data = reinterpret_cast<std::uintptr_t>(record.data);
    if (record.state == BlockState::Delayed) return HeapFaultKind::AccessFreed;
    if (address < data) return HeapFaultKind::AccessBefore;
    if (address - data < record.size && access == execute_access) return HeapFaultKind::AccessExecute;
    return HeapFaultKind::AccessBehind;
}

/// Runs on the stack of the thread that faulted, which may be nearly full: the record is not on it.
void observe_access_violation(std::uintptr_t address, std::uintptr_t access, const void* context) {
    static nt::HeapFaultRecord report;
    const WatchHold hold;
    const BlockRecord* const record = block_table().containing(address);
    if (record == nullptr || record->guarding != Guarding::Pages) return;
    std::memset(&report, 0, sizeof report);
    report.kind = kind_of_access(*record, address, access);
    report.pointer = address;
    report.access = access;
    report.context = reinterpret_cast<std::uintptr_t>(context);
    describe_block(*record, report);
    report.heap = report.owner;
    surroundings::send(nt::FaultEvent::HeapFault, &report, sizeof report);
}

} // namespace

void explain_access_violations() { surroundings::watch_access_violations(observe_access_violation); }

} // namespace oriel::rtl::heap::debug
