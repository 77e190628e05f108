// SPDX-License-Identifier: MIT
// winbase_xstate.cpp: CONTEXTs with the extended state of the CPU: InitializeContext and kin.
//
// A CONTEXT made by InitializeContext with CONTEXT_XSTATE, and the one that an exception handler gets, have a
// CONTEXT_EX right behind them; ntdll knows the rest (rtl/exception/extended_context.cpp). These functions are the
// 64-bit and the 32-bit process's own kind of CONTEXT only. Source: "Working with XState Context".
#include "kernel32.h"

namespace oriel::k32 {
namespace {

using Context = nt::CONTEXT<Native>;
using Flags = nt::ContextFlags<Native>;

Context& native(PCONTEXT context) { return *reinterpret_cast<Context*>(context); }
bool has_xstate(const Context& context) { return Flags::has(context.ContextFlags, Flags::xstate); }
nt::CONTEXT_EX* ex_of(Context& context) { return reinterpret_cast<nt::CONTEXT_EX*>(&context + 1); }

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT DWORD64 WINAPI GetEnabledXStateFeatures() { return RtlGetEnabledExtendedFeatures(~DWORD64{0}); }

K32_EXPORT BOOL WINAPI InitializeContext2(PVOID buffer, DWORD flags, PCONTEXT* context, PDWORD length, ULONG64 compaction_mask) {
    std::uint32_t needed = 0;
    if (const Status status = RtlGetExtendedContextLength2(flags, &needed, compaction_mask); !nt::is_success(status)) return finish(status);
    if (!buffer || *length < needed) {
        *length = needed;
        return fail(ERROR_INSUFFICIENT_BUFFER);
    }
    nt::CONTEXT_EX* ex = nullptr;
    const Status status = RtlInitializeExtendedContext2(buffer, flags, &ex, compaction_mask);
    if (nt::is_success(status)) *context = reinterpret_cast<PCONTEXT>(RtlLocateLegacyContext(ex, nullptr));
    return finish(status);
}
K32_EXPORT BOOL WINAPI InitializeContext(PVOID buffer, DWORD flags, PCONTEXT* context, PDWORD length) {
    return InitializeContext2(buffer, flags, context, length, ~ULONG64{0});
}

K32_EXPORT BOOL WINAPI CopyContext(PCONTEXT destination, DWORD flags, PCONTEXT source) {
    return finish(RtlCopyContext(&native(destination), flags, &native(source)));
}

/// Features 0 and 1 lie in the CONTEXT itself, on x64.
K32_EXPORT PVOID WINAPI LocateXStateFeature(PCONTEXT context, DWORD feature, PDWORD length) {
    Context& own = native(context);
#if defined(__x86_64__)
    if (feature < nt::xstate::avx) {
        const bool vectors = feature == nt::xstate::legacy_sse;
        if (length) *length = vectors ? sizeof own.FltSave.XmmRegisters : offsetof(nt::XSAVE_FORMAT, XmmRegisters);
        return vectors ? static_cast<PVOID>(own.FltSave.XmmRegisters) : static_cast<PVOID>(&own.FltSave);
    }
#endif
    if (!has_xstate(own)) return nullptr;
    std::uint32_t bytes = 0;
    const PVOID at = RtlLocateExtendedFeature(ex_of(own), feature, &bytes);
    if (at && length) *length = bytes;
    return at;
}

K32_EXPORT BOOL WINAPI GetXStateFeaturesMask(PCONTEXT context, PDWORD64 mask) {
    Context& own = native(context);
    const bool legacy = Flags::has(own.ContextFlags, Flags::floating_point);
    *mask = legacy ? nt::xstate::legacy_mask : 0;
    if (has_xstate(own)) *mask |= RtlGetExtendedFeaturesMask(ex_of(own));
    return TRUE;
}

K32_EXPORT BOOL WINAPI SetXStateFeaturesMask(PCONTEXT context, DWORD64 mask) {
    Context& own = native(context);
    if (mask & nt::xstate::legacy_mask) own.ContextFlags |= Flags::floating_point;
    if (!has_xstate(own)) return (mask & ~nt::xstate::legacy_mask) == 0;
    RtlSetExtendedFeaturesMask(ex_of(own), mask);
    return TRUE;
}
