// SPDX-License-Identifier: MIT
// printf_wide.cpp: the printf family in UTF-16.
//
// msvcrt's swprintf is the old one without a size, as _swprintf is. Source: "swprintf", "_vsnwprintf".
#include <dlls/crt/printf_sinks.h>

using namespace oriel::crt;

CRT_EXPORT int vfwprintf(File* stream, const wchar_t* format, va_list arguments) {
    return print_to_stream(stream, format, arguments);
}
CRT_EXPORT int vfwprintf_s(File* stream, const wchar_t* format, va_list arguments) {
    return print_to_stream(stream, format, arguments, {.secure = true});
}
CRT_EXPORT int vwprintf(const wchar_t* format, va_list arguments) {
    return print_to_stream(stdout_stream(), format, arguments);
}
CRT_EXPORT int vwprintf_s(const wchar_t* format, va_list arguments) {
    return print_to_stream(stdout_stream(), format, arguments, {.secure = true});
}
CRT_EXPORT int _vsnwprintf(wchar_t* buffer, size_t size, const wchar_t* format, va_list arguments) {
    return print_to_memory(buffer, size, format, arguments);
}
CRT_EXPORT int vswprintf(wchar_t* buffer, const wchar_t* format, va_list arguments) {
    return print_to_memory(buffer, INT_MAX, format, arguments);
}
CRT_EXPORT int vswprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, va_list arguments) {
    return print_to_memory_s(buffer, size, size_t(-2), format, arguments);
}
CRT_EXPORT int _vsnwprintf_s(wchar_t* buffer, size_t size, size_t count, const wchar_t* format, va_list arguments) {
    return print_to_memory_s(buffer, size, count, format, arguments);
}
/// The C99 kind: always a NUL, -1 if it does not fit.
CRT_EXPORT int _vswprintf_c(wchar_t* buffer, size_t size, const wchar_t* format, va_list arguments) {
    int length = print_to_memory(buffer, size, format, arguments);
    if (size && (length < 0 || size_t(length) >= size)) {
        buffer[size - 1] = 0;
        return -1;
    }
    return length;
}
CRT_EXPORT int _vscwprintf(const wchar_t* format, va_list arguments) { return count_text(format, arguments); }
CRT_ALIAS(_vswprintf, vswprintf);

CRT_EXPORT int wprintf(const wchar_t* format, ...) { CRT_FORWARD(format, vwprintf(format, arguments)); }
CRT_EXPORT int wprintf_s(const wchar_t* format, ...) { CRT_FORWARD(format, vwprintf_s(format, arguments)); }
CRT_EXPORT int fwprintf(File* stream, const wchar_t* format, ...) {
    CRT_FORWARD(format, vfwprintf(stream, format, arguments));
}
CRT_EXPORT int fwprintf_s(File* stream, const wchar_t* format, ...) {
    CRT_FORWARD(format, vfwprintf_s(stream, format, arguments));
}
CRT_EXPORT int swprintf(wchar_t* buffer, const wchar_t* format, ...) {
    CRT_FORWARD(format, vswprintf(buffer, format, arguments));
}
CRT_EXPORT int swprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
    CRT_FORWARD(format, vswprintf_s(buffer, size, format, arguments));
}
CRT_EXPORT int _snwprintf(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
    CRT_FORWARD(format, _vsnwprintf(buffer, size, format, arguments));
}
CRT_EXPORT int _snwprintf_s(wchar_t* buffer, size_t size, size_t count, const wchar_t* format, ...) {
    CRT_FORWARD(format, _vsnwprintf_s(buffer, size, count, format, arguments));
}
CRT_EXPORT int _swprintf_c(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
    CRT_FORWARD(format, _vswprintf_c(buffer, size, format, arguments));
}
CRT_EXPORT int _scwprintf(const wchar_t* format, ...) { CRT_FORWARD(format, _vscwprintf(format, arguments)); }
CRT_ALIAS(_swprintf, swprintf);
