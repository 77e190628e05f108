// SPDX-License-Identifier: MIT
// printf_narrow.cpp: printf to streams and to memory, in bytes.
//
// _snprintf and _vsnprintf are older than C99's: at an exact fit they write no NUL, and when the text does
// not fit they answer -1. Source: "snprintf, _snprintf", "_vscprintf", "sprintf_s".
#include <dlls/crt/printf_format.h>
#include <dlls/crt/printf_sinks.h>

using namespace oriel::crt;

CRT_EXPORT int vfprintf(File* stream, const char* format, va_list arguments) {
    return print_to_stream(stream, format, arguments);
}
CRT_EXPORT int vfprintf_s(File* stream, const char* format, va_list arguments) {
    return print_to_stream(stream, format, arguments, {.secure = true});
}
CRT_EXPORT int vprintf(const char* format, va_list arguments) {
    return print_to_stream(stdout_stream(), format, arguments);
}
CRT_EXPORT int vprintf_s(const char* format, va_list arguments) {
    return print_to_stream(stdout_stream(), format, arguments, {.secure = true});
}
CRT_EXPORT int _vsnprintf(char* buffer, size_t size, const char* format, va_list arguments) {
    return print_to_memory(buffer, size, format, arguments);
}
CRT_EXPORT int vsprintf(char* buffer, const char* format, va_list arguments) {
    return print_to_memory(buffer, INT_MAX, format, arguments);
}
CRT_EXPORT int vsprintf_s(char* buffer, size_t size, const char* format, va_list arguments) {
    return print_to_memory_s(buffer, size, size_t(-2), format, arguments);
}
CRT_EXPORT int _vsnprintf_s(char* buffer, size_t size, size_t count, const char* format, va_list arguments) {
    return print_to_memory_s(buffer, size, count, format, arguments);
}
CRT_EXPORT int _vsnprintf_c(char* buffer, size_t size, const char* format, va_list arguments) {
    return print_to_memory(buffer, size, format, arguments);
}
CRT_EXPORT int _vscprintf(const char* format, va_list arguments) { return count_text(format, arguments); }
CRT_ALIAS(vsnprintf, _vsnprintf);

CRT_EXPORT int printf(const char* format, ...) { CRT_FORWARD(format, vprintf(format, arguments)); }
CRT_EXPORT int printf_s(const char* format, ...) { CRT_FORWARD(format, vprintf_s(format, arguments)); }
CRT_EXPORT int fprintf(File* stream, const char* format, ...) {
    CRT_FORWARD(format, vfprintf(stream, format, arguments));
}
CRT_EXPORT int fprintf_s(File* stream, const char* format, ...) {
    CRT_FORWARD(format, vfprintf_s(stream, format, arguments));
}
CRT_EXPORT int sprintf(char* buffer, const char* format, ...) {
    CRT_FORWARD(format, vsprintf(buffer, format, arguments));
}
CRT_EXPORT int sprintf_s(char* buffer, size_t size, const char* format, ...) {
    CRT_FORWARD(format, vsprintf_s(buffer, size, format, arguments));
}
CRT_EXPORT int _snprintf(char* buffer, size_t size, const char* format, ...) {
    CRT_FORWARD(format, _vsnprintf(buffer, size, format, arguments));
}
CRT_EXPORT int _snprintf_s(char* buffer, size_t size, size_t count, const char* format, ...) {
    CRT_FORWARD(format, _vsnprintf_s(buffer, size, count, format, arguments));
}
CRT_EXPORT int _snprintf_c(char* buffer, size_t size, const char* format, ...) {
    CRT_FORWARD(format, _vsnprintf_c(buffer, size, format, arguments));
}
CRT_EXPORT int _scprintf(const char* format, ...) { CRT_FORWARD(format, _vscprintf(format, arguments)); }
