// SPDX-License-Identifier: MIT
// errhandlingapi.cpp: the last error, error modes, and raising exceptions.
//
// The last error is one word of the TEB: a thread's own, never cleared by success. Sources: "GetLastError
// function", "SetErrorMode function", "RaiseException function" (Microsoft documentation).
//
// Not here: AddVectoredExceptionHandler and kin are forwarders to ntdll (kernel32.spec), and the unhandled
// exception filter has a file of its own, unhandled_filter.cpp.
#include "kernel32.h"

#include <atomic>

namespace oriel::k32 {
namespace {

/// NT keeps the process's error mode in the process object, because the kernel's hard errors ask for it. No
/// hard error box exists here, so nobody but these functions reads it.
constinit std::atomic<UINT> process_error_mode{0};

constexpr UINT error_mode_bits =
    SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOALIGNMENTFAULTEXCEPT | SEM_NOOPENFILEERRORBOX;
/// The thread's modes as the TEB has them, next to Win32's numbers ("RtlSetThreadErrorMode").
constexpr DWORD thread_modes[][2] = {
    {SEM_FAILCRITICALERRORS, 0x10}, {SEM_NOGPFAULTERRORBOX, 0x20}, {SEM_NOOPENFILEERRORBOX, 0x40}};

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT DWORD WINAPI GetLastError() { return last_error(); }
K32_EXPORT void WINAPI SetLastError(DWORD error) { set_last_error(error); }
K32_EXPORT void WINAPI RestoreLastError(DWORD error) { set_last_error(error); }

K32_EXPORT UINT WINAPI GetErrorMode() { return process_error_mode.load(std::memory_order_relaxed); }

K32_EXPORT UINT WINAPI SetErrorMode(UINT mode) {
    // Alignment faults, once ignored, stay ignored ("SetErrorMode function", SEM_NOALIGNMENTFAULTEXCEPT).
    UINT old = process_error_mode.load(std::memory_order_relaxed);
    while (!process_error_mode.compare_exchange_weak(old,
                                                     (mode & error_mode_bits) | (old & SEM_NOALIGNMENTFAULTEXCEPT))) {
    }
    return old;
}

K32_EXPORT DWORD WINAPI GetThreadErrorMode() {
    DWORD result = 0;
    for (const auto& [win32, nt] : thread_modes)
        if (nt::current_teb()->HardErrorMode & nt) result |= win32;
    return result;
}

K32_EXPORT BOOL WINAPI SetThreadErrorMode(DWORD mode, LPDWORD old_mode) {
    DWORD accepted = 0;
    DWORD word = 0;
    for (const auto& [win32, nt] : thread_modes) {
        accepted |= win32;
        if (mode & win32) word |= nt;
    }
    if (mode & ~accepted) return fail(ERROR_INVALID_PARAMETER);
    if (old_mode) *old_mode = GetThreadErrorMode();
    nt::current_teb()->HardErrorMode = word;
    return TRUE;
}

K32_EXPORT void WINAPI RaiseException(DWORD code, DWORD flags, DWORD count, const ULONG_PTR* arguments) {
    nt::EXCEPTION_RECORD<Native> record{};
    record.ExceptionCode = static_cast<Status>(code);
    record.ExceptionFlags = flags & nt::exception_flag::noncontinuable;
    record.ExceptionAddress = reinterpret_cast<void*>(&RaiseException);
    if (arguments) {
        // More than fifteen are cut off, as EXCEPTION_MAXIMUM_PARAMETERS says.
        record.NumberParameters = count < nt::exception_maximum_parameters ? count : nt::exception_maximum_parameters;
        for (DWORD i = 0; i < record.NumberParameters; ++i) record.ExceptionInformation[i] = arguments[i];
    }
    RtlRaiseException(&record);
}

/// Ends the process without asking any handler; a debugger or the crash report sees the record.
K32_EXPORT void WINAPI RaiseFailFastException(PEXCEPTION_RECORD given, PCONTEXT context, DWORD flags) {
    constexpr DWORD generate_address = 1; // FAIL_FAST_GENERATE_EXCEPTION_ADDRESS
    nt::EXCEPTION_RECORD<Native> record{};
    if (given) {
        record = *reinterpret_cast<nt::EXCEPTION_RECORD<Native>*>(given);
    } else {
        record.ExceptionCode = Status{0xC0000602}; // STATUS_FAIL_FAST_EXCEPTION
        flags |= generate_address;
    }
    if (flags & generate_address) record.ExceptionAddress = __builtin_return_address(0);
    record.ExceptionFlags |= nt::exception_flag::noncontinuable;
    nt::CONTEXT<Native> here;
    if (!context) RtlCaptureContext(&here);
    NtRaiseException(&record, context ? reinterpret_cast<nt::CONTEXT<Native>*>(context) : &here, false);
}

K32_EXPORT void WINAPI FatalAppExitW(UINT, LPCWSTR message) {
    OutputDebugStringW(message);
    ExitProcess(0);
}
K32_EXPORT void WINAPI FatalAppExitA(UINT, LPCSTR message) {
    OutputDebugStringA(message);
    ExitProcess(0);
}
