// SPDX-License-Identifier: MIT
// memoryapi.cpp: virtual memory and mappings of files.
//
// VirtualAlloc is NtAllocateVirtualMemory with the pointer in a register instead of behind another one. The
// rules (64 KiB granularity, what may be committed, which protections go together) are mm's, on the host.
// Win32 adds little: no addresses below 64 KiB, MEM_RELEASE with a size is an error, and the names of
// FILE_MAP_* for views. Sources: "Memory Management Functions" (Microsoft documentation).
#include "memoryapi.h"
#include "object_name.h"

namespace oriel::k32 {
namespace {

constexpr std::uint32_t MemoryBasicInformation = 0;
constexpr std::uint32_t view_unmap = 2; // ViewUnmap: child processes do not inherit the view

/// Of a view's FILE_MAP_* ("MapViewOfFile function"): writing goes before reading, and copying on write is meant only
/// where nothing else is asked for but execution (observed on Windows).
std::uint32_t protection_of_view(DWORD access) {
    const bool execute = (access & FILE_MAP_EXECUTE) != 0;
    if (access & FILE_MAP_WRITE) return execute ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    if (access & FILE_MAP_READ) return execute ? PAGE_EXECUTE_READ : PAGE_READONLY;
    if ((access & ~DWORD{FILE_MAP_EXECUTE}) == FILE_MAP_COPY) return execute ? PAGE_EXECUTE_WRITECOPY : PAGE_WRITECOPY;
    return PAGE_NOACCESS;
}

HANDLE create_mapping(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection, DWORD high, DWORD low,
                      const ObjectName& name) {
    constexpr DWORD section_bits = SEC_FILE | SEC_IMAGE | SEC_RESERVE | SEC_COMMIT | SEC_NOCACHE | SEC_WRITECOMBINE |
                                   SEC_LARGE_PAGES | SEC_PROTECTED_IMAGE | 0x10000000 /* SEC_IMAGE_NO_EXECUTE */;
    if (!name.ok()) return name.failed();
    DWORD allocation = protection & section_bits;
    protection &= ~section_bits;
    if (protection == PAGE_EXECUTE) return fail_null(ERROR_INVALID_PARAMETER); // not one of the six that are documented
    if (!allocation) allocation = SEC_COMMIT;
    std::uint32_t access = STANDARD_RIGHTS_REQUIRED | SECTION_QUERY | SECTION_MAP_READ;
    if (protection == PAGE_READWRITE || protection == PAGE_EXECUTE_READWRITE) access |= SECTION_MAP_WRITE;
    if (protection >= PAGE_EXECUTE) access |= SECTION_MAP_EXECUTE_EXPLICIT | SECTION_MAP_EXECUTE;

    std::int64_t size = static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
    if (file == INVALID_HANDLE_VALUE) {
        file = nullptr;
        if (size == 0) {
            set_last_error(ERROR_INVALID_PARAMETER);
            return nullptr;
        }
    }
    ObjectAttributes attributes = name.attributes(security);
    HANDLE section = nullptr;
    Status status =
        NtCreateSection(&section, access, &attributes, size ? &size : nullptr, protection, allocation, file);
    return name.created(status, section);
}

HANDLE open_mapping(DWORD access, BOOL inherit, const ObjectName& name) {
    if (!name.ok()) return name.failed();
    // FILE_MAP_EXECUTE is spelled 0x20; NT's SECTION_MAP_EXECUTE is 8. FILE_MAP_COPY (1) asks to query and read.
    std::uint32_t wanted = access & ~DWORD{FILE_MAP_EXECUTE};
    if (access & FILE_MAP_EXECUTE) wanted |= SECTION_MAP_EXECUTE;
    if (access == FILE_MAP_COPY) wanted |= SECTION_MAP_READ;
    ObjectAttributes attributes = name.attributes(inherit);
    HANDLE section = nullptr;
    return name.opened(NtOpenSection(&section, wanted, &attributes), section);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT LPVOID WINAPI VirtualAllocEx(HANDLE process, LPVOID address, SIZE_T size, DWORD type, DWORD protection) {
    if (address && reinterpret_cast<std::uintptr_t>(address) < 0x10000) {
        // Rounded down to the granularity this is 0, which would mean "anywhere".
        set_last_error(ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    void* base = address;
    native_uptr bytes = size;
    return finish(NtAllocateVirtualMemory(process, &base, 0, &bytes, type, protection)) ? base : nullptr;
}

K32_EXPORT LPVOID WINAPI VirtualAlloc(LPVOID address, SIZE_T size, DWORD type, DWORD protection) {
    return VirtualAllocEx(GetCurrentProcess(), address, size, type, protection);
}
/// A NUMA node that there is, is a wish.
K32_EXPORT LPVOID WINAPI VirtualAllocExNuma(HANDLE process, LPVOID address, SIZE_T size, DWORD type, DWORD protection,
                                            DWORD node) {
    if (!is_numa_node(node)) return fail_null(ERROR_INVALID_PARAMETER);
    return VirtualAllocEx(process, address, size, type, protection);
}

/// The extended parameters say where (address requirements), on which node, and with which attributes.
K32_EXPORT PVOID WINAPI VirtualAlloc2(HANDLE process, PVOID address, SIZE_T size, ULONG type, ULONG protection,
                                      MEM_EXTENDED_PARAMETER* parameters, ULONG count) {
    void* base = address;
    native_uptr bytes = size;
    const Status status =
        NtAllocateVirtualMemoryEx(process_or_this(process), &base, &bytes, type, protection, native(parameters), count);
    return finish(status) ? base : nullptr;
}

K32_EXPORT BOOL WINAPI VirtualFreeEx(HANDLE process, LPVOID address, SIZE_T size, DWORD type) {
    // A size means something for placeholders only.
    if (type == MEM_RELEASE && size) return fail(ERROR_INVALID_PARAMETER);
    void* base = address;
    native_uptr bytes = size;
    return finish(NtFreeVirtualMemory(process, &base, &bytes, type));
}
K32_EXPORT BOOL WINAPI VirtualFree(LPVOID address, SIZE_T size, DWORD type) {
    return VirtualFreeEx(GetCurrentProcess(), address, size, type);
}

K32_EXPORT BOOL WINAPI VirtualProtectEx(HANDLE process, LPVOID address, SIZE_T size, DWORD protection, PDWORD old) {
    void* base = address;
    native_uptr bytes = size;
    return finish(NtProtectVirtualMemory(process, &base, &bytes, protection, u32(old)));
}
K32_EXPORT BOOL WINAPI VirtualProtect(LPVOID address, SIZE_T size, DWORD protection, PDWORD old) {
    return VirtualProtectEx(GetCurrentProcess(), address, size, protection, old);
}

K32_EXPORT SIZE_T WINAPI VirtualQueryEx(HANDLE process, LPCVOID address, PMEMORY_BASIC_INFORMATION to, SIZE_T size) {
    native_uptr written = 0;
    const Status status =
        NtQueryVirtualMemory(process, const_cast<void*>(address), MemoryBasicInformation, to, size, &written);
    return finish(status) ? written : 0;
}
K32_EXPORT SIZE_T WINAPI VirtualQuery(LPCVOID address, PMEMORY_BASIC_INFORMATION to, SIZE_T size) {
    return VirtualQueryEx(GetCurrentProcess(), address, to, size);
}

K32_EXPORT BOOL WINAPI VirtualLock(LPVOID address, SIZE_T size) {
    void* base = address;
    native_uptr bytes = size;
    return finish(NtLockVirtualMemory(GetCurrentProcess(), &base, &bytes, 1 /* MAP_PROCESS: in the working set */));
}
K32_EXPORT BOOL WINAPI VirtualUnlock(LPVOID address, SIZE_T size) {
    void* base = address;
    native_uptr bytes = size;
    return finish(NtUnlockVirtualMemory(GetCurrentProcess(), &base, &bytes, 1));
}

K32_EXPORT BOOL WINAPI ReadProcessMemory(HANDLE process, LPCVOID from, LPVOID to, SIZE_T size, SIZE_T* read) {
    native_uptr done = 0;
    const Status status = NtReadVirtualMemory(process, const_cast<void*>(from), to, size, &done);
    if (read) *read = done;
    return finish(status);
}
/// Code is written too: pages that may be executed, not written, are made writable for the time. What may only be
/// read, or not even that, stays as it is (ERROR_NOACCESS).
K32_EXPORT BOOL WINAPI WriteProcessMemory(HANDLE process, LPVOID to, LPCVOID from, SIZE_T size, SIZE_T* written) {
    constexpr DWORD writable = PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    MEMORY_BASIC_INFORMATION region{};
    native_uptr told = 0, done = 0;
    Status status = NtQueryVirtualMemory(process, to, MemoryBasicInformation, &region, sizeof region, &told);
    const bool committed = nt::is_success(status) && region.State == MEM_COMMIT;
    if (committed && !(region.Protect & writable)) {
        if (region.Protect & (PAGE_NOACCESS | PAGE_READONLY)) return fail(ERROR_NOACCESS);
        void* base = to;
        native_uptr bytes = size;
        std::uint32_t old = 0;
        status = NtProtectVirtualMemory(process, &base, &bytes, PAGE_EXECUTE_READWRITE, &old);
        if (!nt::is_success(status)) return finish(status);
        status = NtWriteVirtualMemory(process, to, const_cast<void*>(from), size, &done);
        NtProtectVirtualMemory(process, &base, &bytes, old, &old);
    } else {
        status = NtWriteVirtualMemory(process, to, const_cast<void*>(from), size, &done);
    }
    if (written) *written = done;
    if (nt::is_success(status)) NtFlushInstructionCache(process, to, size);
    return finish(status);
}
K32_EXPORT BOOL WINAPI FlushInstructionCache(HANDLE process, LPCVOID address, SIZE_T size) {
    return finish(NtFlushInstructionCache(process, const_cast<void*>(address), size));
}

K32_EXPORT UINT WINAPI GetWriteWatch(DWORD flags, PVOID base, SIZE_T size, PVOID* addresses, ULONG_PTR* count,
                                     LPDWORD granularity) {
    const Status status = NtGetWriteWatch(GetCurrentProcess(), flags, base, size, addresses,
                                          reinterpret_cast<native_uptr*>(count), u32(granularity));
    return finish(status) ? 0 : ~0u;
}
K32_EXPORT UINT WINAPI ResetWriteWatch(LPVOID base, SIZE_T size) {
    return finish(NtResetWriteWatch(GetCurrentProcess(), base, size)) ? 0 : ~0u;
}

K32_EXPORT SIZE_T WINAPI GetLargePageMinimum() { return shared_data().LargePageMinimum; }

// ------------------------------------------------------------------------------------- mappings
K32_EXPORT HANDLE WINAPI CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection, DWORD high,
                                            DWORD low, LPCWSTR name) {
    return create_mapping(file, security, protection, high, low, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI CreateFileMappingA(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection, DWORD high,
                                            DWORD low, LPCSTR name) {
    return create_mapping(file, security, protection, high, low, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI CreateFileMappingNumaW(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection,
                                                DWORD high, DWORD low, LPCWSTR name, DWORD node) {
    if (!is_numa_node(node)) return fail_null(ERROR_INVALID_PARAMETER);
    return create_mapping(file, security, protection, high, low, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI CreateFileMappingNumaA(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection,
                                                DWORD high, DWORD low, LPCSTR name, DWORD node) {
    if (!is_numa_node(node)) return fail_null(ERROR_INVALID_PARAMETER);
    return create_mapping(file, security, protection, high, low, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name) {
    return open_mapping(access, inherit, ObjectName(name));
}
K32_EXPORT HANDLE WINAPI OpenFileMappingA(DWORD access, BOOL inherit, LPCSTR name) {
    return open_mapping(access, inherit, ObjectName(name));
}

K32_EXPORT LPVOID WINAPI MapViewOfFileEx(HANDLE mapping, DWORD access, DWORD high, DWORD low, SIZE_T size,
                                         LPVOID wish) {
    void* base = wish;
    native_uptr bytes = size;
    std::int64_t offset = static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
    const Status status = NtMapViewOfSection(mapping, GetCurrentProcess(), &base, 0, 0, &offset, &bytes, view_unmap,
                                             access & MEM_LARGE_PAGES /* FILE_MAP_LARGE_PAGES */,
                                             protection_of_view(access));
    return finish(status) ? base : nullptr;
}
K32_EXPORT LPVOID WINAPI MapViewOfFileExNuma(HANDLE mapping, DWORD access, DWORD high, DWORD low, SIZE_T size,
                                             LPVOID wish, DWORD node) {
    if (!is_numa_node(node)) return fail_null(ERROR_INVALID_PARAMETER);
    return MapViewOfFileEx(mapping, access, high, low, size, wish);
}
K32_EXPORT LPVOID WINAPI MapViewOfFile(HANDLE mapping, DWORD access, DWORD high, DWORD low, SIZE_T size) {
    return MapViewOfFileEx(mapping, access, high, low, size, nullptr);
}
K32_EXPORT BOOL WINAPI UnmapViewOfFile(LPCVOID address) {
    return finish(NtUnmapViewOfSection(GetCurrentProcess(), const_cast<void*>(address)));
}

K32_EXPORT PVOID WINAPI MapViewOfFile3(HANDLE mapping, HANDLE process, PVOID wish, ULONG64 offset, SIZE_T size,
                                       ULONG type, ULONG protection, MEM_EXTENDED_PARAMETER* parameters,
                                       ULONG count) {
    void* base = wish;
    native_uptr bytes = size;
    std::int64_t at = static_cast<std::int64_t>(offset);
    const Status status =
        NtMapViewOfSectionEx(mapping, process_or_this(process), &base, &at, &bytes, type, protection,
                             native(parameters), count);
    return finish(status) ? base : nullptr;
}
K32_EXPORT BOOL WINAPI UnmapViewOfFile2(HANDLE process, PVOID address, ULONG flags) {
    return finish(NtUnmapViewOfSectionEx(process, address, flags));
}
K32_EXPORT BOOL WINAPI UnmapViewOfFileEx(PVOID address, ULONG flags) {
    return finish(NtUnmapViewOfSectionEx(GetCurrentProcess(), address, flags));
}

K32_EXPORT BOOL WINAPI FlushViewOfFile(LPCVOID address, SIZE_T size) {
    void* base = const_cast<void*>(address);
    native_uptr bytes = size;
    IoStatusBlock io{};
    const Status status = NtFlushVirtualMemory(GetCurrentProcess(), &base, &bytes, &io);
    // Nothing to write because the view is no file's is no failure here.
    return status == Status{0xC0000087} /* STATUS_NOT_MAPPED_DATA */ ? TRUE : finish(status);
}
