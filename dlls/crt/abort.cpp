// SPDX-License-Identifier: MIT
// abort.cpp: the ways to die with a message.
//
// A console program says it on stderr, another in a message box (which we do not have: it goes to stderr
// too). abort gives SIGABRT's handler a chance and then ends with exit code 3, in ucrtbase with a fast fail, unless
// _set_abort_behavior has taken that away; startup errors end with 255.
// Source: "abort", "_set_abort_behavior", "assert", "C runtime errors R6002 to R6035".
#include <dlls/crt/invalid_parameter.h>
#include <dlls/crt/signal_table.h>
#include <dlls/crt/stream.h>
#include <dlls/crt/win32.h>

CRT_EXPORT int fflush(oriel::crt::File* stream);
CRT_EXPORT int fprintf(oriel::crt::File* stream, const char* format, ...);

using namespace oriel::crt;

static int error_mode;

/// _WRITE_ABORT_MSG and _CALL_REPORTFAULT.
constexpr unsigned abort_says = 1, abort_reports = 4;
static unsigned abort_behavior = is_ucrt ? abort_reports : abort_says;

static void say(const char* text) {
    DWORD written;
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, DWORD(strlen(text)), &written, nullptr);
}

CRT_EXPORT CRT_NORETURN void abort() {
    if (!raise_abort() && abort_behavior & abort_says)
        say("\r\nThis application has requested the Runtime to terminate it in an unusual way.\r\n"
            "Please contact the application's support team for more information.\r\n");
    if (is_ucrt && abort_behavior & abort_reports)
        fast_fail(FastFail::fatal_application_exit);
    _exit(3);
}

UCRT_EXPORT unsigned _set_abort_behavior(unsigned flags, unsigned mask) {
    unsigned before = abort_behavior;
    abort_behavior = (before & ~mask) | (flags & mask);
    return before;
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

using PurecallHandler = void (*)();
static PurecallHandler purecall_handler;

UCRT_EXPORT PurecallHandler _set_purecall_handler(PurecallHandler handler) {
    return __atomic_exchange_n(&purecall_handler, handler, __ATOMIC_ACQ_REL);
}
UCRT_EXPORT PurecallHandler _get_purecall_handler() { return __atomic_load_n(&purecall_handler, __ATOMIC_ACQUIRE); }

CRT_EXPORT int _purecall() {
    if (PurecallHandler handler = _get_purecall_handler())
        handler();
    if constexpr (is_ucrt)
        abort();
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
