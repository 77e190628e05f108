// SPDX-License-Identifier: MIT
// psapi.cpp: the K32 functions, which psapi.dll forwards to: modules and memory of a process.
//
// Only this process: the loader's lists are read where they are. Source: "Process Status API" (Microsoft
// documentation).
#include "buffer.h"
#include "kernel32.h"
#include "process_information.h"
#include "text.h"

#include <algorithm>

#include <psapi.h>

namespace oriel::k32 {
namespace {

bool is_this_process(HANDLE process) {
    return process == GetCurrentProcess() || GetProcessId(process) == GetCurrentProcessId();
}

/// Calls `action` for every module in the order of loading, until it answers false, with the loader's lock held.
template<class Action>
void for_each_module(Action action) {
    std::uintptr_t cookie = 0;
    if (!nt::is_success(LdrLockLoaderLock(0, nullptr, &cookie))) return;
    auto* const head = &peb().Ldr->InLoadOrderModuleList;
    for (auto* link = head->Flink.get(); link != head; link = link->Flink.get())
        if (!action(*reinterpret_cast<NtLdrEntry*>(link))) break; // InLoadOrderLinks is the first member
    LdrUnlockLoaderLock(0, cookie);
}

/// The entry of a module (null: the program), or null.
const NtLdrEntry* find_module(HMODULE module) {
    const NtLdrEntry* found = nullptr;
    for_each_module([&](NtLdrEntry& entry) {
        if (module && entry.DllBase.get() != module) return true;
        found = &entry;
        return false;
    });
    return found;
}

/// Copies a name, cut if it must be; answers its length, 0 with the last error set.
DWORD give_name(HANDLE process, HMODULE module, bool full, WCHAR* to, DWORD size) {
    if (!is_this_process(process)) return static_cast<DWORD>(fail(ERROR_CALL_NOT_IMPLEMENTED));
    const NtLdrEntry* const entry = find_module(module);
    if (!entry) return static_cast<DWORD>(fail(ERROR_INVALID_HANDLE));
    const UnicodeString& name = full ? entry->FullDllName : entry->BaseDllName;
    if (!size) return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
    const std::size_t copied = std::min<std::size_t>(characters(name), size - 1);
    std::copy_n(text_of(name), copied, to);
    to[copied] = 0;
    return static_cast<DWORD>(copied);
}
DWORD give_name(HANDLE process, HMODULE module, bool full, char* to, DWORD size) {
    PathBuffer name;
    const DWORD length = give_name(process, module, full, name.data(), static_cast<DWORD>(name.capacity()));
    if (!length || !size) return length;
    const std::size_t bytes = narrow(name.data(), length, to, size - 1, CP_ACP);
    to[bytes] = 0;
    return static_cast<DWORD>(bytes);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI K32EnumProcessModules(HANDLE process, HMODULE* modules, DWORD size, LPDWORD needed) {
    if (!is_this_process(process)) return fail(ERROR_CALL_NOT_IMPLEMENTED);
    DWORD count = 0;
    for_each_module([&](NtLdrEntry& entry) {
        if (count < size / sizeof(HMODULE)) modules[count] = static_cast<HMODULE>(entry.DllBase.get());
        ++count;
        return true;
    });
    *needed = count * static_cast<DWORD>(sizeof(HMODULE));
    return TRUE;
}
K32_EXPORT BOOL WINAPI K32EnumProcessModulesEx(HANDLE process, HMODULE* modules, DWORD size, LPDWORD needed, DWORD) {
    return K32EnumProcessModules(process, modules, size, needed);
}
K32_EXPORT DWORD WINAPI K32GetModuleBaseNameW(HANDLE process, HMODULE module, LPWSTR to, DWORD size) {
    return give_name(process, module, false, to, size);
}
K32_EXPORT DWORD WINAPI K32GetModuleBaseNameA(HANDLE process, HMODULE module, LPSTR to, DWORD size) {
    return give_name(process, module, false, to, size);
}
K32_EXPORT DWORD WINAPI K32GetModuleFileNameExW(HANDLE process, HMODULE module, LPWSTR to, DWORD size) {
    return give_name(process, module, true, to, size);
}
K32_EXPORT DWORD WINAPI K32GetModuleFileNameExA(HANDLE process, HMODULE module, LPSTR to, DWORD size) {
    return give_name(process, module, true, to, size);
}
K32_EXPORT BOOL WINAPI K32GetModuleInformation(HANDLE process, HMODULE module, LPMODULEINFO info, DWORD size) {
    if (size < sizeof *info) return fail(ERROR_INSUFFICIENT_BUFFER);
    if (!is_this_process(process)) return fail(ERROR_CALL_NOT_IMPLEMENTED);
    const NtLdrEntry* const entry = find_module(module);
    if (!entry) return fail(ERROR_INVALID_HANDLE);
    *info = {entry->DllBase.get(), entry->SizeOfImage, entry->EntryPoint.get()};
    return TRUE;
}

K32_EXPORT BOOL WINAPI K32GetProcessMemoryInfo(HANDLE process, PPROCESS_MEMORY_COUNTERS to, DWORD size) {
    if (size < sizeof(PROCESS_MEMORY_COUNTERS)) return fail(ERROR_INSUFFICIENT_BUFFER);
    VmCounters counters{};
    const Status status = query_process(process, ProcessInformation::VmCounters, counters);
    if (!nt::is_success(status)) return finish(status);
    PROCESS_MEMORY_COUNTERS_EX answer{};
    answer.cb = sizeof answer;
    answer.PageFaultCount = counters.page_faults;
    answer.PeakWorkingSetSize = counters.peak_working_set;
    answer.WorkingSetSize = counters.working_set;
    answer.QuotaPeakPagedPoolUsage = counters.quota_peak_paged;
    answer.QuotaPagedPoolUsage = counters.quota_paged;
    answer.QuotaPeakNonPagedPoolUsage = counters.quota_peak_nonpaged;
    answer.QuotaNonPagedPoolUsage = counters.quota_nonpaged;
    answer.PagefileUsage = counters.pagefile;
    answer.PeakPagefileUsage = counters.peak_pagefile;
    answer.PrivateUsage = counters.private_usage;
    const DWORD copied = std::min<DWORD>(size, sizeof answer);
    if (copied < sizeof answer) answer.cb = sizeof(PROCESS_MEMORY_COUNTERS);
    __builtin_memcpy(to, &answer, answer.cb);
    return TRUE;
}

K32_EXPORT BOOL WINAPI K32EnumProcesses(DWORD* ids, DWORD size, LPDWORD needed) {
    // This process and its kind are all that there is.
    if (size >= sizeof(DWORD)) *ids = GetCurrentProcessId();
    *needed = size >= sizeof(DWORD) ? sizeof(DWORD) : 0;
    return TRUE;
}
