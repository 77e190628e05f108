// SPDX-License-Identifier: MIT
// exception_delivery32.cpp: records and registers on the stack of a 32-bit program.
//
// Simpler than for 64 bits: two pointers, the record, the CONTEXT; no machine frame, because nothing is unwound by tables.
#include "context.h"
#include "exception_delivery.h"

#include <ntdll-emu/ps/process.h>
#include <oriel/user_ptr.h>

namespace oriel::ps {
namespace {

using Flags = nt::ContextFlags<nt::Nt32>;
constexpr std::uint64_t fresh_eflags = 0x202;
constexpr std::uint64_t stack_alignment = 4;

nt::EXCEPTION_RECORD<nt::Nt32> narrow(const nt::EXCEPTION_RECORD<nt::Nt64>& record) {
    nt::EXCEPTION_RECORD<nt::Nt32> answer = {};
    answer.ExceptionCode = record.ExceptionCode;
    answer.ExceptionFlags = record.ExceptionFlags;
    answer.ExceptionRecord.value = static_cast<std::uint32_t>(record.ExceptionRecord.value);
    answer.ExceptionAddress.value = static_cast<std::uint32_t>(record.ExceptionAddress.value);
    answer.NumberParameters = record.NumberParameters;
    for (unsigned i = 0; i < nt::exception_maximum_parameters; ++i)
        answer.ExceptionInformation[i] = static_cast<std::uint32_t>(record.ExceptionInformation[i]);
    return answer;
}

/// Where a frame of `bytes` goes below the thread's stack pointer, of which only the lower half counts.
std::uint32_t place_below(Thread& thread, std::size_t bytes) {
    const auto esp = static_cast<std::uint32_t>(thread.gate().registers.rsp);
    return static_cast<std::uint32_t>(align_down(esp - static_cast<std::uint32_t>(bytes), stack_alignment));
}

/// Writes the frame and makes the thread go on at `entry` with ESP pointing to it.
template<class Frame>
NtResult<> enter(Thread& thread, std::uint32_t esp, const Frame& frame, Address entry) {
    TRY(copy_to_guest(Address(esp), &frame, sizeof frame));
    gate::Registers& registers = thread.gate().registers;
    registers.rsp = esp;
    registers.rip = entry.value();
    registers.cs = gate::code_32;
    registers.eflags = fresh_eflags;
    thread.gate().entered = gate::Entered::Fault; // from here on all registers count
    thread.set_exit(gate::Exit::Full);
    return {};
}

} // namespace

NtResult<> deliver_exception32(Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record) {
    using Frame = nt::KUSER_EXCEPTION_STACK32;
    const std::uint32_t esp = place_below(thread, sizeof(Frame));
    Frame frame = {};
    frame.ExceptionRecordPointer = esp + offsetof(Frame, ExceptionRecord);
    frame.ContextPointer = esp + offsetof(Frame, Context);
    frame.ExceptionRecord = narrow(record);
    frame.Context = capture_context32(thread.gate(), Flags::all);
    return enter(thread, esp, frame, thread.process().ntdll.ki_user_exception_dispatcher);
}

NtResult<> deliver_apc32(Thread& thread, const ke::UserApc& apc) {
    using Frame = nt::KUSER_APC_STACK32;
    const std::uint32_t esp = place_below(thread, sizeof(Frame));
    Frame frame = {};
    frame.NormalRoutine = static_cast<std::uint32_t>(apc.routine.value());
    frame.NormalContext = static_cast<std::uint32_t>(apc.arguments[0]);
    frame.SystemArgument1 = static_cast<std::uint32_t>(apc.arguments[1]);
    frame.SystemArgument2 = static_cast<std::uint32_t>(apc.arguments[2]);
    frame.Context = capture_context32(thread.gate(), Flags::all);
    return enter(thread, esp, frame, thread.process().ntdll.ki_user_apc_dispatcher);
}

} // namespace oriel::ps
