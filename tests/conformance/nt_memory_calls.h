// SPDX-License-Identifier: MIT
// nt_memory_calls.h: ntdll's memory functions, found at run time, so that the tests need no import library for them.
#pragma once

// windows.h has a few of the statuses; all are in ntstatus.h.
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <gtest/gtest.h>

#include <string>

using NtStatus = LONG;

inline constexpr NtStatus status_success = 0;
inline constexpr NtStatus status_image_not_at_base = 0x40000003;
inline constexpr auto nt_status = [](DWORD value) { return static_cast<NtStatus>(value); };

template<class Function>
Function nt_function(const char* name) {
    return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("ntdll.dll"), name)));
}

// The functions as Microsoft documents them ("ZwAllocateVirtualMemory function" and its neighbours).
inline const auto nt_allocate =
    nt_function<NtStatus(NTAPI*)(HANDLE, PVOID*, ULONG_PTR, PSIZE_T, ULONG, ULONG)>("NtAllocateVirtualMemory");
inline const auto nt_free = nt_function<NtStatus(NTAPI*)(HANDLE, PVOID*, PSIZE_T, ULONG)>("NtFreeVirtualMemory");
inline const auto nt_protect =
    nt_function<NtStatus(NTAPI*)(HANDLE, PVOID*, PSIZE_T, ULONG, PULONG)>("NtProtectVirtualMemory");
inline const auto nt_query =
    nt_function<NtStatus(NTAPI*)(HANDLE, PVOID, ULONG, PVOID, SIZE_T, PSIZE_T)>("NtQueryVirtualMemory");
inline const auto nt_read =
    nt_function<NtStatus(NTAPI*)(HANDLE, PVOID, PVOID, SIZE_T, PSIZE_T)>("NtReadVirtualMemory");
inline const auto nt_create_section =
    nt_function<NtStatus(NTAPI*)(PHANDLE, ACCESS_MASK, void*, PLARGE_INTEGER, ULONG, ULONG, HANDLE)>(
        "NtCreateSection");
inline const auto nt_map_view = nt_function<NtStatus(NTAPI*)(
    HANDLE, HANDLE, PVOID*, ULONG_PTR, SIZE_T, PLARGE_INTEGER, PSIZE_T, DWORD, ULONG, ULONG)>("NtMapViewOfSection");
inline const auto nt_unmap_view = nt_function<NtStatus(NTAPI*)(HANDLE, PVOID)>("NtUnmapViewOfSection");
inline const auto nt_query_section =
    nt_function<NtStatus(NTAPI*)(HANDLE, ULONG, PVOID, SIZE_T, PSIZE_T)>("NtQuerySection");
inline const auto nt_close = nt_function<NtStatus(NTAPI*)(HANDLE)>("NtClose");

inline MEMORY_BASIC_INFORMATION query(const void* address) {
    MEMORY_BASIC_INFORMATION info = {};
    EXPECT_EQ(VirtualQuery(address, &info, sizeof info), sizeof info);
    return info;
}

inline char* bytes_at(void* base, SIZE_T offset) { return static_cast<char*>(base) + offset; }

/// Statuses compare and print in hexadecimal.
inline std::string hex(NtStatus status) {
    char text[16];
    snprintf(text, sizeof text, "0x%08lX", static_cast<unsigned long>(status));
    return text;
}
#define EXPECT_STATUS(expected, actual) EXPECT_EQ(hex(nt_status(expected)), hex(actual))
#define ASSERT_STATUS_OK(actual) ASSERT_EQ(hex(status_success), hex(actual))
