// SPDX-License-Identifier: MIT
// rtl_calls.h: functions of ntdll that no SDK library declares, found by name.
#pragma once

#include <windows.h>

struct CountedText { ///< UNICODE_STRING
    USHORT length, maximum;
    WCHAR* buffer;
};

/// A function of ntdll by its type: `ntdll<LONG(NTAPI)(CountedText*)>("RtlX")`.
template<class Function>
Function* ntdll(const char* name) {
    return reinterpret_cast<Function*>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name)));
}

inline CountedText counted(const WCHAR* text) {
    const auto bytes = static_cast<USHORT>(lstrlenW(text) * sizeof(WCHAR));
    return {bytes, static_cast<USHORT>(bytes + sizeof(WCHAR)), const_cast<WCHAR*>(text)};
}
