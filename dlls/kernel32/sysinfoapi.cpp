// SPDX-License-Identifier: MIT
// sysinfoapi.cpp: clocks, and what the machine and the system are.
//
// The clocks that are asked most stand in KUSER_SHARED_DATA, a page that every process sees; the precise ones
// are services. GetVersion(Ex) tells programs without a manifest that names Windows 10 that they are on 6.2,
// as Windows has done since 8.1; RtlGetVersion tells the truth.
// Sources: "System Information Functions", "Operating System Version" (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"
#include "process_information.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

/// A 64-bit clock of the shared page that another processor may be writing: High2 changes first, High1 last.
std::int64_t read_clock(const nt::KSYSTEM_TIME& clock) {
    const auto& shared = const_cast<const volatile nt::KSYSTEM_TIME&>(clock);
    for (;;) {
        const std::int32_t high = shared.High1Time;
        const std::uint32_t low = shared.LowPart;
        if (high == shared.High2Time)
            return static_cast<std::int64_t>(std::uint64_t{static_cast<std::uint32_t>(high)} << 32 | low);
        __builtin_ia32_pause();
    }
}

std::int64_t precise_system_time() {
    std::int64_t now = 0;
    NtQuerySystemTime(&now);
    return now;
}

void fill_system_info(SYSTEM_INFO& info, bool native) {
    SystemBasic basic{};
    SystemProcessor processor{};
    query_system(SystemInformation::Basic, basic);
    query_system(SystemInformation::Processor, processor);
    info = SYSTEM_INFO{};
    info.wProcessorArchitecture = processor.architecture;
    if (native && sizeof(void*) == 4 && shared_data().NativeProcessorArchitecture == PROCESSOR_ARCHITECTURE_AMD64)
        info.wProcessorArchitecture = PROCESSOR_ARCHITECTURE_AMD64;
    info.dwPageSize = basic.page_size;
    info.lpMinimumApplicationAddress = reinterpret_cast<void*>(basic.minimum_user_address);
    info.lpMaximumApplicationAddress = reinterpret_cast<void*>(basic.maximum_user_address);
    info.dwActiveProcessorMask = basic.active_processors;
    info.dwNumberOfProcessors = basic.processors;
    info.dwProcessorType =
        info.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_AMD64 ? PROCESSOR_AMD_X8664 : PROCESSOR_INTEL_PENTIUM;
    info.dwAllocationGranularity = basic.allocation_granularity;
    info.wProcessorLevel = processor.level;
    info.wProcessorRevision = processor.revision;
}

/// SystemPerformanceInformation's head; what follows counts things that we do not.
struct SystemPerformance {
    std::int64_t idle_time, read_bytes, write_bytes, other_bytes;
    std::uint32_t read_operations, write_operations, other_operations;
    std::uint32_t available_pages, committed_pages, commit_limit, peak_commitment;
    std::uint32_t rest[63];
};

void fill_memory_status(MEMORYSTATUSEX& status) {
    SystemBasic basic{};
    SystemPerformance performance{};
    VmCounters counters{};
    std::uint32_t ignored = 0;
    query_system(SystemInformation::Basic, basic);
    NtQuerySystemInformation(static_cast<std::uint32_t>(SystemInformation::Performance), &performance,
                             sizeof performance, &ignored);
    query_process(GetCurrentProcess(), ProcessInformation::VmCounters, counters);
    const std::uint64_t page = basic.page_size;
    status.ullTotalPhys = basic.physical_pages * page;
    status.ullAvailPhys = performance.available_pages * page;
    status.ullTotalPageFile = performance.commit_limit * page;
    status.ullAvailPageFile = (performance.commit_limit - performance.committed_pages) * page;
    status.ullTotalVirtual = basic.maximum_user_address - basic.minimum_user_address + 1;
    // What is resident is at least taken, where the size of the address space in use is not told.
    const std::uint64_t taken = std::max<std::uint64_t>(counters.virtual_size, counters.working_set);
    status.ullAvailVirtual = status.ullTotalVirtual - std::min(taken, status.ullTotalVirtual);
    status.ullAvailExtendedVirtual = 0;
    status.dwMemoryLoad =
        status.ullTotalPhys >= 100
            ? static_cast<DWORD>((status.ullTotalPhys - status.ullAvailPhys) / (status.ullTotalPhys / 100))
            : 0;
}

// What a program without a manifest is told.
constexpr DWORD told_major = 6, told_minor = 2, told_build = 9200;

template<class Info>
void fill_version(Info& info) {
    info.dwMajorVersion = told_major;
    info.dwMinorVersion = told_minor;
    info.dwBuildNumber = told_build;
    info.dwPlatformId = VER_PLATFORM_WIN32_NT;
    info.szCSDVersion[0] = 0;
}
template<class Extended>
void fill_extended_version(Extended& info) {
    info.wServicePackMajor = info.wServicePackMinor = 0;
    info.wSuiteMask = VER_SUITE_SINGLEUSERTS;
    info.wProductType = VER_NT_WORKSTATION;
    info.wReserved = 0;
}

/// SystemRoot, as the shared page has it.
const WCHAR* windows_directory() { return wide(shared_data().NtSystemRoot); }

UINT directory_answer(const WCHAR* below, WCHAR* to, UINT size) {
    PathBuffer path;
    const std::size_t root = length_of(windows_directory()), tail = length_of(below);
    std::copy_n(windows_directory(), root, path.data());
    std::copy_n(below, tail + 1, path.data() + root);
    return answer_wide(path.data(), root + tail, to, size);
}
UINT directory_answer(const WCHAR* below, char* to, UINT size) {
    PathBuffer path;
    const UINT length = directory_answer(below, path.data(), static_cast<UINT>(path.capacity()));
    return answer_narrow(path.data(), length, to, size, CP_ACP);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- clocks
K32_EXPORT ULONGLONG WINAPI GetTickCount64() {
    const auto ticks = static_cast<std::uint64_t>(read_clock(shared_data().TickCount));
    const std::uint64_t multiplier = shared_data().TickCountMultiplier; // milliseconds per tick times 2^24
    return ((ticks >> 32) * multiplier << 8) + ((ticks & 0xFFFFFFFF) * multiplier >> 24);
}
K32_EXPORT DWORD WINAPI GetTickCount() { return static_cast<DWORD>(GetTickCount64()); }

K32_EXPORT void WINAPI GetSystemTimeAsFileTime(LPFILETIME time) {
    store_time(time, read_clock(shared_data().SystemTime));
}
K32_EXPORT void WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME time) { store_time(time, precise_system_time()); }

K32_EXPORT void WINAPI QueryInterruptTime(PULONGLONG time) {
    *time = static_cast<ULONGLONG>(read_clock(shared_data().InterruptTime));
}
K32_EXPORT BOOL WINAPI QueryUnbiasedInterruptTime(PULONGLONG time) {
    *time = static_cast<ULONGLONG>(read_clock(shared_data().InterruptTime)) - shared_data().InterruptTimeBias;
    return TRUE;
}

K32_EXPORT BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER* count) {
    std::int64_t value = 0;
    const Status status = NtQueryPerformanceCounter(&value, nullptr);
    count->QuadPart = value;
    return finish(status);
}
K32_EXPORT BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER* frequency) {
    frequency->QuadPart = shared_data().QpcFrequency;
    if (frequency->QuadPart) return TRUE;
    std::int64_t count = 0, value = 0;
    const Status status = NtQueryPerformanceCounter(&count, &value);
    frequency->QuadPart = value;
    return finish(status);
}

K32_EXPORT BOOL WINAPI GetSystemTimeAdjustment(PDWORD adjustment, PDWORD increment, PBOOL disabled) {
    std::uint32_t maximum = 0, minimum = 0, current = 0;
    if (!finish(NtQueryTimerResolution(&maximum, &minimum, &current))) return FALSE;
    *adjustment = *increment = maximum; // the period of the clock interrupt, in 100 ns
    *disabled = TRUE;
    return TRUE;
}

// ------------------------------------------------------------------------------------- the machine
K32_EXPORT void WINAPI GetSystemInfo(LPSYSTEM_INFO info) { fill_system_info(*info, false); }
K32_EXPORT void WINAPI GetNativeSystemInfo(LPSYSTEM_INFO info) { fill_system_info(*info, true); }

K32_EXPORT BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX status) {
    if (status->dwLength != sizeof *status) return fail(ERROR_INVALID_PARAMETER);
    fill_memory_status(*status);
    return TRUE;
}
/// The old form: in 32-bit programs physical memory stops at 2 GiB, the rest at 4 (observed on Windows).
K32_EXPORT void WINAPI GlobalMemoryStatus(LPMEMORYSTATUS old) {
    MEMORYSTATUSEX status{};
    fill_memory_status(status);
    constexpr std::uint64_t most = ~SIZE_T{0}, most_physical = most >> 1;
    const auto cut = [](std::uint64_t value, std::uint64_t limit = most) {
        return static_cast<SIZE_T>(std::min(value, limit));
    };
    old->dwLength = sizeof *old;
    old->dwMemoryLoad = status.dwMemoryLoad;
    old->dwTotalPhys = cut(status.ullTotalPhys, most_physical);
    old->dwAvailPhys = cut(status.ullAvailPhys, most_physical);
    old->dwTotalPageFile = cut(status.ullTotalPageFile);
    old->dwAvailPageFile = cut(status.ullAvailPageFile);
    old->dwTotalVirtual = cut(status.ullTotalVirtual);
    old->dwAvailVirtual = cut(status.ullAvailVirtual);
}
K32_EXPORT BOOL WINAPI GetPhysicallyInstalledSystemMemory(PULONGLONG kilobytes) {
    SystemBasic basic{};
    const Status status = query_system(SystemInformation::Basic, basic);
    *kilobytes = std::uint64_t{basic.physical_pages} * basic.page_size / 1024;
    return finish(status);
}

K32_EXPORT BOOL WINAPI GetLogicalProcessorInformation(PSYSTEM_LOGICAL_PROCESSOR_INFORMATION to, PDWORD size) {
    std::uint32_t needed = 0;
    const Status status =
        NtQuerySystemInformation(static_cast<std::uint32_t>(SystemInformation::LogicalProcessor), to, *size, &needed);
    *size = needed;
    return status == Status::InfoLengthMismatch || status == Status::BufferTooSmall ? fail(ERROR_INSUFFICIENT_BUFFER)
                                                                                    : finish(status);
}
K32_EXPORT DWORD WINAPI GetActiveProcessorCount(WORD group) {
    if (group != 0 && group != ALL_PROCESSOR_GROUPS) return fail(ERROR_INVALID_PARAMETER);
    return peb().NumberOfProcessors;
}
K32_EXPORT DWORD WINAPI GetMaximumProcessorCount(WORD group) { return GetActiveProcessorCount(group); }
K32_EXPORT WORD WINAPI GetActiveProcessorGroupCount() { return 1; }
K32_EXPORT WORD WINAPI GetMaximumProcessorGroupCount() { return 1; }
K32_EXPORT BOOL WINAPI GetNumaHighestNodeNumber(PULONG node) {
    *node = 0; // one node, which has everything
    return TRUE;
}

// ------------------------------------------------------------------------------------- versions
K32_EXPORT DWORD WINAPI GetVersion() { return told_build << 16 | told_minor << 8 | told_major; }
K32_EXPORT BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW info) {
    if (info->dwOSVersionInfoSize != sizeof(OSVERSIONINFOW) && info->dwOSVersionInfoSize != sizeof(OSVERSIONINFOEXW))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    fill_version(*info);
    if (info->dwOSVersionInfoSize == sizeof(OSVERSIONINFOEXW))
        fill_extended_version(*reinterpret_cast<OSVERSIONINFOEXW*>(info));
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA info) {
    if (info->dwOSVersionInfoSize != sizeof(OSVERSIONINFOA) && info->dwOSVersionInfoSize != sizeof(OSVERSIONINFOEXA))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    fill_version(*info);
    if (info->dwOSVersionInfoSize == sizeof(OSVERSIONINFOEXA))
        fill_extended_version(*reinterpret_cast<OSVERSIONINFOEXA*>(info));
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetProductInfo(DWORD, DWORD, DWORD, DWORD, PDWORD product) {
    *product = PRODUCT_PROFESSIONAL;
    return TRUE;
}

// ------------------------------------------------------------------------------------- directories
K32_EXPORT UINT WINAPI GetWindowsDirectoryW(LPWSTR to, UINT size) { return directory_answer(L"", to, size); }
K32_EXPORT UINT WINAPI GetWindowsDirectoryA(LPSTR to, UINT size) { return directory_answer(L"", to, size); }
K32_EXPORT UINT WINAPI GetSystemWindowsDirectoryW(LPWSTR to, UINT size) { return directory_answer(L"", to, size); }
K32_EXPORT UINT WINAPI GetSystemWindowsDirectoryA(LPSTR to, UINT size) { return directory_answer(L"", to, size); }
K32_EXPORT UINT WINAPI GetSystemDirectoryW(LPWSTR to, UINT size) { return directory_answer(L"\\system32", to, size); }
K32_EXPORT UINT WINAPI GetSystemDirectoryA(LPSTR to, UINT size) { return directory_answer(L"\\system32", to, size); }
K32_EXPORT UINT WINAPI GetSystemWow64DirectoryW(LPWSTR to, UINT size) {
    return directory_answer(L"\\SysWOW64", to, size);
}
K32_EXPORT UINT WINAPI GetSystemWow64DirectoryA(LPSTR to, UINT size) {
    return directory_answer(L"\\SysWOW64", to, size);
}
