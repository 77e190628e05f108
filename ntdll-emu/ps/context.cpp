// SPDX-License-Identifier: MIT
// context.cpp: gate registers to CONTEXT and back (64-bit; context32.cpp has the other one).
#include "context.h"

#include <cstddef>
#include <cstring>

namespace oriel::ps {
namespace {

using Flags = nt::ContextFlags<nt::Nt64>;

// The x64 user-mode selectors, on Windows and on Linux alike but for SS.
constexpr std::uint16_t data_selector = 0x2B;
constexpr std::uint16_t teb_selector_x86 = 0x53;

/// CF PF AF ZF SF TF DF OF RF AC may be chosen by user mode (RF is cleared); IF is always set.
constexpr std::uint64_t settable_eflags = 0x00040DD5;
constexpr std::uint64_t fixed_eflags = 0x202;

/// The XSAVE header's XSTATE_BV stands behind the legacy area; its low bits are x87 and SSE.
constexpr std::size_t legacy_bytes = 512;

constexpr bool is_canonical(std::uint64_t address) {
    return static_cast<std::int64_t>(address << 16) >> 16 == static_cast<std::int64_t>(address);
}

} // namespace

nt::Context64 capture_context(gate::Thread& thread, std::uint32_t flags) {
    nt::Context64 context = {};
    const gate::Registers& from = thread.registers;
    context.ContextFlags = flags;
    if (Flags::has(flags, Flags::control)) {
        context.Rip = from.rip;
        context.Rsp = from.rsp;
        context.EFlags = static_cast<std::uint32_t>(from.eflags);
        context.SegCs = static_cast<std::uint16_t>(from.cs);
        context.SegSs = data_selector;
    }
    if (Flags::has(flags, Flags::integer)) {
        const std::uint64_t rsp = context.Rsp;
        static_assert(offsetof(gate::Registers, rip) == 16 * sizeof(std::uint64_t));
        std::memcpy(&context.Rax, &from, 16 * sizeof(std::uint64_t));
        if (!Flags::has(flags, Flags::control)) context.Rsp = rsp;
    }
    if (Flags::has(flags, Flags::segments)) {
        context.SegDs = context.SegEs = context.SegGs = data_selector;
        context.SegFs = teb_selector_x86;
    }
    if (Flags::has(flags, Flags::floating_point)) {
        gate::materialize_xstate(thread);
        std::memcpy(&context.FltSave, thread.xstate, sizeof context.FltSave);
        context.MxCsr = context.FltSave.MxCsr;
    }
    return context;
}

NtResult<> apply_context(gate::Thread& thread, const nt::Context64& context) {
    const std::uint32_t flags = context.ContextFlags;
    if (Flags::has(flags, Flags::control) && !is_canonical(context.Rip)) return Status::InvalidParameter;
    gate::materialize_xstate(thread); // a full exit loads all of it
    thread.entered = gate::Entered::Fault;
    gate::Registers& to = thread.registers;
    if (Flags::has(flags, Flags::integer)) {
        const std::uint64_t rsp = to.rsp;
        std::memcpy(&to, &context.Rax, 16 * sizeof(std::uint64_t));
        to.rsp = rsp;
    }
    if (Flags::has(flags, Flags::control)) {
        to.rip = context.Rip;
        to.rsp = context.Rsp;
        to.cs = gate::code_64;
        to.eflags = (context.EFlags & settable_eflags) | fixed_eflags;
    }
    if (Flags::has(flags, Flags::floating_point)) {
        auto* area = static_cast<std::byte*>(thread.xstate);
        std::memcpy(area, &context.FltSave, sizeof context.FltSave);
        std::uint32_t mxcsr = context.MxCsr & 0xFFFF; // a reserved bit would make XRSTOR fault
        std::memcpy(area + offsetof(nt::XSAVE_FORMAT, MxCsr), &mxcsr, sizeof mxcsr);
        std::uint64_t components;
        std::memcpy(&components, area + legacy_bytes, sizeof components);
        components |= 3;
        std::memcpy(area + legacy_bytes, &components, sizeof components);
    }
    return {};
}

} // namespace oriel::ps
