// SPDX-License-Identifier: MIT
// not_done.cpp: functions that are not done, and for which 0, the answer of an undone export, would mean success.
//
// They say their name in the host's log, like the undone exports of kernel32.spec, and fail as their kind fails:
// with INVALID_HANDLE_VALUE, or with an HRESULT.
#include "kernel32.h"

extern "C" void oriel_undone_call(const char* dll, const char* name);

namespace {

HANDLE no_handle(const char* name) {
    oriel_undone_call("kernel32", name); // sets ERROR_CALL_NOT_IMPLEMENTED
    return INVALID_HANDLE_VALUE;
}
HRESULT no_result(const char* name) {
    oriel_undone_call("kernel32", name);
    return E_NOTIMPL;
}

} // namespace

K32_EXPORT HANDLE WINAPI CreateNamedPipeW(LPCWSTR, DWORD, DWORD, DWORD, DWORD, DWORD, DWORD, LPSECURITY_ATTRIBUTES) {
    return no_handle("CreateNamedPipeW");
}
K32_EXPORT HANDLE WINAPI CreateNamedPipeA(LPCSTR, DWORD, DWORD, DWORD, DWORD, DWORD, DWORD, LPSECURITY_ATTRIBUTES) {
    return no_handle("CreateNamedPipeA");
}
K32_EXPORT HANDLE WINAPI CreateMailslotW(LPCWSTR, DWORD, DWORD, LPSECURITY_ATTRIBUTES) {
    return no_handle("CreateMailslotW");
}
K32_EXPORT HANDLE WINAPI CreateMailslotA(LPCSTR, DWORD, DWORD, LPSECURITY_ATTRIBUTES) {
    return no_handle("CreateMailslotA");
}
K32_EXPORT HANDLE WINAPI FindFirstChangeNotificationW(LPCWSTR, BOOL, DWORD) {
    return no_handle("FindFirstChangeNotificationW");
}
K32_EXPORT HANDLE WINAPI FindFirstChangeNotificationA(LPCSTR, BOOL, DWORD) {
    return no_handle("FindFirstChangeNotificationA");
}
K32_EXPORT HANDLE WINAPI FindFirstVolumeW(LPWSTR, DWORD) { return no_handle("FindFirstVolumeW"); }
K32_EXPORT HANDLE WINAPI FindFirstVolumeA(LPSTR, DWORD) { return no_handle("FindFirstVolumeA"); }
K32_EXPORT HANDLE WINAPI FindFirstFileNameW(LPCWSTR, DWORD, LPDWORD, PWSTR) {
    return no_handle("FindFirstFileNameW");
}
K32_EXPORT HANDLE WINAPI OpenFileById(HANDLE, LPFILE_ID_DESCRIPTOR, DWORD, DWORD, LPSECURITY_ATTRIBUTES, DWORD) {
    return no_handle("OpenFileById");
}
K32_EXPORT HANDLE WINAPI CreateConsoleScreenBuffer(DWORD, DWORD, const SECURITY_ATTRIBUTES*, DWORD, LPVOID) {
    return no_handle("CreateConsoleScreenBuffer");
}

K32_EXPORT HRESULT WINAPI CreatePseudoConsole(COORD, HANDLE, HANDLE, DWORD, void**) {
    return no_result("CreatePseudoConsole");
}
K32_EXPORT HRESULT WINAPI ResizePseudoConsole(void*, COORD) { return no_result("ResizePseudoConsole"); }
K32_EXPORT HRESULT WINAPI RegisterApplicationRestart(PCWSTR, DWORD) {
    return no_result("RegisterApplicationRestart");
}
K32_EXPORT HRESULT WINAPI RegisterApplicationRecoveryCallback(APPLICATION_RECOVERY_CALLBACK, PVOID, DWORD, DWORD) {
    return no_result("RegisterApplicationRecoveryCallback");
}
K32_EXPORT HRESULT WINAPI WerRegisterMemoryBlock(PVOID, DWORD) { return no_result("WerRegisterMemoryBlock"); }
K32_EXPORT HRESULT WINAPI WerRegisterFile(PCWSTR, int, DWORD) { return no_result("WerRegisterFile"); }
K32_EXPORT HRESULT WINAPI WerRegisterRuntimeExceptionModule(PCWSTR, PVOID) {
    return no_result("WerRegisterRuntimeExceptionModule");
}
