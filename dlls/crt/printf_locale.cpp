// SPDX-License-Identifier: MIT
// printf_locale.cpp: the _l versions of printf.
//
// They format by a given locale. What printf takes from a locale is the decimal point, which is "." in
// every locale that _create_locale makes (locale.cpp), so they are their plain sisters.
#include <dlls/crt/locale_data.h>
#include <dlls/crt/printf_sinks.h>

using namespace oriel::crt;

template<class Char> static int to_stdout(const Char* format, va_list arguments) {
    return print_to_stream(stdout_stream(), format, arguments);
}

CRT_EXPORT int _vfprintf_l(File* s, const char* f, LocaleHandle*, va_list a) { return print_to_stream(s, f, a); }
CRT_EXPORT int _vfwprintf_l(File* s, const wchar_t* f, LocaleHandle*, va_list a) { return print_to_stream(s, f, a); }
CRT_EXPORT int _vprintf_l(const char* f, LocaleHandle*, va_list a) { return to_stdout(f, a); }
CRT_EXPORT int _vwprintf_l(const wchar_t* f, LocaleHandle*, va_list a) { return to_stdout(f, a); }
CRT_EXPORT int _vsnprintf_l(char* b, size_t n, const char* f, LocaleHandle*, va_list a) {
    return print_to_memory(b, n, f, a);
}
CRT_EXPORT int _vsnwprintf_l(wchar_t* b, size_t n, const wchar_t* f, LocaleHandle*, va_list a) {
    return print_to_memory(b, n, f, a);
}
CRT_EXPORT int _vsprintf_l(char* b, const char* f, LocaleHandle*, va_list a) {
    return print_to_memory(b, INT_MAX, f, a);
}
CRT_EXPORT int _vswprintf_l(wchar_t* b, const wchar_t* f, LocaleHandle*, va_list a) {
    return print_to_memory(b, INT_MAX, f, a);
}
CRT_EXPORT int _vsprintf_s_l(char* b, size_t n, const char* f, LocaleHandle*, va_list a) {
    return print_to_memory_s(b, n, size_t(-2), f, a);
}
CRT_EXPORT int _vswprintf_s_l(wchar_t* b, size_t n, const wchar_t* f, LocaleHandle*, va_list a) {
    return print_to_memory_s(b, n, size_t(-2), f, a);
}
CRT_EXPORT int _vsnprintf_s_l(char* b, size_t n, size_t c, const char* f, LocaleHandle*, va_list a) {
    return print_to_memory_s(b, n, c, f, a);
}
CRT_EXPORT int _vsnwprintf_s_l(wchar_t* b, size_t n, size_t c, const wchar_t* f, LocaleHandle*, va_list a) {
    return print_to_memory_s(b, n, c, f, a);
}
CRT_EXPORT int _vscprintf_l(const char* f, LocaleHandle*, va_list a) { return count_text(f, a); }
CRT_EXPORT int _vscwprintf_l(const wchar_t* f, LocaleHandle*, va_list a) { return count_text(f, a); }

CRT_EXPORT int _printf_l(const char* f, LocaleHandle* l, ...) { CRT_FORWARD(l, _vprintf_l(f, l, arguments)); }
CRT_EXPORT int _wprintf_l(const wchar_t* f, LocaleHandle* l, ...) { CRT_FORWARD(l, _vwprintf_l(f, l, arguments)); }
CRT_EXPORT int _fprintf_l(File* s, const char* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vfprintf_l(s, f, l, arguments));
}
CRT_EXPORT int _fwprintf_l(File* s, const wchar_t* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vfwprintf_l(s, f, l, arguments));
}
CRT_EXPORT int _sprintf_l(char* b, const char* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vsprintf_l(b, f, l, arguments));
}
CRT_EXPORT int _sprintf_s_l(char* b, size_t n, const char* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vsprintf_s_l(b, n, f, l, arguments));
}
CRT_EXPORT int _swprintf_s_l(wchar_t* b, size_t n, const wchar_t* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vswprintf_s_l(b, n, f, l, arguments));
}
CRT_EXPORT int _snprintf_l(char* b, size_t n, const char* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vsnprintf_l(b, n, f, l, arguments));
}
CRT_EXPORT int _snwprintf_l(wchar_t* b, size_t n, const wchar_t* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vsnwprintf_l(b, n, f, l, arguments));
}
CRT_EXPORT int _snprintf_s_l(char* b, size_t n, size_t c, const char* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vsnprintf_s_l(b, n, c, f, l, arguments));
}
CRT_EXPORT int _snwprintf_s_l(wchar_t* b, size_t n, size_t c, const wchar_t* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vsnwprintf_s_l(b, n, c, f, l, arguments));
}
CRT_EXPORT int _scprintf_l(const char* f, LocaleHandle* l, ...) { CRT_FORWARD(l, _vscprintf_l(f, l, arguments)); }
CRT_EXPORT int _scwprintf_l(const wchar_t* f, LocaleHandle* l, ...) {
    CRT_FORWARD(l, _vscwprintf_l(f, l, arguments));
}
