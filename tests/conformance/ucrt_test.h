// SPDX-License-Identifier: MIT
// ucrt_test.h: what the tests of ucrtbase.dll share.
//
// The programs themselves are linked to msvcrt.dll, as all of these; functions under test are fetched by name.
#pragma once

#include <gtest/gtest.h>

#include <windows.h>

#include <cstdarg>
#include <string>

/// A function of ucrtbase.dll (or another DLL); the test fails if there is none of that name.
template<class Function> Function* ucrt(const char* name, const char* dll = "ucrtbase.dll") {
    auto* address = reinterpret_cast<void*>(GetProcAddress(LoadLibraryA(dll), name));
    EXPECT_NE(address, nullptr) << name << " is not exported";
    return reinterpret_cast<Function*>(address);
}

// _CRT_INTERNAL_PRINTF_* of <corecrt_stdio_config.h>.
inline constexpr unsigned long long legacy_termination = 1, standard_snprintf = 2, legacy_wide = 4, three_digits = 0x10, standard_rounding = 0x20;

/// vsnprintf as <stdio.h> makes it; the length in `length`, if wanted.
inline std::string format(unsigned long long options, const char* text, ...) {
    char buffer[2048];
    auto* print = ucrt<int(unsigned long long, char*, size_t, const char*, void*, va_list)>("__stdio_common_vsprintf");
    va_list arguments;
    va_start(arguments, text);
    const int length = print(options | standard_snprintf, buffer, sizeof buffer, text, nullptr, arguments);
    va_end(arguments);
    return length < 0 ? "(failed)" : std::string(buffer, static_cast<size_t>(length));
}
inline std::wstring wide_format(unsigned long long options, const wchar_t* text, ...) {
    wchar_t buffer[2048];
    auto* print = ucrt<int(unsigned long long, wchar_t*, size_t, const wchar_t*, void*, va_list)>("__stdio_common_vswprintf");
    va_list arguments;
    va_start(arguments, text);
    const int length = print(options | standard_snprintf, buffer, 2048, text, nullptr, arguments);
    va_end(arguments);
    return length < 0 ? L"(failed)" : std::wstring(buffer, static_cast<size_t>(length));
}
