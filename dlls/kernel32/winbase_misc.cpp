// SPDX-License-Identifier: MIT
// winbase_misc.cpp: small answers: the computer's name, version checks, power, error reporting flags.
//
// Sources: "GetComputerNameEx function", "VerifyVersionInfo function", "SetThreadExecutionState function",
// "WerSetFlags function" (Microsoft documentation).
#include "kernel32.h"
#include "process_information.h"
#include "text.h"

#include <algorithm>
#include <atomic>

namespace oriel::k32 {
namespace {

/// %COMPUTERNAME%, which the host sets from its own name; "ORIEL" if there is none.
std::size_t computer_name(PathBuffer& to) {
    const DWORD error = last_error();
    const DWORD length = GetEnvironmentVariableW(L"COMPUTERNAME", to.data(), static_cast<DWORD>(to.capacity()));
    set_last_error(error);
    if (length && length < to.capacity()) return length;
    constexpr WCHAR fallback[] = L"ORIEL";
    std::copy_n(fallback, 6, to.data());
    return 5;
}

/// Fills the caller's buffer; *size becomes the length, or what is needed, with the NUL, on `too_small`.
template<class T>
BOOL give_name(const T* name, std::size_t length, T* to, DWORD* size, DWORD too_small) {
    if (!to || *size <= length) {
        *size = static_cast<DWORD>(length + 1);
        return fail(too_small);
    }
    std::copy_n(name, length, to);
    to[length] = 0;
    *size = static_cast<DWORD>(length);
    return TRUE;
}

constinit std::atomic<DWORD> wer_flags{0};
constinit std::atomic<DWORD> execution_state{ES_CONTINUOUS};

/// SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION, one a processor.
struct ProcessorTimes {
    std::int64_t idle, kernel, user, dpc, interrupt;
    std::uint32_t interrupts;
};

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- names
K32_EXPORT BOOL WINAPI GetComputerNameW(LPWSTR to, LPDWORD size) {
    PathBuffer name;
    const std::size_t length = std::min<std::size_t>(computer_name(name), MAX_COMPUTERNAME_LENGTH);
    return give_name(name.data(), length, to, size, ERROR_BUFFER_OVERFLOW);
}
K32_EXPORT BOOL WINAPI GetComputerNameA(LPSTR to, LPDWORD size) {
    PathBuffer name;
    const std::size_t length = std::min<std::size_t>(computer_name(name), MAX_COMPUTERNAME_LENGTH);
    char bytes[MAX_COMPUTERNAME_LENGTH + 1];
    const std::size_t count = narrow(name.data(), length, bytes, sizeof bytes, CP_ACP);
    return give_name(bytes, count, to, size, ERROR_BUFFER_OVERFLOW);
}
K32_EXPORT BOOL WINAPI GetComputerNameExW(COMPUTER_NAME_FORMAT format, LPWSTR to, LPDWORD size) {
    if (format >= ComputerNameMax) return fail(ERROR_INVALID_PARAMETER);
    PathBuffer name;
    std::size_t length = computer_name(name);
    if (format == ComputerNameDnsDomain || format == ComputerNamePhysicalDnsDomain) length = 0; // in no domain
    return give_name(name.data(), length, to, size, ERROR_MORE_DATA);
}
K32_EXPORT BOOL WINAPI GetComputerNameExA(COMPUTER_NAME_FORMAT format, LPSTR to, LPDWORD size) {
    if (format >= ComputerNameMax) return fail(ERROR_INVALID_PARAMETER);
    PathBuffer name;
    std::size_t length = computer_name(name);
    if (format == ComputerNameDnsDomain || format == ComputerNamePhysicalDnsDomain) length = 0;
    char bytes[256];
    const std::size_t count = narrow(name.data(), length, bytes, sizeof bytes, CP_ACP);
    return give_name(bytes, count, to, size, ERROR_MORE_DATA);
}

// ------------------------------------------------------------------------------------- versions
K32_EXPORT BOOL WINAPI VerifyVersionInfoW(LPOSVERSIONINFOEXW info, DWORD mask, DWORDLONG conditions) {
    const Status status = RtlVerifyVersionInfo(reinterpret_cast<nt::OSVERSIONINFOEX*>(info), mask, conditions);
    return status == Status{0xC0000059} /* STATUS_REVISION_MISMATCH */ ? fail(ERROR_OLD_WIN_VERSION) : finish(status);
}
K32_EXPORT BOOL WINAPI VerifyVersionInfoA(LPOSVERSIONINFOEXA info, DWORD mask, DWORDLONG conditions) {
    OSVERSIONINFOEXW copy{};
    copy.dwOSVersionInfoSize = sizeof copy;
    copy.dwMajorVersion = info->dwMajorVersion;
    copy.dwMinorVersion = info->dwMinorVersion;
    copy.dwBuildNumber = info->dwBuildNumber;
    copy.dwPlatformId = info->dwPlatformId;
    copy.wServicePackMajor = info->wServicePackMajor;
    copy.wServicePackMinor = info->wServicePackMinor;
    copy.wSuiteMask = info->wSuiteMask;
    copy.wProductType = info->wProductType;
    return VerifyVersionInfoW(&copy, mask, conditions);
}

// ------------------------------------------------------------------------------------- the machine's state
K32_EXPORT BOOL WINAPI GetSystemTimes(PFILETIME idle, PFILETIME kernel, PFILETIME user) {
    Buffer<ProcessorTimes, 64> times;
    const std::size_t count = peb().NumberOfProcessors;
    if (!times.reserve(count)) return fail(ERROR_NOT_ENOUGH_MEMORY);
    std::uint32_t written = 0;
    const Status status =
        NtQuerySystemInformation(static_cast<std::uint32_t>(SystemInformation::ProcessorPerformance), times.data(),
                                 static_cast<std::uint32_t>(count * sizeof(ProcessorTimes)), &written);
    if (!nt::is_success(status)) return finish(status);
    ProcessorTimes sum{};
    for (std::size_t i = 0; i < written / sizeof(ProcessorTimes); ++i) {
        sum.idle += times[i].idle;
        sum.kernel += times[i].kernel;
        sum.user += times[i].user;
    }
    if (idle) store_time(idle, sum.idle);
    if (kernel) store_time(kernel, sum.kernel);
    if (user) store_time(user, sum.user);
    return TRUE;
}
/// A machine on mains, without a battery.
K32_EXPORT BOOL WINAPI GetSystemPowerStatus(LPSYSTEM_POWER_STATUS status) {
    constexpr BYTE no_battery = 128, unknown_percentage = 255;
    *status = SYSTEM_POWER_STATUS{};
    status->ACLineStatus = 1;
    status->BatteryFlag = no_battery;
    status->BatteryLifePercent = unknown_percentage;
    status->BatteryLifeTime = status->BatteryFullLifeTime = BATTERY_LIFE_UNKNOWN;
    return TRUE;
}
/// A wish to stay awake; we only remember it.
K32_EXPORT EXECUTION_STATE WINAPI SetThreadExecutionState(EXECUTION_STATE state) {
    return state & ES_CONTINUOUS ? execution_state.exchange(state) : execution_state.load();
}
K32_EXPORT BOOL WINAPI GetNumaNodeProcessorMask(UCHAR node, PULONGLONG mask) {
    SystemBasic basic{};
    if (node != 0) return fail(ERROR_INVALID_PARAMETER);
    const Status status = query_system(SystemInformation::Basic, basic);
    *mask = basic.active_processors;
    return finish(status);
}
K32_EXPORT BOOL WINAPI GetNumaNodeProcessorMaskEx(USHORT node, PGROUP_AFFINITY affinity) {
    ULONGLONG mask = 0;
    if (!GetNumaNodeProcessorMask(static_cast<UCHAR>(node), &mask)) return FALSE;
    *affinity = GROUP_AFFINITY{};
    affinity->Mask = static_cast<KAFFINITY>(mask);
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetNumaProcessorNode(UCHAR, PUCHAR node) {
    *node = 0;
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetNumaProcessorNodeEx(PPROCESSOR_NUMBER, PUSHORT node) {
    *node = 0;
    return TRUE;
}

// ------------------------------------------------------------------------------------- error reporting
K32_EXPORT HRESULT WINAPI WerSetFlags(DWORD flags) {
    wer_flags = flags;
    return S_OK;
}
K32_EXPORT HRESULT WINAPI WerGetFlags(HANDLE, PDWORD flags) {
    *flags = wer_flags;
    return S_OK;
}

K32_EXPORT BOOL WINAPI Beep(DWORD, DWORD milliseconds) {
    Sleep(milliseconds); // it is synchronous; there is nothing to sound
    return TRUE;
}
