// SPDX-License-Identifier: MIT
// random.cpp: random bytes, by the names that they have had: RtlGenRandom (SystemFunction036) and the provider
// functions of CryptoAPI, of which only the random numbers are done.
//
// Sources: "RtlGenRandom function", "CryptAcquireContextW function", "CryptGenRandom function" (Microsoft
// documentation).
#include <dlls/win32_dll.h>

#include <wincrypt.h>

using namespace oriel::win32;

namespace {

/// A provider handle names nothing: it only has to be the one that was given out.
constexpr HCRYPTPROV provider = 0x0C5B0001;

BOOL acquire(HCRYPTPROV* handle, bool named_container, DWORD flags) {
    if (!handle) return fail(ERROR_INVALID_PARAMETER);
    if (named_container && !(flags & (CRYPT_VERIFYCONTEXT | CRYPT_NEWKEYSET | CRYPT_DELETEKEYSET)))
        return fail(static_cast<DWORD>(NTE_BAD_KEYSET)); // there are no keys
    *handle = provider;
    return TRUE;
}

} // namespace

DLL_EXPORT BOOLEAN WINAPI SystemFunction036(PVOID to, ULONG size) { return nt::is_success(NtOrielRandom(to, size)); }

DLL_EXPORT BOOL WINAPI CryptAcquireContextW(HCRYPTPROV* handle, LPCWSTR container, LPCWSTR, DWORD, DWORD flags) {
    return acquire(handle, container != nullptr, flags);
}
DLL_EXPORT BOOL WINAPI CryptAcquireContextA(HCRYPTPROV* handle, LPCSTR container, LPCSTR, DWORD, DWORD flags) {
    return acquire(handle, container != nullptr, flags);
}
DLL_EXPORT BOOL WINAPI CryptGenRandom(HCRYPTPROV handle, DWORD size, BYTE* to) {
    if (handle != provider) return fail(ERROR_INVALID_PARAMETER);
    return finish(NtOrielRandom(to, size));
}
DLL_EXPORT BOOL WINAPI CryptReleaseContext(HCRYPTPROV handle, DWORD flags) {
    if (handle != provider) return fail(ERROR_INVALID_PARAMETER);
    return flags ? fail(static_cast<DWORD>(NTE_BAD_FLAGS)) : TRUE;
}
