// SPDX-License-Identifier: MIT
// context32.cpp: gate registers to the CONTEXT of 32-bit programs and back.
//
// It tells x87 twice: in FNSAVE's form, and with SSE in FXSAVE's (ContextFlags::extended_registers). Both count when it
// is loaded: first FXSAVE's, then x87 from the other, which is the one that filters change.
#include "context.h"

#include "x87_state.h"

#include <cstring>

namespace oriel::ps {
namespace {

using Flags = nt::ContextFlags<nt::Nt32>;

// As Windows has them. FS really holds another one (loader/gate/compatibility.cpp).
constexpr std::uint32_t data_selector = 0x2B, teb_selector = 0x53;

constexpr std::uint64_t settable_eflags = 0x00040DD5; // as for 64-bit programs
constexpr std::uint64_t fixed_eflags = 0x202;

constexpr std::size_t header_offset = sizeof(nt::XSAVE_FORMAT); // XSTATE_BV
constexpr std::uint64_t x87_and_sse = 3;

std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

nt::XSAVE_FORMAT& legacy_area(gate::Thread& thread) { return *static_cast<nt::XSAVE_FORMAT*>(thread.xstate); }

void count_legacy_area(gate::Thread& thread) {
    auto* const at = static_cast<std::byte*>(thread.xstate) + header_offset;
    std::uint64_t components;
    std::memcpy(&components, at, sizeof components);
    components |= x87_and_sse;
    std::memcpy(at, &components, sizeof components);
}

/// A 32-bit program has eight XMM registers: the others, which its area does not show, stay as they were.
constexpr std::size_t shown_bytes = offsetof(nt::XSAVE_FORMAT, XmmRegisters) + 8 * sizeof(nt::M128A);

} // namespace

nt::Context32 capture_context32(gate::Thread& thread, std::uint32_t flags) {
    nt::Context32 context = {};
    const gate::Registers& from = thread.registers;
    context.ContextFlags = flags;
    if (Flags::has(flags, Flags::control)) {
        context.Ebp = low(from.rbp);
        context.Eip = low(from.rip);
        context.Esp = low(from.rsp);
        context.EFlags = low(from.eflags);
        context.SegCs = static_cast<std::uint32_t>(from.cs);
        context.SegSs = data_selector;
    }
    if (Flags::has(flags, Flags::integer)) {
        context.Eax = low(from.rax);
        context.Ebx = low(from.rbx);
        context.Ecx = low(from.rcx);
        context.Edx = low(from.rdx);
        context.Esi = low(from.rsi);
        context.Edi = low(from.rdi);
    }
    if (Flags::has(flags, Flags::segments)) {
        context.SegDs = context.SegEs = context.SegGs = data_selector;
        context.SegFs = teb_selector;
    }
    const bool x87 = Flags::has(flags, Flags::floating_point), extended = Flags::has(flags, Flags::extended_registers);
    if (x87 || extended) gate::materialize_xstate(thread);
    if (x87) context.FloatSave = x87_state_of(legacy_area(thread));
    if (extended) std::memcpy(context.ExtendedRegisters, thread.xstate, shown_bytes);
    return context;
}

NtResult<> apply_context(gate::Thread& thread, const nt::Context32& context) {
    const std::uint32_t flags = context.ContextFlags;
    gate::materialize_xstate(thread); // a full exit loads all of it
    thread.entered = gate::Entered::Fault;
    gate::Registers& to = thread.registers;
    if (Flags::has(flags, Flags::integer)) {
        to.rax = context.Eax;
        to.rbx = context.Ebx;
        to.rcx = context.Ecx;
        to.rdx = context.Edx;
        to.rsi = context.Esi;
        to.rdi = context.Edi;
    }
    if (Flags::has(flags, Flags::control)) {
        to.rbp = context.Ebp;
        to.rip = context.Eip;
        to.rsp = context.Esp;
        to.cs = context.SegCs == gate::code_64 ? gate::code_64 : gate::code_32; // it may have jumped to 64-bit code itself
        to.eflags = (context.EFlags & settable_eflags) | fixed_eflags;
    }
    if (Flags::has(flags, Flags::extended_registers)) {
        std::memcpy(thread.xstate, context.ExtendedRegisters, shown_bytes);
        nt::XSAVE_FORMAT& area = legacy_area(thread);
        area.MxCsr &= 0xFFFF; // a reserved bit would make XRSTOR fault
        count_legacy_area(thread);
    }
    if (Flags::has(flags, Flags::floating_point)) {
        load_x87_state(legacy_area(thread), context.FloatSave);
        count_legacy_area(thread);
    }
    return {};
}

} // namespace oriel::ps
