// SPDX-License-Identifier: MIT
// frame_walk.h: a stack trace: one frame after the other, by virtual unwinding.
//
// Used by RtlWalkFrameChain in ntdll, and by the host for the crash report of a guest: the same walk,
// with another MemoryReader and another way to find an image.
#pragma once

#include <ntdll-emu/rtl/exception/virtual_unwind.h>

namespace oriel::rtl {

/// `functions.find(pc)`: the function that pc lies in; none for leaf functions and unknown code.
template<class F>
concept FunctionFinder = requires(F& functions, std::uint64_t pc) {
    { functions.find(pc) } -> std::same_as<std::optional<FoundFunction>>;
};

/// Moves `context` from a function to its caller. Statuses: AccessViolation, BadFunctionTable.
template<MemoryReader M, FunctionFinder F>
NtResult<> step_to_caller(const M& memory, F& functions, nt::Context64& context) {
    VirtualUnwinder<M> unwinder(memory, context);
    const std::optional<FoundFunction> function = functions.find(context.Rip);
    if (!function) return unwinder.unwind_leaf();
    return unwinder.unwind(*function, context.Rip, 0).status();
}

/// A null return address ends the stack. A null instruction pointer of an interrupted function does not: the
/// program called a null pointer.
inline bool is_end_of_stack(const nt::Context64& context) {
    return context.Rip == 0 && (context.ContextFlags & nt::ContextFlags<nt::Nt64>::unwound_to_call) != 0;
}

/// Calls `visit(context)` for the innermost frame and each caller, until visit answers false, the stack
/// ends (a null return address), or makes no sense: the stack pointer must rise, at most `limit` times.
template<MemoryReader M, FunctionFinder F, class Visit>
void walk_frames(const M& memory, F& functions, nt::Context64 context, unsigned limit, Visit&& visit) {
    for (unsigned i = 0; i < limit && !is_end_of_stack(context); ++i) {
        if (!visit(static_cast<const nt::Context64&>(context))) return;
        const std::uint64_t below = context.Rsp;
        if (!step_to_caller(memory, functions, context).ok() || context.Rsp <= below) return;
    }
}

} // namespace oriel::rtl
