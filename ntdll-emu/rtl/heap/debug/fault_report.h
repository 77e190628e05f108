// SPDX-License-Identifier: MIT
// fault_report.h: a fault put into words that the host understands, and the stop.
//
// A report is made under the locks (the block's record must not change while it is read) and sent without them: what
// comes after it, an exception, runs the program's handlers.
#pragma once

#include <ntdll-emu/rtl/heap/debug/block_information.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

namespace oriel::rtl::heap::debug {

/// A fault that was found, or none.
class FaultReport {
public:
    [[nodiscard]] bool any() const { return m_any; }

    /// `pointer` as the program gave it. `record` may be null.
    void set(nt::HeapFaultKind kind, const DebugHeap& heap, const void* pointer, const BlockRecord* record);
    /// With the bytes that are wrong.
    void set_damage(const Damage& damage, const DebugHeap& heap, const void* pointer, const BlockRecord& record);
    void mark_as_validation() { m_record.flags |= nt::heap_fault_is_validation; }

    /// No lock is held. Tells the host; then a breakpoint exception, unless HeapValidate asked.
    void send();

private:
    bool m_any = false;
    nt::HeapFaultRecord m_record;
};

/// What is known of a block, into a report.
void describe_block(const BlockRecord& record, nt::HeapFaultRecord& to);

/// The first page heap asks to see access violations: whose page is it, and who wrote behind which block?
void explain_access_violations();

} // namespace oriel::rtl::heap::debug
