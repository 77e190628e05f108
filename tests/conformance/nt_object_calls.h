// SPDX-License-Identifier: MIT
// nt_object_calls.h: ntdll's functions for objects and waiting, found at run time, so that the tests need no import
// library for them.
#pragma once

#define WIN32_NO_STATUS
#include <windows.h>
#include <winternl.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

template<class Function>
Function nt_function(const char* name) {
    return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("ntdll.dll"), name)));
}

using CreateNamed = NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
using ChangeState = NTSTATUS(NTAPI*)(HANDLE, PLONG);
using QueryState = NTSTATUS(NTAPI*)(HANDLE, ULONG, PVOID, ULONG, PULONG);

inline const auto nt_create_event =
    nt_function<NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG, BOOLEAN)>("NtCreateEvent");
inline const auto nt_open_event = nt_function<CreateNamed>("NtOpenEvent");
inline const auto nt_set_event = nt_function<ChangeState>("NtSetEvent");
inline const auto nt_reset_event = nt_function<ChangeState>("NtResetEvent");
inline const auto nt_pulse_event = nt_function<ChangeState>("NtPulseEvent");
inline const auto nt_query_event = nt_function<QueryState>("NtQueryEvent");
inline const auto nt_create_mutant =
    nt_function<NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN)>("NtCreateMutant");
inline const auto nt_open_mutant = nt_function<CreateNamed>("NtOpenMutant");
inline const auto nt_release_mutant = nt_function<ChangeState>("NtReleaseMutant");
inline const auto nt_query_mutant = nt_function<QueryState>("NtQueryMutant");
inline const auto nt_create_semaphore =
    nt_function<NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, LONG, LONG)>("NtCreateSemaphore");
inline const auto nt_release_semaphore = nt_function<NTSTATUS(NTAPI*)(HANDLE, LONG, PLONG)>("NtReleaseSemaphore");
inline const auto nt_query_semaphore = nt_function<QueryState>("NtQuerySemaphore");
inline const auto nt_create_keyed_event =
    nt_function<NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG)>("NtCreateKeyedEvent");
inline const auto nt_wait_for_keyed_event =
    nt_function<NTSTATUS(NTAPI*)(HANDLE, const void*, BOOLEAN, PLARGE_INTEGER)>("NtWaitForKeyedEvent");
inline const auto nt_release_keyed_event =
    nt_function<NTSTATUS(NTAPI*)(HANDLE, const void*, BOOLEAN, PLARGE_INTEGER)>("NtReleaseKeyedEvent");
inline const auto nt_wait = nt_function<NTSTATUS(NTAPI*)(HANDLE, BOOLEAN, PLARGE_INTEGER)>("NtWaitForSingleObject");
inline const auto nt_wait_multiple =
    nt_function<NTSTATUS(NTAPI*)(ULONG, const HANDLE*, ULONG, BOOLEAN, PLARGE_INTEGER)>("NtWaitForMultipleObjects");
inline const auto nt_delay = nt_function<NTSTATUS(NTAPI*)(BOOLEAN, PLARGE_INTEGER)>("NtDelayExecution");
inline const auto nt_test_alert = nt_function<NTSTATUS(NTAPI*)()>("NtTestAlert");
inline const auto nt_alert_thread = nt_function<NTSTATUS(NTAPI*)(HANDLE)>("NtAlertThread");
inline const auto nt_close = nt_function<NTSTATUS(NTAPI*)(HANDLE)>("NtClose");
inline const auto nt_query_object = nt_function<QueryState>("NtQueryObject");
inline const auto nt_set_object = nt_function<NTSTATUS(NTAPI*)(HANDLE, ULONG, PVOID, ULONG)>("NtSetInformationObject");
inline const auto nt_duplicate =
    nt_function<NTSTATUS(NTAPI*)(HANDLE, HANDLE, HANDLE, PHANDLE, ACCESS_MASK, ULONG, ULONG)>("NtDuplicateObject");
inline const auto nt_create_directory = nt_function<CreateNamed>("NtCreateDirectoryObject");
inline const auto nt_open_directory = nt_function<CreateNamed>("NtOpenDirectoryObject");
inline const auto nt_query_directory =
    nt_function<NTSTATUS(NTAPI*)(HANDLE, PVOID, ULONG, BOOLEAN, BOOLEAN, PULONG, PULONG)>("NtQueryDirectoryObject");
inline const auto nt_create_link =
    nt_function<NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PUNICODE_STRING)>("NtCreateSymbolicLinkObject");
inline const auto nt_open_link = nt_function<CreateNamed>("NtOpenSymbolicLinkObject");
inline const auto nt_query_link = nt_function<NTSTATUS(NTAPI*)(HANDLE, PUNICODE_STRING, PULONG)>("NtQuerySymbolicLinkObject");

inline std::string hex(NTSTATUS status) {
    char text[16];
    snprintf(text, sizeof text, "0x%08lX", static_cast<unsigned long>(status));
    return text;
}
/// Statuses compare and print in hexadecimal.
#define EXPECT_STATUS(expected, actual) EXPECT_EQ(hex(static_cast<NTSTATUS>(expected)), hex(actual))
#define ASSERT_STATUS(expected, actual) ASSERT_EQ(hex(static_cast<NTSTATUS>(expected)), hex(actual))

/// OBJECT_ATTRIBUTES with a name that lives as long.
class Attributes {
public:
    explicit Attributes(const std::wstring& name, ULONG flags = 0, HANDLE root = nullptr) : m_name(name) {
        m_string.Length = static_cast<USHORT>(m_name.size() * sizeof(wchar_t));
        m_string.MaximumLength = m_string.Length;
        m_string.Buffer = m_name.data();
        m_attributes.Length = sizeof m_attributes;
        m_attributes.RootDirectory = root;
        m_attributes.ObjectName = &m_string;
        m_attributes.Attributes = flags;
    }
    operator POBJECT_ATTRIBUTES() { return &m_attributes; }
    OBJECT_ATTRIBUTES* operator->() { return &m_attributes; }
    UNICODE_STRING& string() { return m_string; }

private:
    std::wstring m_name;
    UNICODE_STRING m_string = {};
    OBJECT_ATTRIBUTES m_attributes = {};
};

/// A relative timeout in NT's unit.
inline LARGE_INTEGER milliseconds(LONGLONG count) {
    LARGE_INTEGER timeout;
    timeout.QuadPart = -count * 10000;
    return timeout;
}
inline NTSTATUS poll(HANDLE handle) {
    LARGE_INTEGER none = {};
    return nt_wait(handle, FALSE, &none);
}

/// The directory of this session's named objects, as BaseNamedObjects' own parent knows it.
inline std::wstring own_names() {
    DWORD session = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    if (session == 0) return L"\\BaseNamedObjects\\";
    return L"\\Sessions\\" + std::to_wstring(session) + L"\\BaseNamedObjects\\";
}
