// SPDX-License-Identifier: MIT
// error.cpp: the last error and the last status of a thread, and the way from one to the other.
#include <nt/rtl_error.h>

#include <nt/teb.h>
#include <ntdll-emu/rtl/errors.h>

using nt::Status;

NT_EXPORT std::uint32_t NT_API RtlNtStatusToDosErrorNoTeb(Status Status) {
    return oriel::rtl::win32_error_of(Status);
}

NT_EXPORT std::uint32_t NT_API RtlNtStatusToDosError(Status Status) {
    nt::current_teb()->LastStatusValue = Status;
    return oriel::rtl::win32_error_of(Status);
}

NT_EXPORT Status NT_API RtlGetLastNtStatus() { return nt::current_teb()->LastStatusValue; }
NT_EXPORT std::uint32_t NT_API RtlGetLastWin32Error() { return nt::current_teb()->LastErrorValue; }
NT_EXPORT void NT_API RtlSetLastWin32Error(std::uint32_t Win32Error) {
    nt::current_teb()->LastErrorValue = Win32Error;
}
NT_EXPORT void NT_API RtlRestoreLastWin32Error(std::uint32_t Win32Error) {
    nt::current_teb()->LastErrorValue = Win32Error;
}

NT_EXPORT void NT_API RtlSetLastWin32ErrorAndNtStatusFromNtStatus(Status Status) {
    nt::current_teb()->LastErrorValue = RtlNtStatusToDosError(Status);
}

NT_EXPORT std::uint32_t NT_API RtlGetThreadErrorMode() { return nt::current_teb()->HardErrorMode; }

NT_EXPORT Status NT_API RtlSetThreadErrorMode(std::uint32_t NewMode, std::uint32_t* OldMode) {
    // SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, shifted by 4 as RTL_ERRORMODE_*.
    constexpr std::uint32_t known = 0x70;
    if (NewMode & ~known) return Status::InvalidParameter1;
    if (OldMode != nullptr) *OldMode = nt::current_teb()->HardErrorMode;
    nt::current_teb()->HardErrorMode = NewMode;
    return Status::Success;
}
