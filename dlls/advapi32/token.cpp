// SPDX-License-Identifier: MIT
// token.cpp: access tokens and privileges.
//
// A process runs as an ordinary user who may lock pages in memory; none of the powerful privileges can be enabled
// (ntdll-emu/ps/token.h). Asking for one is no failure, though: AdjustTokenPrivileges succeeds with
// ERROR_NOT_ALL_ASSIGNED, and programs look there.
// Sources: "OpenProcessToken function", "AdjustTokenPrivileges function", "Privilege Constants" (Microsoft
// documentation).
#include <dlls/win32_dll.h>

using namespace oriel::win32;

namespace {

struct Privilege {
    const WCHAR* name;
    DWORD number; ///< the low part of its LUID; the high part is 0
};
constexpr Privilege privileges[] = {{L"SeCreateTokenPrivilege", 2},
                                    {L"SeAssignPrimaryTokenPrivilege", 3},
                                    {L"SeLockMemoryPrivilege", 4},
                                    {L"SeIncreaseQuotaPrivilege", 5},
                                    {L"SeMachineAccountPrivilege", 6},
                                    {L"SeTcbPrivilege", 7},
                                    {L"SeSecurityPrivilege", 8},
                                    {L"SeTakeOwnershipPrivilege", 9},
                                    {L"SeLoadDriverPrivilege", 10},
                                    {L"SeSystemProfilePrivilege", 11},
                                    {L"SeSystemtimePrivilege", 12},
                                    {L"SeProfileSingleProcessPrivilege", 13},
                                    {L"SeIncreaseBasePriorityPrivilege", 14},
                                    {L"SeCreatePagefilePrivilege", 15},
                                    {L"SeCreatePermanentPrivilege", 16},
                                    {L"SeBackupPrivilege", 17},
                                    {L"SeRestorePrivilege", 18},
                                    {L"SeShutdownPrivilege", 19},
                                    {L"SeDebugPrivilege", 20},
                                    {L"SeAuditPrivilege", 21},
                                    {L"SeSystemEnvironmentPrivilege", 22},
                                    {L"SeChangeNotifyPrivilege", 23},
                                    {L"SeRemoteShutdownPrivilege", 24},
                                    {L"SeUndockPrivilege", 25},
                                    {L"SeSyncAgentPrivilege", 26},
                                    {L"SeEnableDelegationPrivilege", 27},
                                    {L"SeManageVolumePrivilege", 28},
                                    {L"SeImpersonatePrivilege", 29},
                                    {L"SeCreateGlobalPrivilege", 30},
                                    {L"SeTrustedCredManAccessPrivilege", 31},
                                    {L"SeRelabelPrivilege", 32},
                                    {L"SeIncreaseWorkingSetPrivilege", 33},
                                    {L"SeTimeZonePrivilege", 34},
                                    {L"SeCreateSymbolicLinkPrivilege", 35}};

} // namespace

DLL_EXPORT BOOL WINAPI OpenProcessToken(HANDLE process, DWORD access, PHANDLE token) {
    return finish(NtOpenProcessToken(process, access, token));
}
DLL_EXPORT BOOL WINAPI OpenThreadToken(HANDLE thread, DWORD access, BOOL as_self, PHANDLE token) {
    return finish(NtOpenThreadToken(thread, access, as_self != 0, token));
}

DLL_EXPORT BOOL WINAPI LookupPrivilegeValueW(LPCWSTR, LPCWSTR name, PLUID value) {
    for (const Privilege& privilege : privileges) {
        if (CompareStringOrdinal(name, -1, privilege.name, -1, TRUE) != CSTR_EQUAL) continue;
        *value = {privilege.number, 0};
        return TRUE;
    }
    return fail(ERROR_NO_SUCH_PRIVILEGE);
}
DLL_EXPORT BOOL WINAPI LookupPrivilegeValueA(LPCSTR system, LPCSTR name, PLUID value) {
    const WideArgument wide_system(system), wide_name(name);
    return LookupPrivilegeValueW(wide_system.get(), wide_name.get(), value);
}
DLL_EXPORT BOOL WINAPI LookupPrivilegeNameW(LPCWSTR, PLUID value, LPWSTR to, LPDWORD size) {
    for (const Privilege& privilege : privileges) {
        if (privilege.number != value->LowPart || value->HighPart) continue;
        const std::size_t length = length_of(privilege.name);
        if (*size <= length) {
            *size = static_cast<DWORD>(length + 1);
            return fail(ERROR_INSUFFICIENT_BUFFER);
        }
        __builtin_memcpy(to, privilege.name, (length + 1) * sizeof(WCHAR));
        *size = static_cast<DWORD>(length);
        return TRUE;
    }
    return fail(ERROR_NO_SUCH_PRIVILEGE);
}

/// Success sets the last error too: 0, or ERROR_NOT_ALL_ASSIGNED.
DLL_EXPORT BOOL WINAPI AdjustTokenPrivileges(HANDLE token, BOOL disable_all, PTOKEN_PRIVILEGES wanted, DWORD size,
                                             PTOKEN_PRIVILEGES previous, PDWORD needed) {
    const Status status = NtAdjustPrivilegesToken(token, disable_all != 0, wanted, size, previous,
                                                  reinterpret_cast<std::uint32_t*>(needed));
    SetLastError(RtlNtStatusToDosError(status));
    return nt::is_success(status);
}
DLL_EXPORT BOOL WINAPI GetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS kind, LPVOID to, DWORD size,
                                           PDWORD needed) {
    std::uint32_t length = 0;
    const Status status = NtQueryInformationToken(token, kind, to, size, &length);
    if (needed) *needed = length;
    return finish(status);
}

/// Nobody here impersonates.
DLL_EXPORT BOOL WINAPI RevertToSelf() { return TRUE; }
DLL_EXPORT BOOL WINAPI ImpersonateAnonymousToken(HANDLE thread) {
    return finish(NtImpersonateAnonymousToken(thread));
}
