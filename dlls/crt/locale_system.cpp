// SPDX-License-Identifier: MIT
// locale_system.cpp: the library's own doors to kernel32's language functions, which it exports.
//
// Old C++ libraries call them instead of kernel32, with a code page that stands for the locale's if it is 0.
// Source: their declarations in Microsoft's published library headers (<awint.h>).
#include <dlls/crt/locale_data.h>
#include <dlls/crt/win32.h>

using namespace oriel::crt;

static unsigned page_or_locale(int code_page) {
    return code_page ? unsigned(code_page) : current_locale().code_page ? current_locale().code_page : CP_ACP;
}

/// Text as UTF-16, malloc'ed; `count` becomes its length. A count of -1 means up to and with the NUL.
static wchar_t* widen(unsigned page, const char* text, int& count) {
    int units = MultiByteToWideChar(page, 0, text, count, nullptr, 0);
    wchar_t* wide = units > 0 ? Owned<wchar_t>::allocate(size_t(units)) : nullptr;
    if (wide)
        MultiByteToWideChar(page, 0, text, count, wide, units);
    count = units;
    return wide;
}

CRT_EXPORT int __crtGetStringTypeW(unsigned long, unsigned long kind, const wchar_t* text, int count,
                                   unsigned short* types, int, int) {
    return GetStringTypeW(kind, text, count, types);
}
CRT_EXPORT int __crtLCMapStringW(unsigned long language, unsigned long how, const wchar_t* text, int count,
                                 wchar_t* out, int room, int) {
    return LCMapStringW(language, how, text, count, out, room);
}
CRT_EXPORT int __crtCompareStringW(unsigned long language, unsigned long how, const wchar_t* a, int a_count,
                                   const wchar_t* b, int b_count, int) {
    return CompareStringW(language, how, a, a_count, b, b_count);
}
CRT_EXPORT int __crtGetLocaleInfoW(unsigned long language, unsigned long which, wchar_t* out, int room, int) {
    return GetLocaleInfoW(language, which, out, room);
}

CRT_EXPORT int __crtLCMapStringA(unsigned long language, unsigned long how, const char* text, int count, char* out,
                                 int room, int code_page, int) {
    unsigned page = page_or_locale(code_page);
    Owned<wchar_t> wide(widen(page, text, count));
    if (!wide)
        return 0;
    int units = LCMapStringW(language, how, wide.get(), count, nullptr, 0);
    Owned<wchar_t> mapped(units > 0 ? Owned<wchar_t>::allocate(size_t(units)) : nullptr);
    if (!mapped || !LCMapStringW(language, how, wide.get(), count, mapped.get(), units))
        return 0;
    return WideCharToMultiByte(page, 0, mapped.get(), units, out, room, nullptr, nullptr);
}
CRT_EXPORT int __crtCompareStringA(unsigned long language, unsigned long how, const char* a, int a_count,
                                   const char* b, int b_count, int code_page) {
    unsigned page = page_or_locale(code_page);
    Owned<wchar_t> wide_a(widen(page, a, a_count)), wide_b(widen(page, b, b_count));
    return wide_a && wide_b ? CompareStringW(language, how, wide_a.get(), a_count, wide_b.get(), b_count) : 0;
}
