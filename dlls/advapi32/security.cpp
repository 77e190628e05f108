// SPDX-License-Identifier: MIT
// security.cpp: security identifiers and descriptors as data, and the user's name.
//
// A SID is a revision, up to 15 numbers, and who gave them out. Descriptors and lists are built and read here, but
// nothing checks them: files have the host's permissions.
// Sources: "SID structure", "InitializeSecurityDescriptor function", "GetUserNameW function" (Microsoft
// documentation).
#include <dlls/win32_dll.h>

using namespace oriel::win32;

namespace {

SID& as_sid(PSID sid) { return *static_cast<SID*>(sid); }
constexpr BYTE most_authorities = SID_MAX_SUB_AUTHORITIES;

/// %USERNAME%, which the host sets; "user" if there is none.
std::size_t user_name(WCHAR* to, DWORD capacity) {
    const DWORD error = GetLastError();
    DWORD length = GetEnvironmentVariableW(L"USERNAME", to, capacity);
    SetLastError(error);
    if (length && length < capacity) return length;
    __builtin_memcpy(to, L"user", 5 * sizeof(WCHAR));
    return 4;
}

/// The fixed part of every SECURITY_DESCRIPTOR.
SECURITY_DESCRIPTOR& absolute(PSECURITY_DESCRIPTOR descriptor) {
    return *static_cast<SECURITY_DESCRIPTOR*>(descriptor);
}

} // namespace

// ------------------------------------------------------------------------------------- SIDs
DLL_EXPORT BOOL WINAPI IsValidSid(PSID sid) {
    return sid && as_sid(sid).Revision == SID_REVISION && as_sid(sid).SubAuthorityCount <= most_authorities;
}
DLL_EXPORT DWORD WINAPI GetSidLengthRequired(UCHAR count) {
    return static_cast<DWORD>(offsetof(SID, SubAuthority) + count * sizeof(DWORD));
}
DLL_EXPORT DWORD WINAPI GetLengthSid(PSID sid) { return GetSidLengthRequired(as_sid(sid).SubAuthorityCount); }
DLL_EXPORT PSID_IDENTIFIER_AUTHORITY WINAPI GetSidIdentifierAuthority(PSID sid) {
    return &as_sid(sid).IdentifierAuthority;
}
DLL_EXPORT PUCHAR WINAPI GetSidSubAuthorityCount(PSID sid) { return &as_sid(sid).SubAuthorityCount; }
DLL_EXPORT PDWORD WINAPI GetSidSubAuthority(PSID sid, DWORD index) { return &as_sid(sid).SubAuthority[index]; }
DLL_EXPORT BOOL WINAPI EqualSid(PSID left, PSID right) {
    const DWORD length = GetLengthSid(left);
    return length == GetLengthSid(right) && __builtin_memcmp(left, right, length) == 0;
}
DLL_EXPORT BOOL WINAPI CopySid(DWORD size, PSID to, PSID from) {
    const DWORD length = GetLengthSid(from);
    if (size < length) return fail(ERROR_INSUFFICIENT_BUFFER);
    __builtin_memcpy(to, from, length);
    return TRUE;
}
DLL_EXPORT BOOL WINAPI InitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority, BYTE count) {
    if (count > most_authorities) return fail(ERROR_INVALID_PARAMETER);
    as_sid(sid).Revision = SID_REVISION;
    as_sid(sid).SubAuthorityCount = count;
    as_sid(sid).IdentifierAuthority = *authority;
    for (BYTE i = 0; i < count; ++i) as_sid(sid).SubAuthority[i] = 0;
    return TRUE;
}
DLL_EXPORT BOOL WINAPI AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority, BYTE count, DWORD a0, DWORD a1,
                                                DWORD a2, DWORD a3, DWORD a4, DWORD a5, DWORD a6, DWORD a7,
                                                PSID* result) {
    if (count > 8) return fail(ERROR_INVALID_SID);
    void* const sid = RtlAllocateHeap(process_heap(), 0, GetSidLengthRequired(count));
    if (!sid) return fail(ERROR_NOT_ENOUGH_MEMORY);
    InitializeSid(sid, authority, count);
    const DWORD numbers[] = {a0, a1, a2, a3, a4, a5, a6, a7};
    for (BYTE i = 0; i < count; ++i) as_sid(sid).SubAuthority[i] = numbers[i];
    *result = sid;
    return TRUE;
}
DLL_EXPORT PVOID WINAPI FreeSid(PSID sid) {
    RtlFreeHeap(process_heap(), 0, sid);
    return nullptr;
}

// ------------------------------------------------------------------------------------- descriptors
DLL_EXPORT BOOL WINAPI InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, DWORD revision) {
    if (revision != SECURITY_DESCRIPTOR_REVISION) return fail(ERROR_UNKNOWN_REVISION);
    absolute(descriptor) = SECURITY_DESCRIPTOR{};
    absolute(descriptor).Revision = SECURITY_DESCRIPTOR_REVISION;
    return TRUE;
}
DLL_EXPORT BOOL WINAPI SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR descriptor, BOOL present, PACL list,
                                                 BOOL defaulted) {
    SECURITY_DESCRIPTOR& sd = absolute(descriptor);
    if (sd.Revision != SECURITY_DESCRIPTOR_REVISION) return fail(ERROR_UNKNOWN_REVISION);
    if (sd.Control & SE_SELF_RELATIVE) return fail(ERROR_INVALID_SECURITY_DESCR);
    sd.Control = static_cast<WORD>((sd.Control & ~(SE_DACL_PRESENT | SE_DACL_DEFAULTED)) |
                                   (present ? SE_DACL_PRESENT : 0) | (present && defaulted ? SE_DACL_DEFAULTED : 0));
    if (present) sd.Dacl = list;
    return TRUE;
}
DLL_EXPORT BOOL WINAPI GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR descriptor, LPBOOL present, PACL* list,
                                                 LPBOOL defaulted) {
    const SECURITY_DESCRIPTOR& sd = absolute(descriptor);
    *present = (sd.Control & SE_DACL_PRESENT) != 0;
    if (!*present) return TRUE;
    *defaulted = (sd.Control & SE_DACL_DEFAULTED) != 0;
    if (sd.Control & SE_SELF_RELATIVE) {
        const auto& relative = *static_cast<const SECURITY_DESCRIPTOR_RELATIVE*>(descriptor);
        *list = relative.Dacl ? reinterpret_cast<PACL>(static_cast<char*>(descriptor) + relative.Dacl) : nullptr;
    } else {
        *list = sd.Dacl;
    }
    return TRUE;
}
DLL_EXPORT BOOL WINAPI SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR descriptor, PSID owner, BOOL defaulted) {
    SECURITY_DESCRIPTOR& sd = absolute(descriptor);
    if (sd.Control & SE_SELF_RELATIVE) return fail(ERROR_INVALID_SECURITY_DESCR);
    sd.Owner = owner;
    sd.Control = static_cast<WORD>((sd.Control & ~SE_OWNER_DEFAULTED) | (defaulted ? SE_OWNER_DEFAULTED : 0));
    return TRUE;
}
DLL_EXPORT BOOL WINAPI InitializeAcl(PACL list, DWORD size, DWORD revision) {
    if (size < sizeof(ACL) || size > 0xFFFC || revision < ACL_REVISION || revision > ACL_REVISION_DS)
        return fail(ERROR_INVALID_PARAMETER);
    *list = {static_cast<BYTE>(revision), 0, static_cast<WORD>(size), 0, 0};
    return TRUE;
}

// ------------------------------------------------------------------------------------- users
DLL_EXPORT BOOL WINAPI GetUserNameW(LPWSTR to, LPDWORD size) {
    WCHAR name[257];
    const std::size_t length = user_name(name, 257);
    if (!to || *size <= length) {
        *size = static_cast<DWORD>(length + 1);
        return fail(ERROR_INSUFFICIENT_BUFFER);
    }
    __builtin_memcpy(to, name, length * sizeof(WCHAR));
    to[length] = 0;
    *size = static_cast<DWORD>(length + 1); // counts the NUL, unlike most
    return TRUE;
}
DLL_EXPORT BOOL WINAPI GetUserNameA(LPSTR to, LPDWORD size) {
    WCHAR name[257];
    const std::size_t length = user_name(name, 257);
    const int bytes = WideCharToMultiByte(CP_ACP, 0, name, static_cast<int>(length), nullptr, 0, nullptr, nullptr);
    if (!to || *size <= static_cast<DWORD>(bytes)) {
        *size = static_cast<DWORD>(bytes + 1);
        return fail(ERROR_INSUFFICIENT_BUFFER);
    }
    WideCharToMultiByte(CP_ACP, 0, name, static_cast<int>(length), to, bytes, nullptr, nullptr);
    to[bytes] = 0;
    *size = static_cast<DWORD>(bytes + 1);
    return TRUE;
}
