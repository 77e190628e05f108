// SPDX-License-Identifier: MIT
// handleapi.cpp: handles: closing, duplicating, flags.
//
// A handle's two low bits are the program's own and NT ignores them. Three old pseudo handles name the
// standard streams; -1 and -2 name the current process and thread. Sources: "CloseHandle function",
// "DuplicateHandle function", "SetHandleInformation function" (Microsoft documentation).
#include "kernel32.h"
#include "standard_handles.h"

namespace oriel::k32 {
namespace {

constexpr std::uint32_t ObjectHandleFlagInformation = 4;
struct ObjectHandleFlags {
    std::uint8_t inherit;
    std::uint8_t protect_from_close;
};

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI CloseHandle(HANDLE handle) { return finish(NtClose(real_handle(handle))); }

K32_EXPORT BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process, LPHANDLE target,
                                       DWORD access, BOOL inherit, DWORD options) {
    return finish(NtDuplicateObject(source_process, real_handle(source), target_process, target, access,
                                    inherit ? nt::OBJ_INHERIT : 0, options));
}

K32_EXPORT BOOL WINAPI GetHandleInformation(HANDLE handle, LPDWORD flags) {
    ObjectHandleFlags info{};
    const Status status =
        NtQueryObject(real_handle(handle), ObjectHandleFlagInformation, &info, sizeof info, nullptr);
    if (nt::is_success(status))
        *flags =
            (info.inherit ? HANDLE_FLAG_INHERIT : 0) | (info.protect_from_close ? HANDLE_FLAG_PROTECT_FROM_CLOSE : 0);
    return finish(status);
}

K32_EXPORT BOOL WINAPI SetHandleInformation(HANDLE handle, DWORD mask, DWORD flags) {
    if (mask & ~DWORD{HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE}) return fail(ERROR_INVALID_PARAMETER);
    ObjectHandleFlags info{};
    handle = real_handle(handle);
    const Status status = NtQueryObject(handle, ObjectHandleFlagInformation, &info, sizeof info, nullptr);
    if (!nt::is_success(status)) return finish(status);
    if (mask & HANDLE_FLAG_INHERIT) info.inherit = (flags & HANDLE_FLAG_INHERIT) != 0;
    if (mask & HANDLE_FLAG_PROTECT_FROM_CLOSE)
        info.protect_from_close = (flags & HANDLE_FLAG_PROTECT_FROM_CLOSE) != 0;
    return finish(NtSetInformationObject(handle, ObjectHandleFlagInformation, &info, sizeof info));
}

K32_EXPORT BOOL WINAPI CompareObjectHandles(HANDLE first, HANDLE second) {
    return finish(NtCompareObjects(first, second));
}

/// Did something once (Windows 95). The answer is the argument.
K32_EXPORT UINT WINAPI SetHandleCount(UINT count) { return count; }
