// SPDX-License-Identifier: MIT
// kuser_shared_data.h: the page that every process sees read-only at 0x7FFE0000.
//
// It holds what programs ask most often: clocks, version, processor features. Both ABIs see the same
// layout. The next page (0x7FFE1000) is ours: its first pointer is where the system-call stubs jump.
// Source: ntddk.h, "KUSER_SHARED_DATA structure" (Microsoft documentation).
#pragma once

#include <nt/xstate.h>

#include <cstddef>
#include <cstdint>

namespace nt {

inline constexpr std::uint64_t kuser_shared_data_address = 0x7FFE0000;
inline constexpr std::uint64_t gate_page_address = 0x7FFE1000;

/// A 64-bit clock that a 32-bit reader can read without a lock: High1, Low, High2 are compared.
struct KSYSTEM_TIME {
    std::uint32_t LowPart;
    std::int32_t High1Time;
    std::int32_t High2Time;
};

struct KUSER_SHARED_DATA {
    std::uint32_t TickCountLowDeprecated;
    std::uint32_t TickCountMultiplier;
    KSYSTEM_TIME InterruptTime; ///< 100 ns since start
    KSYSTEM_TIME SystemTime;    ///< 100 ns since 1601, UTC
    KSYSTEM_TIME TimeZoneBias;  ///< UTC - local time, 100 ns
    std::uint16_t ImageNumberLow;
    std::uint16_t ImageNumberHigh;
    char16_t NtSystemRoot[260];
    std::uint32_t MaxStackTraceDepth;
    std::uint32_t CryptoExponent;
    std::uint32_t TimeZoneId;
    std::uint32_t LargePageMinimum;
    std::uint32_t AitSamplingValue;
    std::uint32_t AppCompatFlag;
    std::uint64_t RNGSeedVersion;
    std::uint32_t GlobalValidationRunlevel;
    std::int32_t TimeZoneBiasStamp;
    std::uint32_t NtBuildNumber;
    std::uint32_t NtProductType; ///< 1: workstation
    std::uint8_t ProductTypeIsValid;
    std::uint8_t Reserved0;
    std::uint16_t NativeProcessorArchitecture; ///< 9: AMD64
    std::uint32_t NtMajorVersion;
    std::uint32_t NtMinorVersion;
    std::uint8_t ProcessorFeatures[64]; ///< indexed by PF_*
    std::uint32_t Reserved1;
    std::uint32_t Reserved3;
    std::uint32_t TimeSlip;
    std::uint32_t AlternativeArchitecture;
    std::uint32_t BootId;
    std::int64_t SystemExpirationDate;
    std::uint32_t SuiteMask;
    std::uint8_t KdDebuggerEnabled;
    std::uint8_t MitigationPolicies;
    std::uint16_t CyclesPerYield;
    std::uint32_t ActiveConsoleId;
    std::uint32_t DismountCount;
    std::uint32_t ComPlusPackage;
    std::uint32_t LastSystemRITEventTickCount;
    std::uint32_t NumberOfPhysicalPages;
    std::uint8_t SafeBootMode;
    std::uint8_t VirtualizationFlags;
    std::uint8_t Reserved12[2];
    std::uint32_t SharedDataFlags;
    std::uint32_t DataFlagsPad;
    std::uint64_t TestRetInstruction;
    std::int64_t QpcFrequency;
    std::uint32_t SystemCall; ///< not 0: the stubs do not use `syscall` but jump through the gate page
    std::uint32_t SystemCallPad0;
    std::uint64_t SystemCallPad[2];
    union {
        KSYSTEM_TIME TickCount; ///< ms since start times 2^24 / TickCountMultiplier
        std::uint64_t TickCountQuad;
    };
    std::uint32_t Cookie;
    std::uint32_t CookiePad;
    std::int64_t ConsoleSessionForegroundProcessId;
    std::uint64_t TimeUpdateLock;
    std::uint64_t BaselineSystemTimeQpc;
    std::uint64_t BaselineInterruptTimeQpc;
    std::uint64_t QpcSystemTimeIncrement;
    std::uint64_t QpcInterruptTimeIncrement;
    std::uint8_t QpcIncrementShifts[2];
    std::uint16_t UnparkedProcessorCount;
    std::uint32_t EnclaveFeatureMask[4];
    std::uint32_t TelemetryCoverageRound;
    std::uint16_t UserModeGlobalLogger[16];
    std::uint32_t ImageFileExecutionOptions;
    std::uint32_t LangGenerationCount;
    std::uint64_t Reserved4;
    std::uint64_t InterruptTimeBias;
    std::uint64_t QpcBias;
    std::uint32_t ActiveProcessorCount;
    std::uint8_t ActiveGroupCount;
    std::uint8_t Reserved9;
    std::uint16_t QpcData;
    std::int64_t TimeZoneBiasEffectiveStart;
    std::int64_t TimeZoneBiasEffectiveEnd;
    XSTATE_CONFIGURATION XState;
};
static_assert(offsetof(KUSER_SHARED_DATA, NtSystemRoot) == 0x30);
static_assert(offsetof(KUSER_SHARED_DATA, NtBuildNumber) == 0x260);
static_assert(offsetof(KUSER_SHARED_DATA, NtMajorVersion) == 0x26C);
static_assert(offsetof(KUSER_SHARED_DATA, ProcessorFeatures) == 0x274);
static_assert(offsetof(KUSER_SHARED_DATA, SuiteMask) == 0x2D0);
static_assert(offsetof(KUSER_SHARED_DATA, QpcFrequency) == 0x300);
static_assert(offsetof(KUSER_SHARED_DATA, SystemCall) == 0x308);
static_assert(offsetof(KUSER_SHARED_DATA, TickCount) == 0x320);
static_assert(offsetof(KUSER_SHARED_DATA, Cookie) == 0x330);
static_assert(offsetof(KUSER_SHARED_DATA, QpcBias) == 0x3B8);
static_assert(offsetof(KUSER_SHARED_DATA, ActiveProcessorCount) == 0x3C0);
static_assert(offsetof(KUSER_SHARED_DATA, XState) == 0x3D8);

} // namespace nt
