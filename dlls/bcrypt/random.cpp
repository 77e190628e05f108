// SPDX-License-Identifier: MIT
// random.cpp: BCryptGenRandom, and what is asked beside it. Algorithms other than random numbers are not done.
// Source: "BCryptGenRandom function", "BCryptOpenAlgorithmProvider function", "BCryptGetFipsAlgorithmMode function" (Microsoft documentation).
#include <dlls/win32_dll.h>

using namespace oriel::win32;

namespace {

constexpr NTSTATUS not_found = static_cast<NTSTATUS>(0xC0000225); // STATUS_NOT_FOUND
void* const random_algorithm = reinterpret_cast<void*>(std::uintptr_t{0x52474E41});

bool same(const WCHAR* left, const WCHAR* right) {
    return CompareStringOrdinal(left, -1, right, -1, FALSE) == CSTR_EQUAL;
}

} // namespace

DLL_EXPORT NTSTATUS WINAPI BCryptGenRandom(void* algorithm, PUCHAR to, ULONG size, ULONG flags) {
    constexpr ULONG use_preferred = 2; // BCRYPT_USE_SYSTEM_PREFERRED_RNG: with no algorithm handle
    if (!algorithm && !(flags & use_preferred)) return static_cast<NTSTATUS>(Status::InvalidHandle);
    return static_cast<NTSTATUS>(NtOrielRandom(to, size));
}
DLL_EXPORT NTSTATUS WINAPI BCryptOpenAlgorithmProvider(void** algorithm, LPCWSTR name, LPCWSTR, ULONG) {
    if (!same(name, L"RNG") && !same(name, L"FIPS186DSARNG")) {
        oriel_undone_call("bcrypt", "BCryptOpenAlgorithmProvider");
        return not_found;
    }
    *algorithm = random_algorithm;
    return 0;
}
DLL_EXPORT NTSTATUS WINAPI BCryptCloseAlgorithmProvider(void* algorithm, ULONG) {
    return algorithm == random_algorithm ? 0 : static_cast<NTSTATUS>(Status::InvalidHandle);
}

/// Whether only algorithms that the U.S. government has approved may be used: a policy of the machine, and here there is none.
DLL_EXPORT NTSTATUS WINAPI BCryptGetFipsAlgorithmMode(BOOLEAN* enabled) {
    if (!enabled) return static_cast<NTSTATUS>(Status::InvalidParameter);
    *enabled = FALSE;
    return 0;
}
