// SPDX-License-Identifier: MIT
// memoryapi_app.cpp: the variants for packaged apps, which may not make executable memory, and the newer mappings.
//
// Sources: "VirtualAllocFromApp function" and its neighbours, "CreateFileMapping2 function", "MapViewOfFileNuma2
// function", "QueryVirtualMemoryInformation function" (Microsoft documentation); that the FromApp functions refuse
// executable pages in a desktop program too: observed on Windows 10 by public test suites.
#include "memoryapi.h"
#include "object_name.h"

namespace oriel::k32 {
namespace {

constexpr std::uint32_t MemoryRegionInformationEx = 7;

DWORD low_of(ULONG64 value) { return static_cast<DWORD>(value); }
DWORD high_of(ULONG64 value) { return static_cast<DWORD>(value >> 32); }

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT PVOID WINAPI VirtualAllocFromApp(PVOID address, SIZE_T size, ULONG type, ULONG protection) {
    if (is_executable(protection)) return fail_null(ERROR_INVALID_PARAMETER);
    return VirtualAlloc(address, size, type, protection);
}
K32_EXPORT PVOID WINAPI VirtualAlloc2FromApp(HANDLE process, PVOID address, SIZE_T size, ULONG type, ULONG protection,
                                             MEM_EXTENDED_PARAMETER* parameters, ULONG count) {
    if (is_executable(protection)) return fail_null(ERROR_INVALID_PARAMETER);
    return VirtualAlloc2(process, address, size, type, protection, parameters, count);
}
/// Pages may become executable, but not writable with it.
K32_EXPORT BOOL WINAPI VirtualProtectFromApp(PVOID address, SIZE_T size, ULONG protection, PULONG old) {
    if ((protection & (PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)) != 0) return fail(ERROR_INVALID_PARAMETER);
    return VirtualProtect(address, size, protection, old);
}

K32_EXPORT HANDLE WINAPI CreateFileMappingFromApp(HANDLE file, PSECURITY_ATTRIBUTES security, ULONG protection,
                                                  ULONG64 size, PCWSTR name) {
    if (is_executable(protection)) return fail_null(ERROR_INVALID_PARAMETER);
    return CreateFileMappingW(file, security, protection, high_of(size), low_of(size), name);
}
K32_EXPORT HANDLE WINAPI OpenFileMappingFromApp(ULONG access, BOOL inherit, PCWSTR name) {
    if ((access & FILE_MAP_EXECUTE) != 0) return fail_null(ERROR_INVALID_PARAMETER);
    return OpenFileMappingW(access, inherit, name);
}
K32_EXPORT PVOID WINAPI MapViewOfFileFromApp(HANDLE mapping, ULONG access, ULONG64 offset, SIZE_T size) {
    if ((access & FILE_MAP_EXECUTE) != 0) return fail_null(ERROR_INVALID_PARAMETER);
    return MapViewOfFile(mapping, access, high_of(offset), low_of(offset), size);
}
K32_EXPORT PVOID WINAPI MapViewOfFile3FromApp(HANDLE mapping, HANDLE process, PVOID wish, ULONG64 offset, SIZE_T size,
                                              ULONG type, ULONG protection, MEM_EXTENDED_PARAMETER* parameters,
                                              ULONG count) {
    if (is_executable(protection)) return fail_null(ERROR_INVALID_PARAMETER);
    return MapViewOfFile3(mapping, process, wish, offset, size, type, protection, parameters, count);
}
K32_EXPORT PVOID WINAPI MapViewOfFileNuma2(HANDLE mapping, HANDLE process, ULONG64 offset, PVOID wish, SIZE_T size,
                                           ULONG type, ULONG protection, ULONG node) {
    if (!is_numa_node(node)) return fail_null(ERROR_INVALID_PARAMETER);
    return MapViewOfFile3(mapping, process, wish, offset, size, type, protection, nullptr, 0);
}

/// What CreateFileMapping takes in one word is three here: the handle's access, the pages' protection, SEC_*.
K32_EXPORT HANDLE WINAPI CreateFileMapping2(HANDLE file, SECURITY_ATTRIBUTES* security, ULONG access, ULONG protection,
                                            ULONG attributes, ULONG64 size, PCWSTR name,
                                            MEM_EXTENDED_PARAMETER* parameters, ULONG count) {
    const ObjectName object_name(name);
    if (!object_name.ok()) return object_name.failed();
    if (file == INVALID_HANDLE_VALUE) {
        file = nullptr;
        if (size == 0) return fail_null(ERROR_INVALID_PARAMETER);
    }
    std::int64_t maximum = static_cast<std::int64_t>(size);
    ObjectAttributes object_attributes = object_name.attributes(security);
    HANDLE section = nullptr;
    const Status status = NtCreateSectionEx(&section, access, &object_attributes, size ? &maximum : nullptr, protection,
                                            attributes ? attributes : DWORD{SEC_COMMIT}, file, native(parameters), count);
    return object_name.created(status, section);
}

K32_EXPORT BOOL WINAPI VirtualUnlockEx(HANDLE process, LPVOID address, SIZE_T size) {
    void* base = address;
    native_uptr bytes = size;
    return finish(NtUnlockVirtualMemory(process_or_this(process), &base, &bytes, 1 /* MAP_PROCESS */));
}

K32_EXPORT BOOL WINAPI QueryVirtualMemoryInformation(HANDLE process, const VOID* address,
                                                     int kind, PVOID to, SIZE_T size, PSIZE_T needed) {
    constexpr int region_info = 0; // MemoryRegionInfo
    if (kind != region_info) return fail(ERROR_INVALID_PARAMETER);
    if (size < sizeof(MemoryRegion)) return fail(ERROR_BAD_LENGTH);
    native_uptr written = 0;
    const Status status = NtQueryVirtualMemory(process, const_cast<void*>(address), MemoryRegionInformationEx, to,
                                               sizeof(MemoryRegion), &written);
    if (needed && nt::is_success(status)) *needed = written;
    return finish(status);
}
