// SPDX-License-Identifier: MIT
// exception_delivery.cpp: what NT's kernel does between a trap and ntdll (KiDispatchException).
#include "exception_delivery.h"

#include "context.h"
#include "extended_state.h"
#include "fault_record.h"

#include <ntdll-emu/ps/process.h>
#include <nt/teb.h>
#include <oriel/user_ptr.h>

#include <algorithm>

namespace oriel::ps {
namespace {

using Flags = nt::ContextFlags<nt::Nt64>;
using Record = nt::EXCEPTION_RECORD<nt::Nt64>;

/// Guest code that NT starts begins with these flags: interrupts on, no TF, DF, AC.
constexpr std::uint64_t fresh_eflags = 0x202;

/// What is left of a stack whose overflow is told, where the thread asked for no more (SetThreadStackGuarantee): room for
/// the record, the frame walk and a filter, and for the second chance behind them.
constexpr std::uint32_t least_guaranteed = 0x4000;

constexpr int sigbus = 7; // as gate::Fault tells it

/// What goes on the guest's stack: a frame, and the extended state above it.
template<class Frame>
class Pushed {
public:
    explicit Pushed(Thread& thread) : m_thread(thread), m_xstate_bytes(compacted_xstate_bytes()) {
        m_xstate = align_down(thread.gate().registers.rsp - m_xstate_bytes, nt::xstate::alignment);
        m_rsp = align_down(m_xstate - sizeof(Frame), 16);
        frame.Context = capture_context(thread.gate(), m_xstate_bytes ? Flags::all | Flags::xstate : Flags::all);
        const nt::Context64& context = frame.Context;
        frame.MachineFrame = {.Rip = context.Rip, .SegCs = context.SegCs, .EFlags = context.EFlags, .Rsp = context.Rsp, .SegSs = context.SegSs};
        describe_parts();
    }

    /// Writes all of it and makes the thread go on at `entry` with RSP pointing to the frame.
    NtResult<> enter(Address entry) {
        if (m_xstate_bytes) TRY(push_extended_state(m_thread.gate(), Address(m_xstate)));
        TRY(copy_to_guest(Address(m_rsp), &frame, sizeof frame));
        gate::Registers& registers = m_thread.gate().registers;
        registers.rsp = m_rsp;
        registers.rip = entry.value();
        registers.cs = gate::code_64;
        registers.eflags = fresh_eflags;
        m_thread.gate().entered = gate::Entered::Fault; // from here on all registers count
        m_thread.set_exit(gate::Exit::Full);
        return {};
    }

    Frame frame = {};

private:
    void describe_parts() {
        const std::uint64_t ex_at = m_rsp + offsetof(Frame, ContextEx);
        const auto from_ex = [&](std::uint64_t at) { return static_cast<std::int32_t>(at - ex_at); };
        const std::uint64_t end = m_xstate + m_xstate_bytes;
        frame.ContextEx.Legacy = {.Offset = from_ex(m_rsp), .Length = sizeof(nt::Context64)};
        frame.ContextEx.XState = {.Offset = m_xstate_bytes ? from_ex(m_xstate) : 0, .Length = m_xstate_bytes};
        frame.ContextEx.All = {.Offset = from_ex(m_rsp), .Length = static_cast<std::uint32_t>((m_xstate_bytes ? end : ex_at + sizeof(nt::CONTEXT_EX)) - m_rsp)};
    }

    Thread& m_thread;
    std::uint32_t m_xstate_bytes;
    std::uint64_t m_xstate;
    std::uint64_t m_rsp;
};

void end_by_exception(Thread& thread, const Record& record) {
    Process& process = thread.process();
    if (process.on_crash) process.on_crash(thread, record, capture_context(thread.gate(), Flags::full));
    process.terminate(record.ExceptionCode);
}

Record plain_record(Status code, std::uint64_t address) {
    Record record = {};
    record.ExceptionCode = code;
    record.ExceptionAddress.value = address;
    return record;
}

/// What mm says a page fault is, in NT's words.
Record record_of_outcome(const mm::FaultOutcome& outcome, gate::Thread& gate_thread) {
    Record record = record_of(gate_thread.fault, gate_thread);
    switch (outcome.kind) {
    case mm::FaultOutcome::Kind::GuardPage: record.ExceptionCode = Status::GuardPageViolation; break;
    case mm::FaultOutcome::Kind::StackOverflow: record.ExceptionCode = Status::StackOverflow; break;
    case mm::FaultOutcome::Kind::InPageError:
        record.ExceptionCode = Status::InPageError;
        record.NumberParameters = 3;
        record.ExceptionInformation[2] = static_cast<std::uint32_t>(Status::EndOfFile);
        break;
    default: break;
    }
    return record;
}

constexpr std::uint64_t page_fault_vector = 14;
constexpr std::uint64_t error_write = 0x2;
constexpr std::uint64_t error_fetch = 0x10;

mm::Fault memory_fault(const gate::Fault& fault) {
    mm::FaultAccess access = mm::FaultAccess::Read;
    if (fault.error & error_fetch) access = mm::FaultAccess::Execute;
    else if (fault.error & error_write) access = mm::FaultAccess::Write;
    return {.address = Address(fault.address),
            .access = access,
            .cause = fault.signal == sigbus ? mm::FaultCause::Paging : mm::FaultCause::Protection};
}

} // namespace

NtResult<> deliver_exception(Thread& thread, const Record& record) {
    if (thread.gate().is_32()) return deliver_exception32(thread, record);
    Pushed<nt::KUSER_EXCEPTION_STACK> pushed(thread);
    pushed.frame.ExceptionRecord = record;
    return pushed.enter(thread.process().ntdll.ki_user_exception_dispatcher);
}

NtResult<> deliver_apc(Thread& thread, const ke::UserApc& apc) {
    if (thread.gate().is_32()) return deliver_apc32(thread, apc);
    Pushed<nt::KUSER_APC_STACK> pushed(thread);
    nt::Context64& context = pushed.frame.Context;
    context.P1Home = apc.arguments[0];
    context.P2Home = apc.arguments[1];
    context.P3Home = apc.arguments[2];
    context.P4Home = apc.routine.value();
    return pushed.enter(thread.process().ntdll.ki_user_apc_dispatcher);
}

namespace {

template<class Abi>
mm::FaultOutcome resolve_fault_of(Thread& thread, const mm::Fault& fault) {
    using Teb = nt::TEB<Abi>;
    mm::AddressSpace& space = thread.process().address_space;
    // The TEB is the guest's: what it says of the stack is only a hint for mm. A fault on the TEB itself has none.
    const bool on_teb = fault.address >= thread.teb() && fault.address < thread.teb() + sizeof(Teb);
    if (on_teb) return space.handle_fault(fault);
    nt::uptr<Abi> base = 0, limit = 0, deallocation = 0;
    std::uint32_t guaranteed = 0;
    const auto capture = [&](auto& to, std::size_t offset) { return copy_from_guest(&to, thread.teb() + offset, sizeof to).ok(); };
    const bool known = capture(base, offsetof(nt::NT_TIB<Abi>, StackBase)) && capture(limit, offsetof(nt::NT_TIB<Abi>, StackLimit))
                       && capture(deallocation, offsetof(Teb, DeallocationStack)) && capture(guaranteed, offsetof(Teb, GuaranteedStackBytes));
    if (!known) return space.handle_fault(fault);
    guaranteed = std::max(guaranteed, least_guaranteed);
    const mm::StackBounds bounds{.deallocation = Address(deallocation), .limit = Address(limit), .base = Address(base),
                                 .guaranteed_bytes = guaranteed};
    const mm::FaultOutcome outcome = space.handle_fault(fault, &bounds);
    if (outcome.kind == mm::FaultOutcome::Kind::StackGrown || outcome.kind == mm::FaultOutcome::Kind::StackOverflow) {
        const UserPtr<nt::uptr<Abi>> stored(thread.teb() + offsetof(nt::NT_TIB<Abi>, StackLimit));
        (void)stored.store(static_cast<nt::uptr<Abi>>(outcome.new_stack_limit.value()));
    }
    return outcome;
}

} // namespace

mm::FaultOutcome resolve_fault(Thread& thread, const mm::Fault& fault) {
    return thread.gate().is_32() ? resolve_fault_of<nt::Nt32>(thread, fault) : resolve_fault_of<nt::Nt64>(thread, fault);
}

bool is_resolved(const mm::FaultOutcome& outcome) {
    return outcome.kind == mm::FaultOutcome::Kind::Resolved || outcome.kind == mm::FaultOutcome::Kind::StackGrown;
}

bool on_capture_fault(Address address, bool write) {
    gate::Thread* current = gate::current();
    if (!current) return false;
    const mm::Fault fault{.address = address, .access = write ? mm::FaultAccess::Write : mm::FaultAccess::Read, .cause = mm::FaultCause::Protection};
    return is_resolved(resolve_fault(*static_cast<Thread*>(current->owner), fault));
}

gate::Exit on_fault(gate::Thread& gate_thread) {
    auto& thread = *static_cast<Thread*>(gate_thread.owner);
    gate_thread.entered = gate::Entered::Fault;
    if (gate_thread.fault.signal == 0) return on_interrupt(gate_thread) == gate::Exit::Leave ? gate::Exit::Leave : gate::Exit::Full;

    const gate::Fault fault = gate_thread.fault;
    mm::FaultOutcome outcome{};
    if (fault.trap == page_fault_vector) {
        outcome = resolve_fault(thread, memory_fault(fault));
        if (is_resolved(outcome)) return gate::Exit::Full;
    }
    if (HeapObserver* const observer = thread.process().heap_observer; observer && observer->take_fault(thread)) return gate::Exit::Full;
    const Record record = fault.trap == page_fault_vector ? record_of_outcome(outcome, gate_thread) : record_of(fault, gate_thread);
    if (is_fast_fail(record) || !deliver_exception(thread, record).ok()) {
        end_by_exception(thread, record);
        return gate::Exit::Leave;
    }
    (void)thread.take_exit();
    return gate::Exit::Full;
}

gate::Exit on_interrupt(gate::Thread& gate_thread) {
    auto& thread = *static_cast<Thread*>(gate_thread.owner);
    while (const std::uint32_t todo = thread.ke().pending()) {
        if (todo & ke::pending_terminate) return gate::Exit::Leave;
        if (todo & ke::pending_suspend) {
            thread.ke().wait_while_suspended();
            continue;
        }
        if (todo & ke::pending_user_apc) {
            const auto apc = thread.ke().take_user_apc();
            if (!apc) continue;
            if (const auto delivered = deliver_apc(thread, *apc); !delivered.ok()) {
                end_by_exception(thread, plain_record(delivered.error(), gate_thread.registers.rip));
                return gate::Exit::Leave;
            }
            break; // the next one when this one has run
        }
    }
    (void)thread.take_exit();
    return gate_thread.entered == gate::Entered::Service ? gate::Exit::Fast : gate::Exit::Full;
}

} // namespace oriel::ps
