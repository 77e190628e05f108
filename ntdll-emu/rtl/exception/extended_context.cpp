// SPDX-License-Identifier: MIT
// extended_context.cpp: CONTEXTs with room for the extended state: RtlInitializeExtendedContext and its kin.
//
//     CONTEXT | CONTEXT_EX | (up to a multiple of 64) XSAVE_AREA_HEADER, features ...
//
// kernel32's InitializeContext, CopyContext, LocateXStateFeature are made of these. The areas are compacted, as those
// that NT pushes with exceptions; which features are in use is what the header's Mask says.
// ("Working with XState Context", "InitializeContext function", "CopyContext function", Microsoft documentation.)
#include <nt/kuser_shared_data.h>
#include <nt/rtl_export.h>
#include <nt/rtl_exception.h>
#include <ntdll-emu/rtl/exception/own_process.h>

namespace oriel::rtl {

namespace {
using Flags = nt::ContextFlags<nt::Native>;
constexpr std::uint32_t architectures = 0x00110000; ///< x64 and i386; a CONTEXT is of one
constexpr std::uint32_t ex_bytes = nt::context_ex_room;

const nt::XSTATE_CONFIGURATION& configuration() {
    return reinterpret_cast<const nt::KUSER_SHARED_DATA*>(static_cast<std::uintptr_t>(nt::kuser_shared_data_address))->XState;
}
std::uint64_t enabled() { return configuration().EnabledFeatures; }

bool is_own_context(std::uint32_t flags) { return (flags & architectures) == Flags::architecture; }
bool has_xstate(std::uint32_t flags) { return Flags::has(flags, Flags::xstate); }

template<class T> T* at(void* base, std::int32_t offset) { return reinterpret_cast<T*>(static_cast<char*>(base) + offset); }

NtContext& legacy(nt::CONTEXT_EX& ex) { return *at<NtContext>(&ex, ex.Legacy.Offset); }
nt::CONTEXT_EX& ex_of(NtContext& context) { return *at<nt::CONTEXT_EX>(&context, sizeof context); }
nt::XSAVE_AREA_HEADER& area(nt::CONTEXT_EX& ex) { return *at<nt::XSAVE_AREA_HEADER>(&ex, ex.XState.Offset); }

/// One of the parts of a CONTEXT, by its ContextFlags.
struct Group {
    std::uint32_t flag;
    std::uint32_t offset, bytes;
};
#define GROUP(flag, first, last)                                                                                       \
    Group { flag, offsetof(NtContext, first), offsetof(NtContext, last) + sizeof(NtContext::last) - offsetof(NtContext, first) }
#if defined(__x86_64__)
constexpr Group groups[] = {
    GROUP(Flags::control, SegCs, SegCs), GROUP(Flags::control, SegSs, EFlags), GROUP(Flags::control, Rsp, Rsp), GROUP(Flags::control, Rip, Rip),
    GROUP(Flags::integer, Rax, Rbx), GROUP(Flags::integer, Rbp, R15), GROUP(Flags::segments, SegDs, SegGs),
    GROUP(Flags::floating_point, MxCsr, MxCsr), GROUP(Flags::floating_point, FltSave, FltSave), GROUP(Flags::debug_registers, Dr0, Dr7)};
#else
constexpr Group groups[] = {
    GROUP(Flags::control, Ebp, SegSs), GROUP(Flags::integer, Edi, Eax), GROUP(Flags::segments, SegGs, SegDs),
    GROUP(Flags::floating_point, FloatSave, FloatSave), GROUP(Flags::debug_registers, Dr0, Dr7),
    GROUP(Flags::extended_registers, ExtendedRegisters, ExtendedRegisters)};
#endif
#undef GROUP

void copy_groups(NtContext& to, std::uint32_t flags, const NtContext& from) {
    for (const Group& group : groups)
        if (Flags::has(flags, group.flag))
            __builtin_memcpy(reinterpret_cast<char*>(&to) + group.offset, reinterpret_cast<const char*>(&from) + group.offset, group.bytes);
    to.ContextFlags |= flags & ~Flags::xstate;
}

void copy_features(nt::CONTEXT_EX& to, nt::CONTEXT_EX& from) {
    nt::XSAVE_AREA_HEADER& target = area(to);
    const nt::XSAVE_AREA_HEADER& source = area(from);
    std::uint64_t mask = source.Mask & enabled() & ~nt::xstate::legacy_mask;
    if (target.CompactionMask & nt::xstate::compacted) mask &= target.CompactionMask;
    for (unsigned i = nt::xstate::avx; i < nt::xstate::features - 1; ++i) {
        if (!(mask >> i & 1)) continue;
        const std::uint32_t to_at = nt::xstate_offset(configuration(), target.CompactionMask, i);
        const std::uint32_t from_at = nt::xstate_offset(configuration(), source.CompactionMask, i);
        if (to_at != 0 && from_at != 0) __builtin_memcpy(at<char>(&target, to_at), at<char>(const_cast<nt::XSAVE_AREA_HEADER*>(&source), from_at), configuration().Features[i].Size);
    }
    target.Mask = mask;
}
} // namespace

} // namespace oriel::rtl

using namespace oriel::rtl;

NT_EXPORT std::uint64_t NT_API RtlGetEnabledExtendedFeatures(std::uint64_t FeatureMask) { return enabled() & FeatureMask; }

/// Bytes of a buffer, however it is aligned, for such a context. Statuses: InvalidParameter, NotSupported.
NT_EXPORT nt::Status NT_API RtlGetExtendedContextLength2(std::uint32_t ContextFlags, std::uint32_t* ContextLength,
                                                         std::uint64_t CompactionMask) {
    if (!is_own_context(ContextFlags)) return nt::Status::InvalidParameter;
    const std::uint32_t plain = sizeof(NtContext) + ex_bytes;
    if (!has_xstate(ContextFlags)) {
        *ContextLength = plain + alignof(NtContext) - 1;
        return nt::Status::Success;
    }
    if (enabled() == 0) return nt::Status::NotSupported;
    const std::uint32_t features = nt::xstate_bytes(configuration(), CompactionMask & enabled());
    *ContextLength = plain + static_cast<std::uint32_t>(nt::xstate::alignment) - 1 + features;
    return nt::Status::Success;
}
NT_EXPORT nt::Status NT_API RtlGetExtendedContextLength(std::uint32_t ContextFlags, std::uint32_t* ContextLength) {
    return RtlGetExtendedContextLength2(ContextFlags, ContextLength, ~std::uint64_t{0});
}

/// Lays a context out in `Context`, which has the length that RtlGetExtendedContextLength2 answers.
NT_EXPORT nt::Status NT_API RtlInitializeExtendedContext2(void* Context, std::uint32_t ContextFlags, nt::CONTEXT_EX** ContextEx,
                                                          std::uint64_t CompactionMask) {
    if (!is_own_context(ContextFlags)) return nt::Status::InvalidParameter;
    if (has_xstate(ContextFlags) && enabled() == 0) return nt::Status::NotSupported;
    constexpr std::uintptr_t context_alignment = alignof(NtContext);
    const std::uintptr_t base = (reinterpret_cast<std::uintptr_t>(Context) + context_alignment - 1) & ~(context_alignment - 1);
    auto* const context = reinterpret_cast<NtContext*>(base);
    context->ContextFlags = ContextFlags;
    nt::CONTEXT_EX& ex = ex_of(*context);
    const auto ex_at = reinterpret_cast<std::uintptr_t>(&ex);
    ex.Legacy = {-static_cast<std::int32_t>(sizeof *context), sizeof *context};
    ex.XState = {0, 0};
    std::uintptr_t end = ex_at + sizeof ex;
    if (has_xstate(ContextFlags)) {
        const std::uintptr_t area_at = (ex_at + sizeof ex + nt::xstate::alignment - 1) & ~std::uintptr_t{nt::xstate::alignment - 1};
        const std::uint64_t features = CompactionMask & enabled();
        ex.XState = {static_cast<std::int32_t>(area_at - ex_at), nt::xstate_bytes(configuration(), features)};
        area(ex) = nt::XSAVE_AREA_HEADER{0, features | nt::xstate::compacted, {}};
        end = area_at + ex.XState.Length;
    }
    ex.All = {ex.Legacy.Offset, static_cast<std::uint32_t>(end - base)};
    *ContextEx = &ex;
    return nt::Status::Success;
}
NT_EXPORT nt::Status NT_API RtlInitializeExtendedContext(void* Context, std::uint32_t ContextFlags, nt::CONTEXT_EX** ContextEx) {
    return RtlInitializeExtendedContext2(Context, ContextFlags, ContextEx, ~std::uint64_t{0});
}

NT_EXPORT NtContext* NT_API RtlLocateLegacyContext(nt::CONTEXT_EX* ContextEx, std::uint32_t* Length) {
    if (Length != nullptr) *Length = ContextEx->Legacy.Length;
    return &legacy(*ContextEx);
}

/// Where a feature from AVX on lies; null where the context has no place for it.
NT_EXPORT void* NT_API RtlLocateExtendedFeature(nt::CONTEXT_EX* ContextEx, std::uint32_t FeatureId, std::uint32_t* Length) {
    if (ContextEx->XState.Length == 0) return nullptr;
    nt::XSAVE_AREA_HEADER& header = area(*ContextEx);
    const std::uint32_t offset = nt::xstate_offset(configuration(), header.CompactionMask, FeatureId);
    if (offset == 0 || offset + configuration().Features[FeatureId].Size > ContextEx->XState.Length) return nullptr;
    if (Length != nullptr) *Length = configuration().Features[FeatureId].Size;
    return at<void>(&header, static_cast<std::int32_t>(offset));
}

NT_EXPORT std::uint64_t NT_API RtlGetExtendedFeaturesMask(nt::CONTEXT_EX* ContextEx) {
    return area(*ContextEx).Mask & ~nt::xstate::legacy_mask;
}
NT_EXPORT void NT_API RtlSetExtendedFeaturesMask(nt::CONTEXT_EX* ContextEx, std::uint64_t FeatureMask) {
    area(*ContextEx).Mask = FeatureMask & enabled() & ~nt::xstate::legacy_mask;
}

NT_EXPORT nt::Status NT_API RtlCopyExtendedContext(nt::CONTEXT_EX* Destination, std::uint32_t ContextFlags, nt::CONTEXT_EX* Source) {
    if (!is_own_context(ContextFlags)) return nt::Status::InvalidParameter;
    copy_groups(legacy(*Destination), ContextFlags, legacy(*Source));
    if (has_xstate(ContextFlags) && Destination->XState.Length != 0 && Source->XState.Length != 0) copy_features(*Destination, *Source);
    return nt::Status::Success;
}

/// As RtlCopyExtendedContext, by the CONTEXTs; only what both were made for.
NT_EXPORT nt::Status NT_API RtlCopyContext(NtContext* Destination, std::uint32_t ContextFlags, NtContext* Source) {
    if (!is_own_context(ContextFlags) || !is_own_context(Destination->ContextFlags) || !is_own_context(Source->ContextFlags))
        return nt::Status::InvalidParameter;
    if (has_xstate(ContextFlags) && (!has_xstate(Destination->ContextFlags) || !has_xstate(Source->ContextFlags)))
        return nt::Status::InvalidParameter;
    copy_groups(*Destination, ContextFlags, *Source);
    if (has_xstate(ContextFlags)) copy_features(ex_of(*Destination), ex_of(*Source));
    return nt::Status::Success;
}
