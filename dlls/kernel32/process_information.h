// SPDX-License-Identifier: MIT
// process_information.h: what NtQueryInformationProcess, -Thread and NtQuerySystemInformation answer, as far
// as the facade asks. Layouts as in Microsoft's winternl.h ("NtQueryInformationProcess function" and kin).
#pragma once

#include "kernel32.h"

namespace oriel::k32 {

enum class ProcessInformation : std::uint32_t {
    Basic = 0,
    QuotaLimits = 1,
    IoCounters = 2,
    VmCounters = 3,
    Times = 4,
    BasePriority = 5,
    PriorityClass = 18,
    HandleCount = 20,
    AffinityMask = 21,
    PriorityBoost = 22,
    SessionInformation = 24,
    Wow64 = 26,
    ImageFileName = 27,
    ImageFileNameWin32 = 43,
    CycleTime = 38,
};
struct ProcessBasic {
    std::uint32_t exit_status;
    native_uptr peb;
    native_uptr affinity;
    std::int32_t base_priority;
    native_uptr id;
    native_uptr parent_id;
};
struct KernelUserTimes { // also of a thread
    std::int64_t created;
    std::int64_t exited;
    std::int64_t kernel;
    std::int64_t user;
};
struct ProcessPriorityClass {
    std::uint8_t foreground;
    std::uint8_t priority_class;
};
struct VmCounters {
    native_uptr peak_virtual, virtual_size;
    std::uint32_t page_faults;
    native_uptr peak_working_set, working_set, quota_peak_paged, quota_paged, quota_peak_nonpaged, quota_nonpaged,
        pagefile, peak_pagefile, private_usage;
};

enum class ThreadInformation : std::uint32_t {
    Basic = 0,
    Times = 1,
    Priority = 2,
    BasePriority = 3,
    AffinityMask = 4,
    ZeroTlsCell = 10,
    PerformanceCount = 11,
    IdealProcessor = 13,
    PriorityBoost = 14,
    IsTerminated = 20,
    CycleTime = 23,
    GroupInformation = 30,
    NameInformation = 38,
};
struct ThreadBasic {
    std::uint32_t exit_status;
    native_uptr teb;
    nt::CLIENT_ID<Native> id;
    native_uptr affinity;
    std::int32_t priority;
    std::int32_t base_priority;
};

enum class SystemInformation : std::uint32_t {
    Basic = 0,
    Processor = 1,
    Performance = 2,
    TimeOfDay = 3,
    ProcessorPerformance = 8,
    CurrentTimeZone = 44,
    LogicalProcessor = 73,
    DynamicTimeZone = 102,
    LogicalProcessorAndGroup = 107,
};
struct SystemBasic {
    std::uint32_t reserved;
    std::uint32_t timer_resolution;
    std::uint32_t page_size;
    std::uint32_t physical_pages;
    std::uint32_t lowest_physical_page;
    std::uint32_t highest_physical_page;
    std::uint32_t allocation_granularity;
    native_uptr minimum_user_address;
    native_uptr maximum_user_address;
    native_uptr active_processors;
    std::uint8_t processors;
};
struct SystemProcessor {
    std::uint16_t architecture;
    std::uint16_t level;
    std::uint16_t revision;
    std::uint16_t maximum_processors;
    std::uint32_t features;
};

template<class T>
Status query_process(HANDLE process, ProcessInformation what, T& to) {
    return NtQueryInformationProcess(process, static_cast<std::uint32_t>(what), &to, sizeof to, nullptr);
}
template<class T>
Status set_process(HANDLE process, ProcessInformation what, T value) {
    return NtSetInformationProcess(process, static_cast<std::uint32_t>(what), &value, sizeof value);
}
template<class T>
Status query_thread(HANDLE thread, ThreadInformation what, T& to) {
    return NtQueryInformationThread(thread, static_cast<std::uint32_t>(what), &to, sizeof to, nullptr);
}
template<class T>
Status set_thread(HANDLE thread, ThreadInformation what, T value) {
    return NtSetInformationThread(thread, static_cast<std::uint32_t>(what), &value, sizeof value);
}
template<class T>
Status query_system(SystemInformation what, T& to) {
    return NtQuerySystemInformation(static_cast<std::uint32_t>(what), &to, sizeof to, nullptr);
}

} // namespace oriel::k32
