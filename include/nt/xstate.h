// SPDX-License-Identifier: MIT
// xstate.h: the extended state of the CPU, and where its parts lie behind a CONTEXT.
//
// XSAVE numbers the CPU's register groups ("components", NT says features): 0 x87, 1 SSE, 2 the upper halves of YMM,
// 5 to 7 AVX-512. An XSAVE area is 512 bytes of legacy state, a header of 64, and the others behind it: in the
// standard format at fixed places, in the compacted one without gaps.
// A CONTEXT holds the legacy state itself. A CONTEXT_EX (context.h) leads to an area that begins with the header.
// Sources: "Working with XState Context", Microsoft documentation; winnt.h (XSTATE_CONFIGURATION); Intel's "Software
// Developer's Manual", volume 1, chapter 13.
#pragma once

#include <nt/context.h>

namespace nt {

namespace xstate {
inline constexpr unsigned legacy_floating_point = 0;
inline constexpr unsigned legacy_sse = 1;
inline constexpr unsigned avx = 2;
inline constexpr unsigned features = 64;
inline constexpr std::uint64_t legacy_mask = 3;
inline constexpr std::uint64_t compacted = std::uint64_t{1} << 63; ///< in XSAVE_AREA_HEADER::CompactionMask
inline constexpr std::uint32_t legacy_bytes = 512;
inline constexpr std::uint32_t header_bytes = sizeof(XSAVE_AREA_HEADER);
inline constexpr std::uint32_t first_feature = legacy_bytes + header_bytes;
inline constexpr std::uint64_t alignment = 64;
} // namespace xstate

struct XSTATE_FEATURE {
    std::uint32_t Offset; ///< in an XSAVE area of the standard format, from its beginning
    std::uint32_t Size;
};

/// What every process can read in KUSER_SHARED_DATA.
struct XSTATE_CONFIGURATION {
    std::uint64_t EnabledFeatures;
    std::uint64_t EnabledVolatileFeatures;
    std::uint32_t Size; ///< of an XSAVE area
    std::uint32_t ControlFlags;
    XSTATE_FEATURE Features[xstate::features];
    std::uint64_t EnabledSupervisorFeatures;
    std::uint64_t AlignedFeatures; ///< those that begin at a multiple of 64 in the compacted format
    std::uint32_t AllFeatureSize;
    std::uint32_t AllFeatures[xstate::features]; ///< sizes in the compacted format
    std::uint64_t EnabledUserVisibleSupervisorFeatures;
};
static_assert(offsetof(XSTATE_CONFIGURATION, Features) == 0x18);
static_assert(offsetof(XSTATE_CONFIGURATION, AlignedFeatures) == 0x220);
static_assert(offsetof(XSTATE_CONFIGURATION, EnabledUserVisibleSupervisorFeatures) == 0x330);
inline constexpr std::uint32_t xstate_optimized_save = 1;
inline constexpr std::uint32_t xstate_compaction_enabled = 2;

/// Where `feature` lies in an area with this CompactionMask, from the header's beginning; 0: it has no place there.
inline std::uint32_t xstate_offset(const XSTATE_CONFIGURATION& configuration, std::uint64_t compaction_mask, unsigned feature) {
    if (feature >= xstate::features || !(configuration.EnabledFeatures >> feature & 1) || feature < xstate::avx) return 0;
    if (!(compaction_mask & xstate::compacted)) return configuration.Features[feature].Offset - xstate::legacy_bytes;
    if (!(compaction_mask >> feature & 1)) return 0;
    std::uint32_t at = xstate::header_bytes;
    for (unsigned i = xstate::avx; i <= feature; ++i) {
        if (!(compaction_mask >> i & 1)) continue;
        if (configuration.AlignedFeatures >> i & 1) at = (at + 63u) & ~63u;
        if (i == feature) break;
        at += configuration.Features[i].Size;
    }
    return at;
}

/// Bytes of an area, its header included, that holds the features of `mask` without gaps.
inline std::uint32_t xstate_bytes(const XSTATE_CONFIGURATION& configuration, std::uint64_t mask) {
    std::uint32_t end = xstate::header_bytes;
    for (unsigned i = xstate::avx; i < xstate::features - 1; ++i)
        if (mask & configuration.EnabledFeatures & (std::uint64_t{1} << i))
            end = xstate_offset(configuration, mask | xstate::compacted, i) + configuration.Features[i].Size;
    return end;
}

/// From a CONTEXT's end to what follows its CONTEXT_EX.
inline constexpr std::uint32_t context_ex_room = 0x20;

} // namespace nt
