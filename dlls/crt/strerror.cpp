// SPDX-License-Identifier: MIT
// strerror.cpp: errno in words.
//
// The texts are those of Microsoft's table (_sys_errlist), which programs print and tests compare. Numbers
// outside it are "Unknown error". strerror's answer lies in the thread's own buffer; _strerror puts the
// caller's text before it and a newline behind. Source: "strerror, _strerror", "errno constants".
#include <dlls/crt/stream.h>
#include <dlls/crt/thread_data.h>

using namespace oriel::crt;

CRT_EXPORT int fputs(const char* text, File* stream);

static constexpr int error_count = 43;

CRT_EXPORT const char* _sys_errlist[error_count + 1] = {
    "No error", "Operation not permitted", "No such file or directory", "No such process",
    "Interrupted function call", "Input/output error", "No such device or address", "Arg list too long",
    "Exec format error", "Bad file descriptor", "No child processes", "Resource temporarily unavailable",
    "Not enough space", "Permission denied", "Bad address", "Unknown error", "Resource device", "File exists",
    "Improper link", "No such device", "Not a directory", "Is a directory", "Invalid argument",
    "Too many open files in system", "Too many open files", "Inappropriate I/O control operation",
    "Unknown error", "File too large", "No space left on device", "Invalid seek", "Read-only file system",
    "Too many links", "Broken pipe", "Domain error", "Result too large", "Unknown error",
    "Resource deadlock avoided", "Unknown error", "Filename too long", "No locks available",
    "Function not implemented", "Directory not empty", "Illegal byte sequence", "Unknown error",
};
CRT_EXPORT int _sys_nerr = error_count;

static const char* text_of(int error) {
    return error >= 0 && error < error_count ? _sys_errlist[error] : _sys_errlist[error_count];
}

/// "prefix: text\n", or the text alone; cut to the room there is.
template<class Char> static void compose(Char* out, size_t room, const Char* prefix, const char* text, bool line) {
    size_t used = 0;
    auto add = [&](Char c) {
        if (used + 1 < room)
            out[used++] = c;
    };
    if (prefix && *prefix) {
        for (; *prefix; ++prefix)
            add(*prefix);
        add(':');
        add(' ');
    }
    for (; *text; ++text)
        add(Char(*text));
    if (line)
        add('\n');
    out[used] = 0;
}

CRT_EXPORT char* strerror(int error) {
    auto& data = this_thread();
    compose<char>(data.strerror_buffer, sizeof data.strerror_buffer, nullptr, text_of(error), false);
    return data.strerror_buffer;
}
CRT_EXPORT char* _strerror(const char* prefix) {
    auto& data = this_thread();
    compose(data.strerror_buffer, sizeof data.strerror_buffer, prefix, text_of(data.error_number), true);
    return data.strerror_buffer;
}
CRT_EXPORT wchar_t* _wcserror(int error) {
    auto& data = this_thread();
    compose<wchar_t>(data.wcserror_buffer, 134, nullptr, text_of(error), false);
    return data.wcserror_buffer;
}
CRT_EXPORT wchar_t* __wcserror(const wchar_t* prefix) {
    auto& data = this_thread();
    compose(data.wcserror_buffer, 134, prefix, text_of(data.error_number), true);
    return data.wcserror_buffer;
}

CRT_EXPORT int strerror_s(char* buffer, size_t room, int error) {
    if (!buffer || !room)
        return invalid_parameter();
    compose<char>(buffer, room, nullptr, text_of(error), false);
    return 0;
}
CRT_EXPORT int _wcserror_s(wchar_t* buffer, size_t room, int error) {
    if (!buffer || !room)
        return invalid_parameter();
    compose<wchar_t>(buffer, room, nullptr, text_of(error), false);
    return 0;
}
CRT_EXPORT int __wcserror_s(wchar_t* buffer, size_t room, const wchar_t* prefix) {
    if (!buffer || !room)
        return invalid_parameter();
    compose(buffer, room, prefix, text_of(*_errno()), true);
    return 0;
}

CRT_EXPORT void perror(const char* prefix) {
    char line[256];
    compose(line, sizeof line, prefix, text_of(*_errno()), true);
    fputs(line, stderr_stream());
}
CRT_EXPORT void _wperror(const wchar_t* prefix) {
    char line[256], narrow[192];
    size_t i = 0;
    for (; prefix && prefix[i] && i < sizeof narrow - 1; ++i)
        narrow[i] = char(prefix[i]);
    narrow[i] = 0;
    compose<char>(line, sizeof line, narrow, text_of(*_errno()), true);
    fputs(line, stderr_stream());
}

CRT_EXPORT int* __sys_nerr() { return &_sys_nerr; }
CRT_EXPORT const char** __sys_errlist() { return _sys_errlist; }
