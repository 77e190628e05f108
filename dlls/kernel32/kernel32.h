// SPDX-License-Identifier: MIT
// kernel32.h: what every source of kernel32 starts with.
//
// kernel32 is a facade. A function here turns Win32's arguments (DOS paths, BOOLs, ANSI strings,
// milliseconds) into NT's (object names, statuses, counted UTF-16, 100 ns), asks ntdll, and turns the
// answer back. A Win32 error number exists only here: `finish` makes it from the NTSTATUS at the one
// place where a function returns (DESIGN 11).
//
// The macros that Microsoft's headers use for "imported from kernel32" mean "exported" here, so that a
// function that is defined is an export, and nothing else is.
//
// Always: the last error changes exactly where Windows changes it. A helper in oriel::k32 therefore says
// in its comment whether it touches it; those that answer a Status do not.
#pragma once

#define WINBASEAPI __declspec(dllexport)
#define _KERNEL32_

#include <nt/basic.h>
#include <nt/export.h>
#include <nt/kuser_shared_data.h>
#include <nt/peb.h>
#include <nt/teb.h>
#include <oriel/nt_result.h>

// Ours come first: windows.h makes macros of names that these declare as constants.
#include <nt/console_ioctl.h>
#include <nt/device_control.h>
#include <nt/directory_information.h>
#include <nt/exception.h>
#include <nt/file.h>
#include <nt/file_information.h>
#include <nt/file_set_information.h>
#include <nt/ldr.h>
#include <nt/memory.h>
#include <nt/rtl_all.h>
#include <nt/volume_information.h>
#include <generated/nt_services.h>

#include "windows_headers.h"

#include <cstddef>
#include <cstdint>

/// Every definition of an export begins with this: some of Microsoft's declarations carry no WINBASEAPI.
#define K32_EXPORT extern "C" __declspec(dllexport)

namespace oriel::k32 {

using nt::Native;
using nt::Status;
using UnicodeString = nt::UNICODE_STRING<Native>;
using AnsiString = nt::ANSI_STRING<Native>;
using ObjectAttributes = nt::OBJECT_ATTRIBUTES<Native>;
using IoStatusBlock = nt::IO_STATUS_BLOCK<Native>;
using native_uptr = nt::uptr<Native>;

inline nt::PEB<Native>& peb() { return *nt::current_teb()->ProcessEnvironmentBlock.get(); }
inline nt::RTL_USER_PROCESS_PARAMETERS<Native>& process_parameters() { return *peb().ProcessParameters.get(); }
inline const nt::KUSER_SHARED_DATA& shared_data() {
    return *reinterpret_cast<const nt::KUSER_SHARED_DATA*>(
        static_cast<std::uintptr_t>(nt::kuser_shared_data_address));
}

// ------------------------------------------------------------------------------------- errors
inline void set_last_error(DWORD error) { nt::current_teb()->LastErrorValue = error; }
inline DWORD last_error() { return nt::current_teb()->LastErrorValue; }

/// Sets the last error from a failing status.
inline void set_last_error(Status status) { set_last_error(static_cast<DWORD>(RtlNtStatusToDosError(status))); }

/// The usual end of a facade function: TRUE for success and informational statuses (the last error stays as
/// it is); otherwise sets the last error and answers FALSE.
inline BOOL finish(Status status) {
    if (nt::is_success(status)) return TRUE;
    set_last_error(status);
    return FALSE;
}

/// Sets the last error and answers FALSE: for conditions that Win32 itself finds.
inline BOOL fail(DWORD error) {
    set_last_error(error);
    return FALSE;
}

/// The same where the failure is a null pointer or handle.
inline std::nullptr_t fail_null(DWORD error) {
    set_last_error(error);
    return nullptr;
}

// ------------------------------------------------------------------------------------- characters
// NT's structures hold char16_t, Win32's prototypes WCHAR (wchar_t, 16 bits on Windows): the same bytes.
inline char16_t* u16(WCHAR* text) { return reinterpret_cast<char16_t*>(text); }
inline const char16_t* u16(const WCHAR* text) { return reinterpret_cast<const char16_t*>(text); }
inline WCHAR* wide(char16_t* text) { return reinterpret_cast<WCHAR*>(text); }
inline const WCHAR* wide(const char16_t* text) { return reinterpret_cast<const WCHAR*>(text); }

inline std::size_t length_of(const WCHAR* text) {
    std::size_t length = 0;
    while (text[length]) ++length;
    return length;
}
inline std::size_t length_of(const char* text) {
    std::size_t length = 0;
    while (text[length]) ++length;
    return length;
}

/// A counted string over characters that someone else keeps; at most 32,766 of them.
inline UnicodeString counted(const WCHAR* text, std::size_t length) {
    UnicodeString string;
    string.Length = static_cast<std::uint16_t>(length * sizeof(WCHAR));
    string.MaximumLength = static_cast<std::uint16_t>(string.Length + sizeof(WCHAR));
    string.Buffer = const_cast<char16_t*>(u16(text));
    return string;
}
inline UnicodeString counted(const WCHAR* text) { return counted(text, text ? length_of(text) : 0); }
inline const WCHAR* text_of(const UnicodeString& string) { return wide(string.Buffer.get()); }
inline std::size_t characters(const UnicodeString& string) { return string.Length / sizeof(WCHAR); }

// ------------------------------------------------------------------------------------- numbers
// Win32's DWORD is `unsigned long`, the ABI headers' words are fixed-width: equal size, distinct types.
inline std::uint32_t* u32(DWORD* value) { return reinterpret_cast<std::uint32_t*>(value); }
static_assert(sizeof(DWORD) == sizeof(std::uint32_t));

/// NT counts time as a signed number of 100 ns; Win32 splits the same number into two words.
inline std::int64_t time_of(const FILETIME& time) {
    return static_cast<std::int64_t>(std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
}
inline void store_time(FILETIME* to, std::int64_t time) {
    to->dwLowDateTime = static_cast<DWORD>(time);
    to->dwHighDateTime = static_cast<DWORD>(static_cast<std::uint64_t>(time) >> 32);
}

/// Milliseconds to NT's relative time (negative 100 ns); null for INFINITE, which NT spells as "no pointer".
inline const std::int64_t* relative_timeout(DWORD milliseconds, std::int64_t& storage) {
    if (milliseconds == INFINITE) return nullptr;
    storage = static_cast<std::int64_t>(milliseconds) * -10'000;
    return &storage;
}

} // namespace oriel::k32
