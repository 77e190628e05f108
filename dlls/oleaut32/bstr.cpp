// SPDX-License-Identifier: MIT
// bstr.cpp: BSTR, the string of Automation: UTF-16 with its length in bytes before it and a NUL behind it.
//
// A null BSTR is the empty string. Source: "SysAllocString function" and its neighbours (Microsoft documentation).
#include "oleaut32.h"

using namespace oriel::win32;

namespace {

/// The block begins here; the text stays aligned as the heap's blocks are.
constexpr std::size_t head = 2 * sizeof(void*);

std::uint32_t& byte_length(BSTR text) { return reinterpret_cast<std::uint32_t*>(text)[-1]; }

/// Room for `bytes` and a NUL; null if that is too much.
BSTR allocate(std::size_t bytes) {
    if (bytes > 0xFFFFFFFF - head - sizeof(WCHAR)) return nullptr;
    auto* const block = static_cast<char*>(RtlAllocateHeap(process_heap(), 0, head + bytes + sizeof(WCHAR) + 1));
    if (!block) return nullptr;
    auto* const text = reinterpret_cast<BSTR>(block + head);
    byte_length(text) = static_cast<std::uint32_t>(bytes);
    block[head + bytes] = block[head + bytes + 1] = block[head + bytes + 2] = 0; // also after an odd length
    return text;
}

} // namespace

OLE_FUNCTION UINT WINAPI SysStringByteLen(BSTR text) { return text ? byte_length(text) : 0; }
OLE_FUNCTION UINT WINAPI SysStringLen(BSTR text) { return SysStringByteLen(text) / sizeof(OLECHAR); }

OLE_FUNCTION BSTR WINAPI SysAllocStringByteLen(LPCSTR from, UINT bytes) {
    BSTR const text = allocate(bytes);
    if (text && from) __builtin_memcpy(text, from, bytes);
    return text;
}
OLE_FUNCTION BSTR WINAPI SysAllocStringLen(const OLECHAR* from, UINT length) {
    const std::uint64_t bytes = std::uint64_t{length} * sizeof(OLECHAR);
    if (bytes > 0xFFFFFFFF) return nullptr;
    return SysAllocStringByteLen(reinterpret_cast<LPCSTR>(from), static_cast<UINT>(bytes));
}
OLE_FUNCTION BSTR WINAPI SysAllocString(const OLECHAR* from) {
    return from ? SysAllocStringLen(from, static_cast<UINT>(length_of(from))) : nullptr;
}
OLE_FUNCTION void WINAPI SysFreeString(BSTR text) {
    if (text) RtlFreeHeap(process_heap(), 0, reinterpret_cast<char*>(text) - head);
}
OLE_FUNCTION INT WINAPI SysReAllocStringLen(BSTR* text, const OLECHAR* from, UINT length) {
    BSTR const larger = SysAllocStringLen(nullptr, length);
    if (!larger) return FALSE;
    if (from) { // it may point into the old one
        __builtin_memcpy(larger, from, length * sizeof(OLECHAR));
    } else if (*text) {
        const UINT old = SysStringLen(*text);
        __builtin_memcpy(larger, *text, (old < length ? old : length) * sizeof(OLECHAR));
    }
    SysFreeString(*text);
    *text = larger;
    return TRUE;
}
OLE_FUNCTION INT WINAPI SysReAllocString(BSTR* text, const OLECHAR* from) {
    if (from) return SysReAllocStringLen(text, from, static_cast<UINT>(length_of(from)));
    SysFreeString(*text);
    *text = nullptr;
    return TRUE;
}

EXPORT_ORDINAL(SysAllocString, 4, 2);
EXPORT_ORDINAL(SysReAllocString, 8, 3);
EXPORT_ORDINAL(SysAllocStringLen, 8, 4);
EXPORT_ORDINAL(SysReAllocStringLen, 12, 5);
EXPORT_ORDINAL(SysFreeString, 4, 6);
EXPORT_ORDINAL(SysStringLen, 4, 7);
EXPORT_ORDINAL(SysStringByteLen, 4, 149);
EXPORT_ORDINAL(SysAllocStringByteLen, 8, 150);
