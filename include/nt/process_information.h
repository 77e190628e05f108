// SPDX-License-Identifier: MIT
// process_information.h: what NtQueryInformationProcess, -Thread and NtQuerySystemInformation answer.
//
// Layouts as in Microsoft's winternl.h and wdm.h; classes that only debuggers and task managers ask for are
// not here.
#pragma once

#include <nt/basic.h>
#include <nt/rtl_time.h>

namespace nt {

enum class ProcessInformationClass : std::uint32_t {
    Basic = 0, QuotaLimits = 1, IoCounters = 2, VmCounters = 3, Times = 4, BasePriority = 5, DebugPort = 7, DefaultHardErrorMode = 12,
    PriorityClass = 18, HandleCount = 20, AffinityMask = 21, PriorityBoost = 22, SessionInformation = 24, Wow64 = 26,
    ImageFileName = 27, BreakOnTermination = 29, DebugObjectHandle = 30, DebugFlags = 31, ExecuteFlags = 34, Cookie = 36,
    CycleTime = 38, ImageFileNameWin32 = 43
};

template<class Abi>
struct PROCESS_BASIC_INFORMATION {
    Status ExitStatus;
    uptr<Abi> PebBaseAddress;
    uptr<Abi> AffinityMask;
    std::int32_t BasePriority;
    uptr<Abi> UniqueProcessId;
    uptr<Abi> InheritedFromUniqueProcessId;
};
NT_ASSERT_SIZE(PROCESS_BASIC_INFORMATION, 48, 24);

/// Of a process or a thread; units of 100 ns.
struct KERNEL_USER_TIMES {
    std::int64_t CreateTime;
    std::int64_t ExitTime;
    std::int64_t KernelTime;
    std::int64_t UserTime;
};

/// A process's limits; of them only the working set's mean something here.
template<class Abi>
struct QUOTA_LIMITS {
    uptr<Abi> PagedPoolLimit;
    uptr<Abi> NonPagedPoolLimit;
    uptr<Abi> MinimumWorkingSetSize;
    uptr<Abi> MaximumWorkingSetSize;
    uptr<Abi> PagefileLimit;
    alignas(8) std::int64_t TimeLimit;
};
NT_ASSERT_SIZE(QUOTA_LIMITS, 48, 32);

/// The same, and whether the limits are hard (QUOTA_LIMITS_HARDWS_*).
template<class Abi>
struct QUOTA_LIMITS_EX {
    QUOTA_LIMITS<Abi> Limits;
    uptr<Abi> WorkingSetLimit;
    uptr<Abi> Reserved2;
    uptr<Abi> Reserved3;
    uptr<Abi> Reserved4;
    std::uint32_t Flags;
    std::uint32_t CpuRateLimit;
};
NT_ASSERT_SIZE(QUOTA_LIMITS_EX, 88, 56);

template<class Abi>
struct VM_COUNTERS_EX {
    uptr<Abi> PeakVirtualSize;
    uptr<Abi> VirtualSize;
    std::uint32_t PageFaultCount;
    uptr<Abi> PeakWorkingSetSize;
    uptr<Abi> WorkingSetSize;
    uptr<Abi> QuotaPeakPagedPoolUsage;
    uptr<Abi> QuotaPagedPoolUsage;
    uptr<Abi> QuotaPeakNonPagedPoolUsage;
    uptr<Abi> QuotaNonPagedPoolUsage;
    uptr<Abi> PagefileUsage;
    uptr<Abi> PeakPagefileUsage;
    uptr<Abi> PrivateUsage;
};
NT_ASSERT_SIZE(VM_COUNTERS_EX, 96, 48);

struct PROCESS_PRIORITY_CLASS {
    std::uint8_t Foreground;
    std::uint8_t PriorityClass;
};

enum class ThreadInformationClass : std::uint32_t {
    Basic = 0, Times = 1, Priority = 2, BasePriority = 3, AffinityMask = 4, ImpersonationToken = 5,
    QuerySetWin32StartAddress = 9, ZeroTlsCell = 10, IdealProcessor = 13, PriorityBoost = 14, AmILastThread = 12,
    HideFromDebugger = 17, IsTerminated = 20, CycleTime = 23, NameInformation = 38
};

template<class Abi>
struct THREAD_BASIC_INFORMATION {
    Status ExitStatus;
    uptr<Abi> TebBaseAddress;
    CLIENT_ID<Abi> ClientId;
    uptr<Abi> AffinityMask;
    std::int32_t Priority;
    std::int32_t BasePriority;
};
NT_ASSERT_SIZE(THREAD_BASIC_INFORMATION, 48, 28);

enum class SystemInformationClass : std::uint32_t {
    Basic = 0, Processor = 1, Performance = 2, TimeOfDay = 3, Process = 5, ProcessorPerformance = 8, CurrentTimeZone = 44,
    LogicalProcessor = 73, DynamicTimeZone = 102
};

template<class Abi>
struct SYSTEM_BASIC_INFORMATION {
    std::uint32_t Reserved;
    std::uint32_t TimerResolution;
    std::uint32_t PageSize;
    std::uint32_t NumberOfPhysicalPages;
    std::uint32_t LowestPhysicalPageNumber;
    std::uint32_t HighestPhysicalPageNumber;
    std::uint32_t AllocationGranularity;
    uptr<Abi> MinimumUserModeAddress;
    uptr<Abi> MaximumUserModeAddress;
    uptr<Abi> ActiveProcessorsAffinityMask;
    std::uint8_t NumberOfProcessors;
};
NT_ASSERT_SIZE(SYSTEM_BASIC_INFORMATION, 64, 44);

struct SYSTEM_PROCESSOR_INFORMATION {
    std::uint16_t ProcessorArchitecture;
    std::uint16_t ProcessorLevel;
    std::uint16_t ProcessorRevision;
    std::uint16_t MaximumProcessors;
    std::uint32_t ProcessorFeatureBits;
};
static_assert(sizeof(SYSTEM_PROCESSOR_INFORMATION) == 12);

/// The beginning, as far as programs look (through GlobalMemoryStatusEx).
struct SYSTEM_PERFORMANCE_INFORMATION {
    std::int64_t IdleProcessTime;
    std::int64_t IoReadTransferCount;
    std::int64_t IoWriteTransferCount;
    std::int64_t IoOtherTransferCount;
    std::uint32_t IoReadOperationCount;
    std::uint32_t IoWriteOperationCount;
    std::uint32_t IoOtherOperationCount;
    std::uint32_t AvailablePages;
    std::uint32_t CommittedPages;
    std::uint32_t CommitLimit; ///< pages
    std::uint32_t PeakCommitment;
    std::uint32_t Rest[63];
};
static_assert(sizeof(SYSTEM_PERFORMANCE_INFORMATION) == 312);

struct SYSTEM_TIMEOFDAY_INFORMATION {
    std::int64_t BootTime;
    std::int64_t CurrentTime;
    std::int64_t TimeZoneBias;
    std::uint32_t TimeZoneId;
    std::uint32_t Reserved;
    std::uint64_t BootTimeBias;
    std::uint64_t SleepTimeBias;
};
static_assert(sizeof(SYSTEM_TIMEOFDAY_INFORMATION) == 48);

/// The starts are rules: Year 0 means each year, on the Day-th Weekday of Month (5: the last).
struct RTL_TIME_ZONE_INFORMATION {
    std::int32_t Bias; ///< minutes: UTC = local time + Bias
    char16_t StandardName[32];
    TIME_FIELDS StandardStart;
    std::int32_t StandardBias;
    char16_t DaylightName[32];
    TIME_FIELDS DaylightStart;
    std::int32_t DaylightBias;
};
static_assert(sizeof(RTL_TIME_ZONE_INFORMATION) == 172);

struct RTL_DYNAMIC_TIME_ZONE_INFORMATION {
    RTL_TIME_ZONE_INFORMATION Zone;
    char16_t TimeZoneKeyName[128];
    std::uint8_t DynamicDaylightTimeDisabled;
};
static_assert(sizeof(RTL_DYNAMIC_TIME_ZONE_INFORMATION) == 432);

} // namespace nt
