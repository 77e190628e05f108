// SPDX-License-Identifier: MIT
// abort.cpp: the ways to die with a message.
//
// A console program says it on stderr, another in a message box (which we do not have: it goes to stderr
// too). abort gives SIGABRT's handler a chance and then ends with exit code 3; startup errors end with 255.
// Source: "abort", "assert", "C runtime errors R6002 to R6035".
#include <dlls/crt/signal_table.h>
#include <dlls/crt/stream.h>
#include <dlls/crt/win32.h>

CRT_EXPORT int fflush(oriel::crt::File* stream);
CRT_EXPORT int fprintf(oriel::crt::File* stream, const char* format, ...);

using namespace oriel::crt;

static int error_mode;

static void say(const char* text) {
    DWORD written;
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, DWORD(strlen(text)), &written, nullptr);
}

CRT_EXPORT CRT_NORETURN void abort() {
    if (!raise_abort())
        say("\r\nThis application has requested the Runtime to terminate it in an unusual way.\r\n"
            "Please contact the application's support team for more information.\r\n");
    _exit(3);
}

static const char* startup_message(int number) {
    switch (number) {
    case 2: return "R6002\r\n- floating point support not loaded\r\n";
    case 8: return "R6008\r\n- not enough space for arguments\r\n";
    case 9: return "R6009\r\n- not enough space for environment\r\n";
    case 16: return "R6016\r\n- not enough space for thread data\r\n";
    case 17: return "R6017\r\n- unexpected multithread lock error\r\n";
    case 18: return "R6018\r\n- unexpected heap error\r\n";
    case 24: return "R6024\r\n- not enough space for _onexit/atexit table\r\n";
    case 25: return "R6025\r\n- pure virtual function call\r\n";
    case 26: return "R6026\r\n- not enough space for stdio initialization\r\n";
    case 27: return "R6027\r\n- not enough space for lowio initialization\r\n";
    case 28: return "R6028\r\n- unable to initialize heap\r\n";
    }
    return "\r\n";
}

CRT_EXPORT void _amsg_exit(int number) {
    say("\r\nruntime error ");
    say(startup_message(number));
    _exit(255);
}

CRT_EXPORT int _purecall() {
    _amsg_exit(25);
    return 0;
}

CRT_EXPORT void _assert(const char* expression, const char* file, unsigned line) {
    fprintf(stderr_stream(), "Assertion failed: %s, file %s, line %u\n", expression, file, line);
    fflush(stderr_stream());
    abort();
}
CRT_EXPORT void _wassert(const wchar_t* expression, const wchar_t* file, unsigned line) {
    fprintf(stderr_stream(), "Assertion failed: %ls, file %ls, line %u\n", expression, file, line);
    fflush(stderr_stream());
    abort();
}

/// Where error messages go: 0 by the program's kind, 1 stderr, 2 a box; 3 only asks.
CRT_EXPORT int _set_error_mode(int mode) {
    if (mode < 0 || mode > 3)
        return invalid_parameter(), -1;
    int before = error_mode;
    if (mode != 3)
        error_mode = mode;
    return before;
}
CRT_EXPORT void _seterrormode(int mode) { SetErrorMode(UINT(mode)); }
