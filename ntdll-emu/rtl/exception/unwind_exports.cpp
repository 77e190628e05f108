// SPDX-License-Identifier: MIT
// unwind_exports.cpp: RtlVirtualUnwind and the stack walks that are made of it (x64).
#include <ntdll-emu/rtl/exception/function_lookup.h>

namespace oriel::rtl {

namespace {
/// KNONVOLATILE_CONTEXT_POINTERS is only written where a register had been saved.
void store_saved(const SavedRegisters& saved, NtNonvolatilePointers& to) {
    for (unsigned i = 0; i < 16; ++i) {
        if (saved.general[i] != 0) to.IntegerContext[i].value = saved.general[i];
        if (saved.xmm[i] != 0) to.FloatingContext[i].value = saved.xmm[i];
    }
}

struct ReturnAddresses {
    void** to;
    std::uint32_t room;
    std::uint32_t skip;
    StackBounds bounds;
    std::uint32_t stored = 0;

    bool take(const nt::Context64& frame) {
        if (!bounds.contains(frame.Rsp)) return false;
        if (skip > 0) {
            --skip;
            return true;
        }
        if (stored == room) return false;
        to[stored++] = reinterpret_cast<void*>(frame.Rip);
        return stored < room;
    }
};

/// The callers of the function that `context` was captured in; that one itself is not counted.
std::uint32_t walk_callers(const nt::Context64& context, void** to, std::uint32_t room, std::uint32_t skip) {
    ReturnAddresses addresses{to, room, skip + 1, StackBounds::above(context.Rsp)};
    OwnFunctions functions;
    constexpr unsigned frame_limit = 0xFFFF;
    walk_frames(OwnMemory{}, functions, context, frame_limit, [&](const nt::Context64& frame) { return addresses.take(frame); });
    return addresses.stored;
}
} // namespace

} // namespace oriel::rtl

using namespace oriel::rtl;

NT_EXPORT NtExceptionRoutine RtlVirtualUnwind(std::uint32_t HandlerType, std::uint64_t ImageBase, std::uint64_t ControlPc,
                                              nt::RUNTIME_FUNCTION* FunctionEntry, NtContext* ContextRecord,
                                              void** HandlerData, std::uint64_t* EstablisherFrame,
                                              NtNonvolatilePointers* ContextPointers) {
    SavedRegisters saved;
    const OwnMemory memory;
    VirtualUnwinder<OwnMemory> unwinder(memory, *ContextRecord, ContextPointers != nullptr ? &saved : nullptr);
    const FoundFunction function{ImageBase, reinterpret_cast<std::uintptr_t>(FunctionEntry), *FunctionEntry};
    const auto frame = unwinder.unwind(function, ControlPc, HandlerType);
    if (!frame.ok()) RtlRaiseStatus(frame.error());
    if (ContextPointers != nullptr) store_saved(saved, *ContextPointers);
    *EstablisherFrame = frame->establisher;
    if (frame->handler != 0) *HandlerData = reinterpret_cast<void*>(frame->handler_data);
    return reinterpret_cast<NtExceptionRoutine>(frame->handler);
}

NT_EXPORT std::uint32_t RtlWalkFrameChain(void** Callers, std::uint32_t Count, std::uint32_t Flags) {
    nt::Context64 context;
    RtlCaptureContext(&context);
    return walk_callers(context, Callers, Count, Flags >> 8);
}

NT_EXPORT std::uint16_t RtlCaptureStackBackTrace(std::uint32_t FramesToSkip, std::uint32_t FramesToCapture, void** BackTrace,
                                                 std::uint32_t* BackTraceHash) {
    nt::Context64 context;
    RtlCaptureContext(&context);
    constexpr std::uint32_t most = 0xFFFF; // the answer has 16 bits
    const std::uint32_t stored = walk_callers(context, BackTrace, FramesToCapture < most ? FramesToCapture : most, FramesToSkip);
    if (BackTraceHash != nullptr) {
        std::uint64_t sum = 0;
        for (std::uint32_t i = 0; i < stored; ++i) sum += reinterpret_cast<std::uintptr_t>(BackTrace[i]);
        *BackTraceHash = static_cast<std::uint32_t>(sum);
    }
    return static_cast<std::uint16_t>(stored);
}
