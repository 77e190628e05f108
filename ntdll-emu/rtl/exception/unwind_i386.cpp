// SPDX-License-Identifier: MIT
// unwind_i386.cpp: RtlUnwind: call the handlers of the frames that are being left, and unlink them (i386).
//
// Unlike on x64 the registers are not touched: RtlUnwind returns to its caller, which itself goes on at its
// frame. ("RtlUnwind function", Microsoft documentation: TargetIp is for other processors.)
#include <ntdll-emu/rtl/exception/frames_i386.h>

namespace oriel::rtl {

namespace {

/// Our own handlers find the target where they answer what they have reached (dlls/crt/eh_x86).
void leave(Record& record, Context& context, Registration* frame, Registration* target) {
    Registration* reached = target;
    const auto answer = oriel_execute_handler_for_unwind(&record, frame, &context, &reached, frame->handler);
    if (answer == nt::Disposition::CollidedUnwind) set_first_registration(reached); // an unwind got as far already
    else if (answer != nt::Disposition::ContinueSearch) raise_because_of(Status::InvalidDisposition, record);
}

void leave_frames(Registration* target, Record& record, Context& context) {
    const StackBounds bounds = StackBounds::above(reinterpret_cast<std::uintptr_t>(&target));
    for (Registration* frame = first_registration(); frame != chain_end && frame != target; frame = first_registration()) {
        if (target != nullptr && frame > target) raise_because_of(Status::InvalidUnwindTarget, record);
        if (!is_plausible(bounds, frame)) raise_because_of(Status::BadStack, record);
        leave(record, context, frame, target);
        if (first_registration() == target) break; // an unwind that had come to the target was met
        set_first_registration(first_registration()->next);
    }
}

} // namespace

} // namespace oriel::rtl

using namespace oriel::rtl;

/// The body of RtlUnwind (context_i386.S, which captures the context and returns the value).
extern "C" void oriel_unwind(Registration* target, NtExceptionRecord* record, NtContext* context) {
    NtExceptionRecord own_record{};
    if (record == nullptr) {
        own_record.ExceptionCode = Status::Unwind;
        own_record.ExceptionAddress.value = context->Eip;
        record = &own_record;
    }
    record->ExceptionFlags |= nt::exception_flag::unwinding;
    if (target == nullptr) record->ExceptionFlags |= nt::exception_flag::exit_unwind;
    leave_frames(target, *record, *context);
}

/// Walks the chain of EBP: code without frame pointers is not seen, as on Windows.
NT_EXPORT std::uint32_t NT_API RtlWalkFrameChain(void** Callers, std::uint32_t Count, std::uint32_t Flags) {
    auto* frame = static_cast<std::uintptr_t*>(__builtin_frame_address(0));
    const StackBounds bounds = StackBounds::above(reinterpret_cast<std::uintptr_t>(frame));
    std::uint32_t skip = Flags >> 8;
    std::uint32_t stored = 0;
    while (stored < Count && bounds.contains(reinterpret_cast<std::uintptr_t>(frame + 1))) {
        if (frame[1] == 0) break;
        if (skip > 0) --skip;
        else Callers[stored++] = reinterpret_cast<void*>(frame[1]);
        auto* const next = reinterpret_cast<std::uintptr_t*>(frame[0]);
        if (next <= frame) break;
        frame = next;
    }
    return stored;
}

NT_EXPORT std::uint16_t NT_API RtlCaptureStackBackTrace(std::uint32_t FramesToSkip, std::uint32_t FramesToCapture,
                                                        void** BackTrace, std::uint32_t* BackTraceHash) {
    const std::uint32_t room = FramesToCapture < 0xFFFF ? FramesToCapture : 0xFFFF;
    const std::uint32_t stored = RtlWalkFrameChain(BackTrace, room, (FramesToSkip + 1) << 8);
    if (BackTraceHash != nullptr) {
        *BackTraceHash = 0;
        for (std::uint32_t i = 0; i < stored; ++i) *BackTraceHash += reinterpret_cast<std::uintptr_t>(BackTrace[i]);
    }
    return static_cast<std::uint16_t>(stored);
}
