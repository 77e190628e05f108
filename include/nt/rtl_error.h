// SPDX-License-Identifier: MIT
// rtl_error.h: from NTSTATUS to Win32 error numbers, and the thread's last ones.
#pragma once

#include <nt/rtl_export.h>

extern "C" {

/// Also stores the status in the TEB (LastStatusValue). ERROR_MR_MID_NOT_FOUND (317) for an unknown one.
std::uint32_t NT_API RtlNtStatusToDosError(nt::Status Status);
std::uint32_t NT_API RtlNtStatusToDosErrorNoTeb(nt::Status Status);
nt::Status NT_API RtlGetLastNtStatus();
std::uint32_t NT_API RtlGetLastWin32Error();
void NT_API RtlSetLastWin32Error(std::uint32_t Win32Error);
void NT_API RtlRestoreLastWin32Error(std::uint32_t Win32Error);
void NT_API RtlSetLastWin32ErrorAndNtStatusFromNtStatus(nt::Status Status);
std::uint32_t NT_API RtlGetThreadErrorMode();
nt::Status NT_API RtlSetThreadErrorMode(std::uint32_t NewMode, std::uint32_t* OldMode);

} // extern "C"
