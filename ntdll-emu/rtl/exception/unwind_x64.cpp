// SPDX-License-Identifier: MIT
// unwind_x64.cpp: RtlUnwindEx: leave all frames up to one, tidily.
//
// A handler that takes an exception names its frame and an instruction there. From here outwards every
// frame's handler is called once more, to clean up (run __finally blocks, destroy objects); then the
// registers become those of the target frame, and execution goes on at the target instruction. The stack
// below the target is not touched before that: handlers run on top of it.
//
// Three ways to end: RtlRestoreContext at the target; the same after a call back on a "consolidated" stack
// (STATUS_UNWIND_CONSOLIDATE: C++ runs its catch block there, dlls/crt/cxx_eh); or, without a target
// (exit unwind), the second chance.
// ("RtlUnwindEx function", "RtlRestoreContext function", Microsoft documentation.)
#include <ntdll-emu/rtl/exception/dispatch.h>
#include <ntdll-emu/rtl/exception/function_lookup.h>

namespace oriel::rtl {

namespace {

class Unwind {
public:
    Unwind(std::uint64_t target_frame, std::uint64_t target_ip, std::uint64_t return_value, Record& record, Context& context)
        : m_target_frame(target_frame), m_target_ip(target_ip), m_return_value(return_value), m_record(record),
          m_first(context), m_bounds(StackBounds::above(context.Rsp)),
          m_flags(nt::exception_flag::unwinding | (target_frame == 0 ? nt::exception_flag::exit_unwind : 0)) {
        __builtin_memcpy_inline(&m_second.ContextFlags, &context.ContextFlags, offsetof(Context, Dr0) - offsetof(Context, ContextFlags));
    }

    /// Leaves the context that was given at the target frame. False if the stack ended before the target.
    bool run() {
        const bool reached = walk();
        if (m_now != &m_first) copy_frame_registers(m_first, *m_now);
        return reached;
    }

private:
    bool walk() {
        for (;;) {
            NtDispatcherContext frame{};
            unwind_frame(frame);
            if (frame.EstablisherFrame == m_target_frame && frame.FunctionEntry && frame.LanguageHandler == 0) return true;
            if (frame.LanguageHandler != 0) {
                call_handler(frame);
                if (frame.EstablisherFrame == m_target_frame) return true;
            }
            Context* const left = m_now;
            m_now = m_caller;
            m_caller = left;
            if (is_end_of_stack(*m_now) || !m_bounds.contains(m_now->Rsp)) return false;
        }
    }

    /// Computes m_caller from m_now, and what is to be told to the frame's handler.
    void unwind_frame(NtDispatcherContext& frame) {
        const OwnMemory memory;
        OwnFunctions functions;
        copy_frame_registers(*m_caller, *m_now, m_vectors_differ);
        m_vectors_differ = false;
        VirtualUnwinder<OwnMemory> unwinder(memory, *m_caller);
        const auto function = functions.find(m_now->Rip);
        if (!m_bounds.contains(m_now->Rsp)) raise_because_of(Status::BadStack, m_record);
        if (!function) {
            if (!unwinder.unwind_leaf().ok()) raise_because_of(Status::BadStack, m_record);
            return;
        }
        const auto unwound = unwinder.unwind(*function, m_now->Rip, nt::unwind_flag::unwind_handler);
        if (!unwound.ok()) raise_because_of(unwound.error(), m_record);
        m_vectors_differ = unwinder.changed_vectors();
        check(unwound->establisher);
        frame.ControlPc = m_now->Rip;
        frame.ImageBase = function->image_base;
        frame.FunctionEntry.value = function->entry_address;
        frame.EstablisherFrame = unwound->establisher;
        frame.TargetIp = m_target_ip;
        frame.ContextRecord = m_now;
        frame.LanguageHandler = unwound->handler;
        frame.HandlerData.value = unwound->handler_data;
    }

    /// A frame off the stack, or beyond the target, which then was no frame.
    void check(std::uint64_t frame) {
        if (!m_bounds.contains(frame)) raise_because_of(Status::BadStack, m_record);
        if (m_target_frame != 0 && m_target_frame < frame) raise_because_of(Status::InvalidUnwindTarget, m_record);
    }

    /// Calls the frame's handler to clean up, again after each collision. `frame` then is the frame reached.
    void call_handler(NtDispatcherContext& frame) {
        for (;;) {
            if (frame.EstablisherFrame == m_target_frame) m_flags |= nt::exception_flag::target_unwind;
            m_record.ExceptionFlags = m_flags;
            m_now->Rax = m_return_value;
            const nt::Disposition answer = oriel_execute_handler_for_unwind(
                &m_record, reinterpret_cast<void*>(frame.EstablisherFrame), m_now, &frame);
            m_flags &= ~(nt::exception_flag::collided_unwind | nt::exception_flag::target_unwind);
            if (answer == nt::Disposition::ContinueSearch) return;
            if (answer != nt::Disposition::CollidedUnwind) raise_because_of(Status::InvalidDisposition, m_record);
            follow_collision(frame);
        }
    }

    /// Our walk has come to a handler that an earlier unwind had called, and `frame` is now that unwind's. It
    /// will not be finished by itself: we take it over at the frame it had reached.
    void follow_collision(NtDispatcherContext& frame) {
        copy_frame_registers(*m_now, *frame.ContextRecord.get());
        m_now->Rip = frame.ControlPc;
        m_vectors_differ = true;
        const std::uint64_t handler = frame.LanguageHandler;
        const auto data = frame.HandlerData;
        const std::uint64_t establisher = frame.EstablisherFrame;
        const std::uint32_t scope = frame.ScopeIndex;
        unwind_frame(frame);
        frame.EstablisherFrame = establisher;
        frame.LanguageHandler = handler;
        frame.HandlerData = data;
        frame.ScopeIndex = scope;
        m_flags |= nt::exception_flag::collided_unwind;
    }

    std::uint64_t m_target_frame;
    std::uint64_t m_target_ip;
    std::uint64_t m_return_value;
    Record& m_record;
    Context& m_first;
    Context m_second; ///< not initialised: the walk copies what it uses
    Context* m_now = &m_first; ///< the frame that is being left
    Context* m_caller = &m_second; ///< and its caller; the two change places at each step
    bool m_vectors_differ = true; ///< between the two
    StackBounds m_bounds;
    std::uint32_t m_flags;
};

/// The jump buffer of the C library (setjmp.h, x64) holds the non-volatile registers.
struct JumpBuffer {
    std::uint64_t Frame, Rbx, Rsp, Rbp, Rsi, Rdi, R12, R13, R14, R15, Rip;
    std::uint32_t MxCsr;
    std::uint16_t FpCsr;
    std::uint16_t Spare;
    nt::M128A Xmm[10];
};
static_assert(sizeof(JumpBuffer) == 0x100);

void load_jump_buffer(Context& context, const JumpBuffer& buffer) {
    context.Rbx = buffer.Rbx;
    context.Rsp = buffer.Rsp;
    context.Rbp = buffer.Rbp;
    context.Rsi = buffer.Rsi;
    context.Rdi = buffer.Rdi;
    context.R12 = buffer.R12;
    context.R13 = buffer.R13;
    context.R14 = buffer.R14;
    context.R15 = buffer.R15;
    context.Rip = buffer.Rip;
    context.MxCsr = context.FltSave.MxCsr = buffer.MxCsr;
    context.FltSave.ControlWord = buffer.FpCsr;
    for (unsigned i = 0; i < 10; ++i) context.xmm(6 + i) = buffer.Xmm[i];
}

} // namespace

} // namespace oriel::rtl

using namespace oriel::rtl;

NT_EXPORT void RtlRestoreContext(NtContext* Context, NtExceptionRecord* Record) {
    if (Record != nullptr && Record->ExceptionCode == Status::Longjump && Record->NumberParameters >= 1)
        load_jump_buffer(*Context, *reinterpret_cast<const JumpBuffer*>(Record->ExceptionInformation[0]));
    if (Record != nullptr && Record->ExceptionCode == Status::UnwindConsolidate && Record->NumberParameters >= 1)
        oriel_consolidate_frames(Context, Record);
    // The extended state behind such a context is the host's to load. (It comes back if there is none.)
    if (nt::ContextFlags<nt::Nt64>::has(Context->ContextFlags, nt::ContextFlags<nt::Nt64>::xstate)) NtContinue(Context, 0);
    oriel_restore_registers(Context);
}

/// The tail of RtlUnwindEx (unwind_entry_x64.S), whose caller's registers are in `context`.
extern "C" [[noreturn]] void oriel_unwind_captured(void* frame, void* ip, NtExceptionRecord* record, void* value, NtContext* context) {
    NtExceptionRecord own_record;
    if (record == nullptr) {
        own_record = {};
        own_record.ExceptionCode = Status::Unwind;
        own_record.ExceptionAddress.value = context->Rip;
        record = &own_record;
    }
    const auto target_ip = reinterpret_cast<std::uintptr_t>(ip);
    const auto result = reinterpret_cast<std::uintptr_t>(value);
    const bool reached = Unwind(reinterpret_cast<std::uintptr_t>(frame), target_ip, result, *record, *context).run();
    if (!reached) {
        NtRaiseException(record, context, 0);
        RtlRaiseStatus(Status::InvalidUnwindTarget);
    }
    context->Rax = result;
    const bool special = record->ExceptionCode == Status::UnwindConsolidate || record->ExceptionCode == Status::Longjump;
    if (record->ExceptionCode != Status::UnwindConsolidate) context->Rip = target_ip;
    if (special) RtlRestoreContext(context, record);
    oriel_restore_frame(context);
}

NT_EXPORT void RtlUnwind(void* TargetFrame, void* TargetIp, NtExceptionRecord* ExceptionRecord, void* ReturnValue) {
    NtContext context;
    RtlUnwindEx(TargetFrame, TargetIp, ExceptionRecord, ReturnValue, &context, nullptr);
}
