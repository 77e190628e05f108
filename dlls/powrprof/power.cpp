// SPDX-License-Identifier: MIT
// power.cpp: notifications of sleep. This machine never tells of any, so a registration is kept and never called.
// Source: "PowerRegisterSuspendResumeNotification function" (Microsoft documentation).
#include <dlls/win32_dll.h>

namespace {
constexpr std::uintptr_t registration = 0x504F5752;
}

DLL_EXPORT DWORD WINAPI PowerRegisterSuspendResumeNotification(DWORD, HANDLE, void** handle) {
    *handle = reinterpret_cast<void*>(registration);
    return ERROR_SUCCESS;
}
DLL_EXPORT DWORD WINAPI PowerUnregisterSuspendResumeNotification(void* handle) {
    return handle == reinterpret_cast<void*>(registration) ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}
