// SPDX-License-Identifier: MIT
// memoryapi_hints.cpp: what a program tells of memory that it will, or will not, need: offers, prefetching, the working
// set, and the two conditions of the system's memory.
//
// These answer an error number instead of setting it: OfferVirtualMemory, ReclaimVirtualMemory, DiscardVirtualMemory.
// Sources: "OfferVirtualMemory function", "PrefetchVirtualMemory function", "SetProcessWorkingSetSizeEx function",
// "CreateMemoryResourceNotification function" and their neighbours (Microsoft documentation).
#include "memoryapi.h"
#include "process_information.h"

namespace oriel::k32 {
namespace {

constexpr std::uintptr_t page = 0x1000;

bool is_whole_pages(const void* address, SIZE_T size) {
    return size != 0 && size % page == 0 && reinterpret_cast<std::uintptr_t>(address) % page == 0;
}

DWORD error_of(Status status) { return nt::is_success(status) ? ERROR_SUCCESS : static_cast<DWORD>(RtlNtStatusToDosError(status)); }

Status reset(void* address, SIZE_T size, DWORD type) {
    void* base = address;
    native_uptr bytes = size;
    return NtAllocateVirtualMemory(GetCurrentProcess(), &base, 0, &bytes, type, PAGE_NOACCESS);
}

Status protect(void* address, SIZE_T size, DWORD protection) {
    void* base = address;
    native_uptr bytes = size;
    std::uint32_t old = 0;
    return NtProtectVirtualMemory(GetCurrentProcess(), &base, &bytes, protection, &old);
}

/// QUOTA_LIMITS_EX, as NtQueryInformationProcess and NtSetInformationProcess have it.
struct QuotaLimits {
    native_uptr paged_pool, nonpaged_pool, minimum_working_set, maximum_working_set, pagefile;
    alignas(8) std::int64_t time_limit;
    native_uptr working_set_limit, reserved[3];
    std::uint32_t flags, cpu_rate;
};

// ------------------------------------------------------------------------- memory conditions
/// SystemPerformanceInformation's head.
struct Performance {
    std::int64_t idle_time, read_bytes, write_bytes, other_bytes;
    std::uint32_t read_operations, write_operations, other_operations;
    std::uint32_t available_pages, committed_pages, commit_limit, peak_commitment;
    std::uint32_t rest[63];
};

/// Below this many bytes memory is low: 32 MB for each 4 GB of RAM, at most 64 MB; above three times as many it is
/// plenty ("CreateMemoryResourceNotification function").
std::uint64_t low_memory_threshold(std::uint64_t physical) {
    constexpr std::uint64_t megabyte = 1 << 20;
    const std::uint64_t scaled = (physical + 4096 * megabyte - 1) / (4096 * megabyte) * 32 * megabyte;
    return scaled < 64 * megabyte ? scaled : 64 * megabyte;
}

struct Conditions {
    bool low = false, high = false;
};

Conditions memory_conditions() {
    SystemBasic basic{};
    Performance performance{};
    query_system(SystemInformation::Basic, basic);
    std::uint32_t ignored = 0;
    NtQuerySystemInformation(static_cast<std::uint32_t>(SystemInformation::Performance), &performance, sizeof performance, &ignored);
    const std::uint64_t threshold = low_memory_threshold(basic.physical_pages * std::uint64_t{basic.page_size});
    const std::uint64_t available = performance.available_pages * std::uint64_t{basic.page_size};
    return {available < threshold, available > 3 * threshold};
}

/// The event that stands for a condition; it is made by whoever asks first, and told how things are.
Status open_condition(const WCHAR* name, bool holds, HANDLE& event) {
    constexpr std::uint32_t notification = 0, case_insensitive = 0x40, open_if = 0x80;
    UnicodeString text = counted(name);
    ObjectAttributes attributes{};
    attributes.Length = sizeof attributes;
    attributes.ObjectName = &text;
    attributes.Attributes = case_insensitive | open_if;
    const Status status = NtCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, notification, holds);
    if (nt::is_success(status)) holds ? NtSetEvent(event, nullptr) : NtResetEvent(event, nullptr);
    return status;
}

constexpr const WCHAR* low_condition = L"\\KernelObjects\\LowMemoryCondition";
constexpr const WCHAR* high_condition = L"\\KernelObjects\\HighMemoryCondition";

/// Tells both events how things are now. Waits see what the last query saw.
void refresh_conditions() {
    const Conditions now = memory_conditions();
    HANDLE event = nullptr;
    if (nt::is_success(open_condition(low_condition, now.low, event))) NtClose(event);
    if (nt::is_success(open_condition(high_condition, now.high, event))) NtClose(event);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------- offers
/// Offered pages are inaccessible until they are reclaimed. Their content is never lost here, as it may.
K32_EXPORT DWORD WINAPI OfferVirtualMemory(PVOID address, SIZE_T size, OFFER_PRIORITY priority) {
    if (!is_whole_pages(address, size) || priority < VmOfferPriorityVeryLow || priority > VmOfferPriorityNormal)
        return ERROR_INVALID_PARAMETER;
    const Status status = reset(address, size, MEM_RESET);
    return error_of(nt::is_success(status) ? protect(address, size, PAGE_NOACCESS) : status);
}
K32_EXPORT DWORD WINAPI ReclaimVirtualMemory(PVOID address, SIZE_T size) {
    if (!is_whole_pages(address, size)) return ERROR_INVALID_PARAMETER;
    const Status status = protect(address, size, PAGE_READWRITE);
    return error_of(nt::is_success(status) ? reset(address, size, MEM_RESET_UNDO) : status);
}
K32_EXPORT DWORD WINAPI DiscardVirtualMemory(PVOID address, SIZE_T size) {
    if (!is_whole_pages(address, size)) return ERROR_INVALID_PARAMETER;
    return error_of(reset(address, size, MEM_RESET));
}

K32_EXPORT BOOL WINAPI PrefetchVirtualMemory(HANDLE process, ULONG_PTR count, PWIN32_MEMORY_RANGE_ENTRY ranges, ULONG flags) {
    std::uint32_t information = flags;
    return finish(NtSetInformationVirtualMemory(process, nt::VmPrefetchInformation, count,
                                                reinterpret_cast<nt::MEMORY_RANGE_ENTRY<Native>*>(ranges), &information,
                                                sizeof information));
}

// ------------------------------------------------------------------------- the working set
K32_EXPORT BOOL WINAPI GetProcessWorkingSetSizeEx(HANDLE process, PSIZE_T minimum, PSIZE_T maximum, PDWORD flags) {
    QuotaLimits limits{};
    const Status status = query_process(process, ProcessInformation::QuotaLimits, limits);
    if (!nt::is_success(status)) return finish(status);
    *minimum = limits.minimum_working_set;
    *maximum = limits.maximum_working_set;
    if (flags) *flags = limits.flags;
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetProcessWorkingSetSize(HANDLE process, PSIZE_T minimum, PSIZE_T maximum) {
    return GetProcessWorkingSetSizeEx(process, minimum, maximum, nullptr);
}
K32_EXPORT BOOL WINAPI SetProcessWorkingSetSizeEx(HANDLE process, SIZE_T minimum, SIZE_T maximum, DWORD flags) {
    constexpr DWORD known = QUOTA_LIMITS_HARDWS_MIN_ENABLE | QUOTA_LIMITS_HARDWS_MIN_DISABLE |
                            QUOTA_LIMITS_HARDWS_MAX_ENABLE | QUOTA_LIMITS_HARDWS_MAX_DISABLE;
    if (minimum == 0 || maximum == 0 || (flags & ~known) != 0) return fail(ERROR_INVALID_PARAMETER);
    QuotaLimits limits{};
    limits.minimum_working_set = minimum;
    limits.maximum_working_set = maximum;
    limits.flags = flags;
    return finish(set_process(process, ProcessInformation::QuotaLimits, limits));
}
K32_EXPORT BOOL WINAPI SetProcessWorkingSetSize(HANDLE process, SIZE_T minimum, SIZE_T maximum) {
    return SetProcessWorkingSetSizeEx(process, minimum, maximum, 0);
}

// ------------------------------------------------------------------------- memory conditions
K32_EXPORT HANDLE WINAPI CreateMemoryResourceNotification(MEMORY_RESOURCE_NOTIFICATION_TYPE type) {
    if (type != LowMemoryResourceNotification && type != HighMemoryResourceNotification)
        return fail_null(ERROR_INVALID_PARAMETER);
    const Conditions now = memory_conditions();
    const bool low = type == LowMemoryResourceNotification;
    HANDLE event = nullptr;
    return finish(open_condition(low ? low_condition : high_condition, low ? now.low : now.high, event)) ? event : nullptr;
}
K32_EXPORT BOOL WINAPI QueryMemoryResourceNotification(HANDLE notification, PBOOL state) {
    if (!state) return fail(ERROR_INVALID_PARAMETER);
    struct {
        std::int32_t type, signalled;
    } basic{};
    refresh_conditions();
    const Status status = NtQueryEvent(notification, 0 /* EventBasicInformation */, &basic, sizeof basic, nullptr);
    if (!nt::is_success(status)) return finish(status);
    *state = basic.signalled != 0;
    return TRUE;
}
