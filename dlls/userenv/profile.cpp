// SPDX-License-Identifier: MIT
// profile.cpp: where the user's folder is. There is one user; the environment tells the folder, as the host set it up.
//
// A buffer that is too small, or none, is ERROR_INSUFFICIENT_BUFFER, and the size comes back, in characters with the
// NUL. Source: "GetUserProfileDirectoryW function" (Microsoft documentation).
#include <dlls/win32_dll.h>

namespace {

DWORD profile(char* to, DWORD room) { return GetEnvironmentVariableA("USERPROFILE", to, room); }
DWORD profile(WCHAR* to, DWORD room) { return GetEnvironmentVariableW(L"USERPROFILE", to, room); }

template<class Char> BOOL profile_directory(HANDLE token, Char* to, DWORD* size) {
    if (!size) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    if (!token) {
        SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    const DWORD needed = profile(static_cast<Char*>(nullptr), 0);
    if (!needed) {
        SetLastError(ERROR_PATH_NOT_FOUND);
        return FALSE;
    }
    const DWORD room = *size;
    *size = needed;
    if (!to || room < needed) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    return profile(to, room) != 0;
}

} // namespace

DLL_EXPORT BOOL WINAPI GetUserProfileDirectoryA(HANDLE token, LPSTR to, LPDWORD size) { return profile_directory(token, to, size); }
DLL_EXPORT BOOL WINAPI GetUserProfileDirectoryW(HANDLE token, LPWSTR to, LPDWORD size) { return profile_directory(token, to, size); }
