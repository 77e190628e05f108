// SPDX-License-Identifier: MIT
// winbase_strings.cpp: lstrlen and its siblings, MulDiv, IsBadReadPtr and kin.
//
// The lstr functions promised once to survive bad pointers, by an exception handler of their own. What is left
// of that here: a null pointer. Source: "lstrlen function" and its neighbours (Microsoft documentation).
#include "kernel32.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

template<class T>
T* copy_at_most(T* to, const T* from, int size) {
    if (!to || !from || size <= 0) return to;
    for (; size > 1 && *from; --size) *to++ = *from++;
    *to = 0;
    return to;
}

/// Whether all of [address, address + size) may be read (or written). The pages can change the next moment: these
/// functions never deserved trust, and the documentation says so.
bool accessible(const void* address, UINT_PTR size, bool write) {
    constexpr DWORD readable = PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READ |
                               PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    constexpr DWORD writable = PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    auto at = reinterpret_cast<std::uintptr_t>(address);
    const std::uintptr_t end = at + size;
    if (!size) return true;
    if (end < at) return false;
    const DWORD error = last_error();
    while (at < end) {
        MEMORY_BASIC_INFORMATION info;
        if (!VirtualQuery(reinterpret_cast<void*>(at), &info, sizeof info)) break;
        if (info.State != MEM_COMMIT || (info.Protect & PAGE_GUARD) ||
            !(info.Protect & (write ? writable : readable)))
            break;
        at = reinterpret_cast<std::uintptr_t>(info.BaseAddress) + info.RegionSize;
    }
    set_last_error(error);
    return at >= end;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT int WINAPI lstrlenW(LPCWSTR text) { return text ? static_cast<int>(length_of(text)) : 0; }
K32_EXPORT int WINAPI lstrlenA(LPCSTR text) { return text ? static_cast<int>(length_of(text)) : 0; }
K32_EXPORT LPWSTR WINAPI lstrcpyW(LPWSTR to, LPCWSTR from) {
    if (!to || !from) return nullptr;
    std::copy_n(from, length_of(from) + 1, to);
    return to;
}
K32_EXPORT LPSTR WINAPI lstrcpyA(LPSTR to, LPCSTR from) {
    if (!to || !from) return nullptr;
    std::copy_n(from, length_of(from) + 1, to);
    return to;
}
K32_EXPORT LPWSTR WINAPI lstrcpynW(LPWSTR to, LPCWSTR from, int size) {
    copy_at_most(to, from, size);
    return to;
}
K32_EXPORT LPSTR WINAPI lstrcpynA(LPSTR to, LPCSTR from, int size) {
    copy_at_most(to, from, size);
    return to;
}
K32_EXPORT LPWSTR WINAPI lstrcatW(LPWSTR to, LPCWSTR from) {
    if (!to || !from) return nullptr;
    lstrcpyW(to + length_of(to), from);
    return to;
}
K32_EXPORT LPSTR WINAPI lstrcatA(LPSTR to, LPCSTR from) {
    if (!to || !from) return nullptr;
    lstrcpyA(to + length_of(to), from);
    return to;
}
/// By the user's locale, not by code: "a" comes before "B", and "co-op" next to "coop".
K32_EXPORT int WINAPI lstrcmpW(LPCWSTR left, LPCWSTR right) {
    if (!left || !right) return left ? 1 : right ? -1 : 0;
    return CompareStringW(LOCALE_USER_DEFAULT, 0, left, -1, right, -1) - CSTR_EQUAL;
}
K32_EXPORT int WINAPI lstrcmpiW(LPCWSTR left, LPCWSTR right) {
    if (!left || !right) return left ? 1 : right ? -1 : 0;
    return CompareStringW(LOCALE_USER_DEFAULT, NORM_IGNORECASE, left, -1, right, -1) - CSTR_EQUAL;
}
K32_EXPORT int WINAPI lstrcmpA(LPCSTR left, LPCSTR right) {
    const WideText a(left), b(right);
    return lstrcmpW(a.get(), b.get());
}
K32_EXPORT int WINAPI lstrcmpiA(LPCSTR left, LPCSTR right) {
    const WideText a(left), b(right);
    return lstrcmpiW(a.get(), b.get());
}

/// number * numerator / denominator, rounded to nearest, with 64 bits between; -1 if it does not fit.
K32_EXPORT int WINAPI MulDiv(int number, int numerator, int denominator) {
    if (denominator == 0) return -1;
    std::int64_t product = static_cast<std::int64_t>(number) * numerator;
    std::int64_t divisor = denominator;
    if (divisor < 0) {
        product = -product;
        divisor = -divisor;
    }
    const std::int64_t result = (product >= 0 ? product + divisor / 2 : product - divisor / 2) / divisor;
    return result > INT32_MAX || result < -INT32_MAX ? -1 : static_cast<int>(result);
}

K32_EXPORT BOOL WINAPI IsBadReadPtr(const void* address, UINT_PTR size) { return !accessible(address, size, false); }
K32_EXPORT BOOL WINAPI IsBadWritePtr(LPVOID address, UINT_PTR size) { return !accessible(address, size, true); }
K32_EXPORT BOOL WINAPI IsBadCodePtr(FARPROC address) {
    return !accessible(reinterpret_cast<const void*>(address), 1, false);
}
K32_EXPORT BOOL WINAPI IsBadStringPtrW(LPCWSTR text, UINT_PTR most) {
    for (; most; --most, ++text) {
        if (!accessible(text, sizeof *text, false)) return TRUE;
        if (!*text) break;
    }
    return FALSE;
}
K32_EXPORT BOOL WINAPI IsBadStringPtrA(LPCSTR text, UINT_PTR most) {
    for (; most; --most, ++text) {
        if (!accessible(text, 1, false)) return TRUE;
        if (!*text) break;
    }
    return FALSE;
}
