// SPDX-License-Identifier: MIT
// processthreadsapi.cpp: this process and its end, other processes, start-up information.
//
// ExitProcess is orderly: threads stop, DLLs are told, then the process ends (RtlExitUserProcess).
// TerminateProcess is not. Starting a process is not done yet: CreateProcess is undone in kernel32.spec.
// Threads have processthreadsapi_threads.cpp, thread-local storage tls.cpp.
// Sources: "Process and Thread Functions" (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"
#include "process_information.h"
#include "startup.h"

namespace oriel::k32 {
namespace {

/// NT's PROCESS_PRIORITY_CLASS_* numbers, and Win32's bits.
constexpr std::pair<std::uint8_t, DWORD> priority_classes[] = {
    {1, IDLE_PRIORITY_CLASS},     {2, NORMAL_PRIORITY_CLASS},       {3, HIGH_PRIORITY_CLASS},
    {4, REALTIME_PRIORITY_CLASS}, {5, BELOW_NORMAL_PRIORITY_CLASS}, {6, ABOVE_NORMAL_PRIORITY_CLASS}};

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT HANDLE WINAPI GetCurrentProcess() { return reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(-1)); }
K32_EXPORT DWORD WINAPI GetCurrentProcessId() {
    return static_cast<DWORD>(nt::current_teb()->ClientId.UniqueProcess);
}

K32_EXPORT void WINAPI ExitProcess(UINT code) {
    RtlExitUserProcess(static_cast<Status>(code));
    __builtin_unreachable();
}
K32_EXPORT BOOL WINAPI TerminateProcess(HANDLE process, UINT code) {
    if (!process) return fail(ERROR_INVALID_HANDLE); // to NT, a null handle means the calling process
    return finish(NtTerminateProcess(process, static_cast<Status>(code)));
}

K32_EXPORT BOOL WINAPI GetExitCodeProcess(HANDLE process, LPDWORD code) {
    ProcessBasic info;
    const Status status = query_process(process, ProcessInformation::Basic, info);
    if (nt::is_success(status)) *code = info.exit_status;
    return finish(status);
}
K32_EXPORT DWORD WINAPI GetProcessId(HANDLE process) {
    ProcessBasic info;
    return finish(query_process(process, ProcessInformation::Basic, info)) ? static_cast<DWORD>(info.id) : 0;
}

K32_EXPORT HANDLE WINAPI OpenProcess(DWORD access, BOOL inherit, DWORD id) {
    nt::CLIENT_ID<Native> client{};
    client.UniqueProcess = id;
    ObjectAttributes attributes{};
    attributes.Length = sizeof attributes;
    attributes.Attributes = inherit ? nt::OBJ_INHERIT : 0;
    HANDLE process = nullptr;
    const Status status = NtOpenProcess(&process, access, &attributes, &client);
    // NT says "no such client"; Win32 has said "invalid parameter" since its first version.
    return finish(status) ? process : nullptr;
}

K32_EXPORT BOOL WINAPI GetProcessTimes(HANDLE process, LPFILETIME created, LPFILETIME exited, LPFILETIME kernel,
                                       LPFILETIME user) {
    KernelUserTimes times;
    const Status status = query_process(process, ProcessInformation::Times, times);
    if (!nt::is_success(status)) return finish(status);
    store_time(created, times.created);
    store_time(exited, times.exited);
    store_time(kernel, times.kernel);
    store_time(user, times.user);
    return TRUE;
}

K32_EXPORT DWORD WINAPI GetPriorityClass(HANDLE process) {
    ProcessPriorityClass info;
    if (!finish(query_process(process, ProcessInformation::PriorityClass, info))) return 0;
    for (const auto& [number, bit] : priority_classes)
        if (number == info.priority_class) return bit;
    return NORMAL_PRIORITY_CLASS;
}
K32_EXPORT BOOL WINAPI SetPriorityClass(HANDLE process, DWORD priority) {
    if (priority == PROCESS_MODE_BACKGROUND_BEGIN || priority == PROCESS_MODE_BACKGROUND_END)
        return TRUE; // a wish about I/O
    for (const auto& [number, bit] : priority_classes)
        if (bit == priority)
            return finish(set_process(process, ProcessInformation::PriorityClass, ProcessPriorityClass{0, number}));
    return fail(ERROR_INVALID_PARAMETER);
}
K32_EXPORT BOOL WINAPI GetProcessPriorityBoost(HANDLE process, PBOOL disabled) {
    std::uint32_t value = 0;
    const Status status = query_process(process, ProcessInformation::PriorityBoost, value);
    if (nt::is_success(status)) *disabled = value != 0;
    return finish(status);
}
K32_EXPORT BOOL WINAPI SetProcessPriorityBoost(HANDLE process, BOOL disable) {
    return finish(set_process(process, ProcessInformation::PriorityBoost, std::uint32_t{disable != 0}));
}

K32_EXPORT BOOL WINAPI GetProcessAffinityMask(HANDLE process, PDWORD_PTR process_mask, PDWORD_PTR system_mask) {
    ProcessBasic info;
    Status status = query_process(process, ProcessInformation::Basic, info);
    SystemBasic system;
    if (nt::is_success(status)) status = query_system(SystemInformation::Basic, system);
    if (!nt::is_success(status)) return finish(status);
    *process_mask = info.affinity;
    *system_mask = system.active_processors;
    return TRUE;
}
K32_EXPORT BOOL WINAPI SetProcessAffinityMask(HANDLE process, DWORD_PTR mask) {
    return finish(set_process(process, ProcessInformation::AffinityMask, mask));
}

K32_EXPORT BOOL WINAPI GetProcessHandleCount(HANDLE process, PDWORD count) {
    std::uint32_t value = 0;
    const Status status = query_process(process, ProcessInformation::HandleCount, value);
    if (nt::is_success(status)) *count = value;
    return finish(status);
}
K32_EXPORT BOOL WINAPI GetProcessIoCounters(HANDLE process, PIO_COUNTERS counters) {
    return finish(query_process(process, ProcessInformation::IoCounters, *counters));
}
K32_EXPORT BOOL WINAPI QueryProcessCycleTime(HANDLE process, PULONG64 cycles) {
    return finish(query_process(process, ProcessInformation::CycleTime, *cycles));
}
K32_EXPORT DWORD WINAPI GetProcessVersion(DWORD id) {
    if (id && id != GetCurrentProcessId()) return fail(ERROR_CALL_NOT_IMPLEMENTED);
    const auto* const headers =
        reinterpret_cast<const IMAGE_NT_HEADERS*>(RtlImageNtHeader(peb().ImageBaseAddress.get()));
    return MAKELONG(headers->OptionalHeader.MinorSubsystemVersion, headers->OptionalHeader.MajorSubsystemVersion);
}

K32_EXPORT BOOL WINAPI IsWow64Process(HANDLE process, PBOOL wow64) {
    native_uptr peb32 = 0;
    const Status status = query_process(process, ProcessInformation::Wow64, peb32);
    if (nt::is_success(status)) *wow64 = peb32 != 0;
    return finish(status);
}
K32_EXPORT BOOL WINAPI IsWow64Process2(HANDLE process, USHORT* process_machine, USHORT* native_machine) {
    BOOL wow64 = FALSE;
    if (!IsWow64Process(process, &wow64)) return FALSE;
    *process_machine = wow64 ? IMAGE_FILE_MACHINE_I386 : IMAGE_FILE_MACHINE_UNKNOWN; // unknown: it is native
    if (native_machine) *native_machine = IMAGE_FILE_MACHINE_AMD64;
    return TRUE;
}

K32_EXPORT BOOL WINAPI ProcessIdToSessionId(DWORD id, DWORD* session) {
    if (id == GetCurrentProcessId()) {
        *session = peb().SessionId;
        return TRUE;
    }
    OwnedHandle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id));
    if (!process.get()) return FALSE;
    std::uint32_t value = 0;
    const Status status = query_process(process.get(), ProcessInformation::SessionInformation, value);
    if (nt::is_success(status)) *session = value;
    return finish(status);
}

K32_EXPORT void WINAPI FlushProcessWriteBuffers() { NtFlushProcessWriteBuffers(); }

K32_EXPORT BOOL WINAPI IsProcessorFeaturePresent(DWORD feature) {
    return feature < sizeof shared_data().ProcessorFeatures ? shared_data().ProcessorFeatures[feature] : FALSE;
}

// ------------------------------------------------------------------------------------- what we were started with
K32_EXPORT void WINAPI GetStartupInfoW(LPSTARTUPINFOW info) {
    auto& parameters = process_parameters();
    *info = STARTUPINFOW{};
    info->cb = sizeof *info;
    info->lpReserved = wide(parameters.ShellInfo.Buffer.get());
    info->lpDesktop = wide(parameters.DesktopInfo.Buffer.get());
    info->lpTitle = wide(parameters.WindowTitle.Buffer.get());
    info->dwX = parameters.StartingX;
    info->dwY = parameters.StartingY;
    info->dwXSize = parameters.CountX;
    info->dwYSize = parameters.CountY;
    info->dwXCountChars = parameters.CountCharsX;
    info->dwYCountChars = parameters.CountCharsY;
    info->dwFillAttribute = parameters.FillAttribute;
    info->dwFlags = parameters.WindowFlags;
    info->wShowWindow = static_cast<WORD>(parameters.ShowWindowFlags);
    info->cbReserved2 = parameters.RuntimeData.Length;
    info->lpReserved2 = reinterpret_cast<BYTE*>(parameters.RuntimeData.Buffer.get());
    if (info->dwFlags & (STARTF_USESTDHANDLES | STARTF_USEHOTKEY | 0x400 /* a shell's monitor */)) {
        info->hStdInput = reinterpret_cast<HANDLE>(parameters.StandardInput);
        info->hStdOutput = reinterpret_cast<HANDLE>(parameters.StandardOutput);
        info->hStdError = reinterpret_cast<HANDLE>(parameters.StandardError);
    }
}

K32_EXPORT void WINAPI GetStartupInfoA(LPSTARTUPINFOA info) {
    STARTUPINFOW from;
    GetStartupInfoW(&from);
    static_assert(sizeof(STARTUPINFOA) == sizeof(STARTUPINFOW));
    __builtin_memcpy(info, &from, sizeof *info); // they differ in what three pointers point to
    const AnsiStartup& ansi = ansi_startup();
    info->lpReserved = ansi.shell_info;
    info->lpDesktop = ansi.desktop;
    info->lpTitle = ansi.title;
}

K32_EXPORT LPWSTR WINAPI GetCommandLineW() { return wide(process_parameters().CommandLine.Buffer.get()); }
K32_EXPORT LPSTR WINAPI GetCommandLineA() { return ansi_startup().command_line; }
