// SPDX-License-Identifier: MIT
// virtual_unwind.h: from a function's registers to its caller's, without running anything.
//
// virtual_unwind undoes, on a CONTEXT, what the function's prolog has done so far: it reads the saved
// registers back from the stack and moves the stack pointer up, and at last takes the return address.
// Where the function is decides what there is to undo:
//     in the prolog    only the codes of instructions that have run (by their offset);
//     in the body      all codes, then those of the entries this one is chained to;
//     in an epilog     the rest of the epilog's own instructions (epilog.h), no codes.
// ("x64 exception handling", section "Unwind procedure", Microsoft documentation.)
//
// One template serves three: ntdll (own memory), the host's crash reports (guest memory through
// fault-safe copies), and tests. A table that makes no sense ends in STATUS_BAD_FUNCTION_TABLE, a slot
// that cannot be read in STATUS_ACCESS_VIOLATION; the CONTEXT is then half unwound and worth nothing.
#pragma once

#include <nt/unwind.h>
#include <ntdll-emu/rtl/exception/epilog.h>
#include <ntdll-emu/rtl/exception/unwind_info.h>
#include <oriel/nt_result.h>

namespace oriel::rtl {

/// Where the non-volatile registers had been saved: addresses of stack slots, 0 for those left alone.
struct SavedRegisters {
    std::uint64_t general[16] = {};
    std::uint64_t xmm[16] = {};
};

/// Copies what differs between a frame's registers and its caller's: all that unwinding ever changes. A CONTEXT has four
/// times as many bytes, and a walk copies it at every step.
inline void copy_frame_registers(nt::Context64& to, const nt::Context64& from, bool with_vectors = true) {
    constexpr std::size_t general_bytes = offsetof(nt::Context64, FltSave) - offsetof(nt::Context64, Rax);
    to.ContextFlags = from.ContextFlags;
    __builtin_memcpy_inline(&to.Rax, &from.Rax, general_bytes);
    if (with_vectors) __builtin_memcpy_inline(&to.xmm(6), &from.xmm(6), 10 * sizeof(nt::M128A));
}

/// What is known about a frame once it has been unwound.
struct UnwoundFrame {
    std::uint64_t establisher = 0; ///< the address by which handlers know the frame
    std::uint64_t handler = 0; ///< the language handler, if it asked for this kind of call and may be called here
    std::uint64_t handler_data = 0; ///< where its data lie
};

/// Undoes frames on one CONTEXT.
template<MemoryReader M>
class VirtualUnwinder {
public:
    VirtualUnwinder(const M& memory, nt::Context64& context, SavedRegisters* saved = nullptr)
        : m_memory(memory), m_context(context), m_saved(saved) {}

    /// Unwinds the function that `pc` is in. `handler_kind`: an nt::unwind_flag, or 0.
    NtResult<UnwoundFrame> unwind(const FoundFunction& function, std::uint64_t pc, std::uint32_t handler_kind);
    /// Unwinds a leaf function: it has touched neither the stack nor a non-volatile register.
    NtResult<> unwind_leaf() { return return_to_caller(); }
    /// Whether a vector register was among those loaded.
    [[nodiscard]] bool changed_vectors() const { return m_changed_vectors; }

private:
    using View = UnwindInfoView<M>;
    static constexpr unsigned rsp_number = 4;

    NtResult<> pop_general(unsigned number);
    NtResult<> load_general(unsigned number, std::uint64_t from);
    NtResult<> load_xmm(unsigned number, std::uint64_t from);
    NtResult<> return_to_caller();
    NtResult<> finish_epilog(std::uint64_t pc);
    NtResult<bool> is_in_epilog(const View& info, const FoundFunction& function, std::uint64_t pc) const;
    NtResult<std::uint64_t> establisher_of(const View& info, std::uint64_t prolog_offset) const;
    NtResult<> undo_codes(const View& info, std::uint64_t prolog_offset, std::uint64_t frame_base);
    [[gnu::always_inline]] NtResult<> undo(const View& info, unsigned slot, nt::UNWIND_CODE code, std::uint64_t frame_base);
    NtResult<> take_machine_frame(bool with_error_code);
    UnwoundFrame with_handler(const View& info, std::uint64_t image_base, std::uint64_t establisher, bool may_call,
                              std::uint32_t kind) const;

    const M& m_memory;
    nt::Context64& m_context;
    SavedRegisters* m_saved;
    bool m_machine_frame = false;
    bool m_changed_vectors = false;
};

template<MemoryReader M>
NtResult<UnwoundFrame> VirtualUnwinder<M>::unwind(const FoundFunction& function, std::uint64_t pc,
                                                  std::uint32_t handler_kind) {
    nt::RUNTIME_FUNCTION entry = function.entry;
    auto info = View::open(m_memory, function.image_base, entry.UnwindData);
    if (!info) return Status::BadFunctionTable;

    const std::uint64_t offset = pc - function.image_base - entry.BeginAddress;
    const bool in_prolog = offset < info->header().SizeOfProlog;
    const std::uint64_t establisher = TRY(establisher_of(*info, offset));
    if (!in_prolog && TRY(is_in_epilog(*info, function, pc))) {
        TRY(finish_epilog(pc));
        return UnwoundFrame{establisher, 0, 0};
    }

    TRY(undo_codes(*info, in_prolog ? offset : ~std::uint64_t{0}, establisher));
    for (unsigned links = 0; info->chained(); ++links) {
        if (links == nt::maximum_chained_unwind_infos) return Status::BadFunctionTable;
        const auto next = read_value<nt::RUNTIME_FUNCTION>(m_memory, info->tail_address());
        if (!next) return Status::BadFunctionTable;
        entry = *next;
        info = View::open(m_memory, function.image_base, entry.UnwindData);
        if (!info) return Status::BadFunctionTable;
        TRY(undo_codes(*info, ~std::uint64_t{0}, establisher));
    }
    const std::uint64_t in_primary = pc - function.image_base - entry.BeginAddress;
    const bool may_call = in_primary >= info->header().SizeOfProlog;
    if (!m_machine_frame) TRY(return_to_caller());
    return with_handler(*info, function.image_base, establisher, may_call, handler_kind);
}

/// The frame register counts only once the prolog has set it; until then, and without one, it is RSP.
template<MemoryReader M>
NtResult<std::uint64_t> VirtualUnwinder<M>::establisher_of(const View& info, std::uint64_t prolog_offset) const {
    const unsigned number = info.header().frame_register();
    if (number == 0) return m_context.Rsp;
    const std::uint64_t frame = m_context.general(number) - info.header().frame_offset();
    if (prolog_offset >= info.header().SizeOfProlog || info.chained()) return frame;
    for (unsigned slot = 0; slot < info.slots();) {
        const auto code = info.code(slot);
        if (!code) return Status::BadFunctionTable;
        if (code->op() == nt::UnwindOp::SetFrameRegister) return prolog_offset >= code->CodeOffset ? frame : m_context.Rsp;
        const unsigned width = slots_of(*code, info.header().version());
        if (width == 0) return Status::BadFunctionTable;
        slot += width;
    }
    return m_context.Rsp;
}

/// Version 2 lists the epilogs (offsets from the function's end) in its first codes; version 1 does not.
/// A function whose prolog did nothing has nothing to undo in its epilog either.
template<MemoryReader M>
NtResult<bool> VirtualUnwinder<M>::is_in_epilog(const View& info, const FoundFunction& function, std::uint64_t pc) const {
    if (info.slots() == 0) return false;
    if (info.header().version() == 1) return looks_like_epilog(m_memory, function, info.header(), pc);

    const std::uint64_t offset = pc - function.image_base;
    std::uint32_t bytes = 0;
    for (unsigned slot = 0; slot < info.slots(); ++slot) {
        const auto code = info.code(slot);
        if (!code) return Status::BadFunctionTable;
        if (code->op() != nt::UnwindOp::Epilog) break;
        std::uint32_t back = code->CodeOffset + (code->info() << 8);
        if (slot == 0) { // the first gives the size; bit 0 of its info: there is one at the very end
            bytes = code->CodeOffset;
            back = (code->info() & 1) != 0 ? bytes : 0;
        }
        if (back == 0) continue;
        const std::uint64_t begin = std::uint64_t{function.entry.EndAddress} - back;
        if (offset >= begin && offset - begin < bytes) return true;
    }
    return false;
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::finish_epilog(std::uint64_t pc) {
    bool first = true;
    for (unsigned i = 0; i < epilog_step_limit; ++i) {
        const EpilogStep step = decode_epilog_step(m_memory, pc, first);
        const auto value = static_cast<std::uint64_t>(static_cast<std::int64_t>(step.value));
        if (step.kind == EpilogStep::Kind::Other) return Status::BadFunctionTable;
        if (step.ends_epilog()) return return_to_caller();
        if (step.kind == EpilogStep::Kind::AddStack) m_context.Rsp += value;
        if (step.kind == EpilogStep::Kind::LeaStack) m_context.Rsp = m_context.general(step.register_number) + value;
        if (step.kind == EpilogStep::Kind::Pop) TRY(pop_general(step.register_number));
        pc += step.length;
        first = false;
    }
    return Status::BadFunctionTable;
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::undo_codes(const View& info, std::uint64_t prolog_offset, std::uint64_t frame_base) {
    for (unsigned slot = 0; slot < info.slots();) {
        const auto code = info.code(slot);
        const unsigned width = code ? slots_of(*code, info.header().version()) : 0;
        if (width == 0 || slot + width > info.slots()) return Status::BadFunctionTable;
        if (prolog_offset >= code->CodeOffset) TRY(undo(info, slot, *code, frame_base));
        slot += width;
    }
    return {};
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::undo(const View& info, unsigned slot, nt::UNWIND_CODE code, std::uint64_t frame_base) {
    using nt::UnwindOp;
    const auto small = [&] { return std::uint64_t{info.operand16(slot + 1).value_or(0)}; };
    const auto large = [&] { return std::uint64_t{info.operand32(slot + 1).value_or(0)}; };
    switch (code.op()) {
    case UnwindOp::PushNonvolatile: return pop_general(code.info());
    case UnwindOp::AllocateLarge: m_context.Rsp += code.info() == 0 ? small() * 8 : large(); return {};
    case UnwindOp::AllocateSmall: m_context.Rsp += code.info() * 8u + 8u; return {};
    case UnwindOp::SetFrameRegister:
        m_context.Rsp = m_context.general(info.header().frame_register()) - info.header().frame_offset();
        return {};
    case UnwindOp::SaveNonvolatile: return load_general(code.info(), frame_base + small() * 8);
    case UnwindOp::SaveNonvolatileFar: return load_general(code.info(), frame_base + large());
    case UnwindOp::SaveXmm128: return load_xmm(code.info(), frame_base + small() * 16);
    case UnwindOp::SaveXmm128Far: return load_xmm(code.info(), frame_base + large());
    case UnwindOp::PushMachineFrame: return take_machine_frame(code.info() != 0);
    case UnwindOp::Epilog:
    case UnwindOp::Spare: return {}; // no effect: version 2 read it already, version 1 gave it up long ago
    }
    return Status::BadFunctionTable;
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::take_machine_frame(bool with_error_code) {
    const std::uint64_t at = m_context.Rsp + (with_error_code ? 8 : 0);
    const auto frame = read_value<nt::MACHINE_FRAME>(m_memory, at);
    if (!frame) return Status::AccessViolation;
    m_context.Rip = frame->Rip;
    m_context.Rsp = frame->Rsp;
    m_context.ContextFlags &= ~nt::ContextFlags<nt::Nt64>::unwound_to_call;
    m_machine_frame = true;
    return {};
}

template<MemoryReader M>
UnwoundFrame VirtualUnwinder<M>::with_handler(const View& info, std::uint64_t image_base, std::uint64_t establisher,
                                              bool may_call, std::uint32_t kind) const {
    UnwoundFrame frame{establisher, 0, 0};
    if (!may_call || info.chained() || (info.header().flags() & kind) == 0) return frame;
    const auto handler = read_value<std::uint32_t>(m_memory, info.tail_address());
    if (!handler) return frame;
    frame.handler = image_base + *handler;
    frame.handler_data = info.tail_address() + sizeof *handler;
    return frame;
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::pop_general(unsigned number) {
    const std::uint64_t from = m_context.Rsp;
    m_context.Rsp += 8;
    return load_general(number, from);
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::load_general(unsigned number, std::uint64_t from) {
    const auto value = read_value<std::uint64_t>(m_memory, from);
    if (!value) return Status::AccessViolation;
    m_context.general(number) = *value;
    if (m_saved != nullptr) m_saved->general[number] = from;
    return {};
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::load_xmm(unsigned number, std::uint64_t from) {
    const auto value = read_value<nt::M128A>(m_memory, from);
    if (!value) return Status::AccessViolation;
    m_context.xmm(number) = *value;
    m_changed_vectors = true;
    if (m_saved != nullptr) m_saved->xmm[number] = from;
    return {};
}

template<MemoryReader M>
NtResult<> VirtualUnwinder<M>::return_to_caller() {
    const auto address = read_value<std::uint64_t>(m_memory, m_context.Rsp);
    if (!address) return Status::AccessViolation;
    m_context.Rip = *address;
    m_context.Rsp += 8;
    m_context.ContextFlags |= nt::ContextFlags<nt::Nt64>::unwound_to_call;
    return {};
}

} // namespace oriel::rtl
