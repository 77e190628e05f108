// SPDX-License-Identifier: MIT
// not_done.cpp: functions that are not done and answer an error number or a status, for which 0 would mean success.
#include <dlls/win32_dll.h>

#include <aclapi.h>

using namespace oriel::win32;

namespace {

DWORD not_done(const char* name) {
    oriel_undone_call("advapi32", name);
    return ERROR_CALL_NOT_IMPLEMENTED;
}
std::uint32_t no_status(const char* name) {
    oriel_undone_call("advapi32", name);
    return static_cast<std::uint32_t>(Status::NotImplemented);
}

} // namespace

DLL_EXPORT DWORD WINAPI SetEntriesInAclA(ULONG, PEXPLICIT_ACCESS_A, PACL, PACL*) {
    return not_done("SetEntriesInAclA");
}
DLL_EXPORT DWORD WINAPI SetEntriesInAclW(ULONG, PEXPLICIT_ACCESS_W, PACL, PACL*) {
    return not_done("SetEntriesInAclW");
}
DLL_EXPORT DWORD WINAPI GetSecurityInfo(HANDLE, SE_OBJECT_TYPE, SECURITY_INFORMATION, PSID*, PSID*, PACL*, PACL*,
                                        PSECURITY_DESCRIPTOR*) {
    return not_done("GetSecurityInfo");
}
DLL_EXPORT DWORD WINAPI SetSecurityInfo(HANDLE, SE_OBJECT_TYPE, SECURITY_INFORMATION, PSID, PSID, PACL, PACL) {
    return not_done("SetSecurityInfo");
}
DLL_EXPORT DWORD WINAPI GetNamedSecurityInfoW(LPCWSTR, SE_OBJECT_TYPE, SECURITY_INFORMATION, PSID*, PSID*, PACL*,
                                              PACL*, PSECURITY_DESCRIPTOR*) {
    return not_done("GetNamedSecurityInfoW");
}

DLL_EXPORT ULONG WINAPI EventRegister(const GUID*, void*, void*, std::uint64_t*) { return not_done("EventRegister"); }
DLL_EXPORT ULONG WINAPI EventUnregister(std::uint64_t) { return not_done("EventUnregister"); }
DLL_EXPORT ULONG WINAPI EventWriteTransfer(std::uint64_t, const void*, const GUID*, const GUID*, ULONG, void*) {
    return not_done("EventWriteTransfer");
}
DLL_EXPORT ULONG WINAPI EventSetInformation(std::uint64_t, int, void*, ULONG) {
    return not_done("EventSetInformation");
}

DLL_EXPORT std::uint32_t WINAPI LsaOpenPolicy(void*, void*, DWORD, void**) { return no_status("LsaOpenPolicy"); }
DLL_EXPORT std::uint32_t WINAPI LsaClose(void*) { return no_status("LsaClose"); }
DLL_EXPORT std::uint32_t WINAPI LsaFreeMemory(void*) { return no_status("LsaFreeMemory"); }
DLL_EXPORT std::uint32_t WINAPI LsaLookupNames(void*, ULONG, void*, void**, void**) {
    return no_status("LsaLookupNames");
}
DLL_EXPORT std::uint32_t WINAPI LsaLookupSids(void*, ULONG, void*, void**, void**) {
    return no_status("LsaLookupSids");
}
DLL_EXPORT std::uint32_t WINAPI LsaAddAccountRights(void*, void*, void*, ULONG) {
    return no_status("LsaAddAccountRights");
}
DLL_EXPORT std::uint32_t WINAPI LsaEnumerateAccountRights(void*, void*, void**, ULONG*) {
    return no_status("LsaEnumerateAccountRights");
}
DLL_EXPORT ULONG WINAPI LsaNtStatusToWinError(std::uint32_t status) {
    return RtlNtStatusToDosError(static_cast<Status>(status));
}
