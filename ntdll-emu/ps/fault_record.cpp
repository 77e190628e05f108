// SPDX-License-Identifier: MIT
// fault_record.cpp: from exception vectors to STATUS codes.
//
// Memory faults carry what was tried and where. A general-protection fault does not say why, so the
// instruction is looked at: a privileged one has its own status, an `int n` may be one of NT's own calls,
// and all else is told as an access violation at address -1, as NT does.
// Source: "EXCEPTION_RECORD structure", "Structured exception handling" (Microsoft documentation).
#include "fault_record.h"

#include "fault_instruction.h"

#include <oriel/nt_result.h>

namespace oriel::ps {
namespace {

using Record = nt::EXCEPTION_RECORD<nt::Nt64>;

enum Vector : std::uint64_t {
    divide_error = 0, debug = 1, breakpoint = 3, overflow = 4, bound_range = 5, invalid_opcode = 6,
    general_protection = 13, page_fault = 14, x87_error = 16, alignment_check = 17, simd_error = 19
};

constexpr std::uint64_t error_write = 0x2;
constexpr std::uint64_t error_fetch = 0x10;
constexpr std::uint32_t trap_flag = 0x100;
constexpr std::uint32_t noncontinuable = 1;

bool is_privileged(const FaultInstruction& instruction) {
    switch (instruction.at(0)) {
    case 0xF4: case 0xFA: case 0xFB:                       // hlt cli sti
    case 0xE4: case 0xE5: case 0xE6: case 0xE7:            // in, out
    case 0xEC: case 0xED: case 0xEE: case 0xEF:
    case 0x6C: case 0x6D: case 0x6E: case 0x6F: return true; // ins, outs
    case 0x0F:
        switch (instruction.at(1)) {
        case 0x00: return ((instruction.at(2) >> 3) & 7) == 2 || ((instruction.at(2) >> 3) & 7) == 3; // lldt ltr
        case 0x01: return ((instruction.at(2) >> 3) & 7) >= 2;                                        // lgdt lidt lmsw invlpg
        case 0x06: case 0x08: case 0x09:                             // clts invd wbinvd
        case 0x20: case 0x21: case 0x22: case 0x23:                  // mov cr, dr
        case 0x30: case 0x32: case 0x33: return true;                // wrmsr rdmsr rdpmc
        default: return false;
        }
    default: return false;
    }
}

void access_violation(Record& record, std::uint64_t kind, std::uint64_t address) {
    record.ExceptionCode = Status::AccessViolation;
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = kind;
    record.ExceptionInformation[1] = address;
}

std::uint64_t access_kind(const gate::Fault& fault) {
    if (fault.error & error_fetch) return nt::access_violation::execute;
    return fault.error & error_write ? nt::access_violation::write : nt::access_violation::read;
}

void general_protection_fault(Record& record, gate::Thread& thread) {
    const FaultInstruction instruction(thread.registers);
    if (instruction.at(0) == 0xCD) { // int n
        switch (instruction.at(1)) {
        case 0x29:
            record.ExceptionCode = Status::StackBufferOverrun;
            record.ExceptionFlags = noncontinuable;
            record.NumberParameters = 1;
            record.ExceptionInformation[0] = thread.registers.rcx; // the FAST_FAIL_ code
            return;
        case 0x2C:
            record.ExceptionCode = Status::AssertionFailure;
            thread.registers.rip += 2;
            return;
        case 0x2D:
            record.ExceptionCode = Status::Breakpoint;
            record.NumberParameters = 1;
            record.ExceptionInformation[0] = thread.registers.rax;
            thread.registers.rip += 2; // NT skips the byte behind, and steps one back as behind every breakpoint
            return;
        default: break;
        }
    }
    if (is_privileged(instruction)) record.ExceptionCode = Status::PrivilegedInstruction;
    else access_violation(record, nt::access_violation::read, ~std::uint64_t{0});
}

/// The divisor of `div` or `idiv` is zero, or the quotient does not fit: NT tells the two apart.
bool divides_by_zero(const gate::Thread& thread) {
    const FaultInstruction instruction(thread.registers);
    const std::uint8_t opcode = instruction.at(0);
    if (opcode != 0xF6 && opcode != 0xF7) return true;
    return instruction.operand(thread.registers, opcode == 0xF6 ? 1 : instruction.operand_bytes()).value_or(0) == 0;
}

/// What x87 and SSE call their exceptions is in the same order of bits. A denormal operand has a code of its own in
/// ntstatus.h, but NT tells it as an invalid operation.
Status floating_point_status(std::uint32_t raised) {
    if (raised & 0x01) return Status::FloatInvalidOperation;
    if (raised & 0x04) return Status::FloatDivideByZero;
    if (raised & 0x02) return Status::FloatInvalidOperation;
    if (raised & 0x08) return Status::FloatOverflow;
    if (raised & 0x10) return Status::FloatUnderflow;
    return Status::FloatInexactResult;
}

const nt::XSAVE_FORMAT& legacy_area(const gate::Thread& thread) { return *static_cast<const nt::XSAVE_FORMAT*>(thread.xstate); }

void x87_fault(Record& record, const gate::Thread& thread) {
    constexpr std::uint32_t invalid = 0x01, stack_fault = 0x40;
    const std::uint32_t status = legacy_area(thread).StatusWord;
    const std::uint32_t raised = status & ~legacy_area(thread).ControlWord & 0x3Fu;
    record.ExceptionCode = (raised & invalid) && (status & stack_fault) ? Status::FloatStackCheck : floating_point_status(raised);
    record.NumberParameters = 1;
}

/// The 64-bit kernel tells one exception of an SSE instruction as x87 would; only in 32-bit processes it answers
/// STATUS_FLOAT_MULTIPLE_FAULTS or _TRAPS ("x86 exception filter" of the Universal C Runtime says so).
void simd_fault(Record& record, const gate::Thread& thread) {
    const std::uint32_t mxcsr = legacy_area(thread).MxCsr;
    const std::uint32_t raised = mxcsr & ~(mxcsr >> 7) & 0x3Fu;
    constexpr std::uint32_t before_the_instruction = 0x07; // invalid, denormal, division by zero
    if (!thread.is_32()) record.ExceptionCode = floating_point_status(raised);
    else record.ExceptionCode = raised & before_the_instruction ? Status::FloatMultipleFaults : Status::FloatMultipleTraps;
    record.NumberParameters = 2;
    record.ExceptionInformation[1] = mxcsr;
}

} // namespace

nt::EXCEPTION_RECORD<nt::Nt64> record_of(const gate::Fault& fault, gate::Thread& thread) {
    Record record = {};
    switch (fault.trap) {
    case page_fault:
        access_violation(record, access_kind(fault), fault.address);
        break;
    case general_protection: general_protection_fault(record, thread); break;
    case alignment_check: record.ExceptionCode = Status::DatatypeMisalignment; break;
    case divide_error:
        record.ExceptionCode = divides_by_zero(thread) ? Status::IntegerDivideByZero : Status::IntegerOverflow;
        break;
    case debug:
        record.ExceptionCode = Status::SingleStep;
        thread.registers.eflags &= ~std::uint64_t{trap_flag};
        break;
    case breakpoint:
        record.ExceptionCode = Status::Breakpoint;
        record.NumberParameters = 1;
        thread.registers.rip -= 1;
        break;
    case overflow: record.ExceptionCode = Status::IntegerOverflow; break;
    case bound_range: record.ExceptionCode = Status::ArrayBoundsExceeded; break;
    case x87_error: x87_fault(record, thread); break;
    case simd_error: simd_fault(record, thread); break;
    case invalid_opcode: record.ExceptionCode = Status::IllegalInstruction; break;
    default: access_violation(record, access_kind(fault), fault.address); break;
    }
    record.ExceptionAddress.value = thread.registers.rip;
    return record;
}

bool is_fast_fail(const nt::EXCEPTION_RECORD<nt::Nt64>& record) {
    return record.ExceptionCode == Status::StackBufferOverrun && (record.ExceptionFlags & noncontinuable);
}

} // namespace oriel::ps
