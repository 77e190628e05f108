// SPDX-License-Identifier: MIT
// startup.cpp: the pieces that an .exe's start-up code asks for before it calls main.
//
// Where msvcrt's __getmainargs does all at once, ucrtbase has a function a step: the program says of what kind it is,
// how argv is to be made, that it wants an environment, and then takes each (__p___argc, ...).
// Source: "_configure_narrow_argv" and its neighbours in Microsoft's <corecrt_startup.h>; "_set_app_type".
#include <dlls/crt/startup.h>

#include <dlls/crt/argv.h>
#include <dlls/crt/environment.h>
#include <dlls/crt/thread_data.h>
#include <dlls/crt/win32.h>

CRT_EXPORT char* _acmdln;
CRT_EXPORT wchar_t* _wcmdln;
CRT_EXPORT int __argc;
CRT_EXPORT char** __argv;
CRT_EXPORT wchar_t** __wargv;
CRT_EXPORT char** _environ;
CRT_EXPORT wchar_t** _wenviron;
CRT_EXPORT int __get_app_type();
CRT_EXPORT int _XcptFilter(unsigned long code, EXCEPTION_POINTERS* pointers);

namespace oriel::crt {

namespace {

/// _crt_argv_mode of <vcruntime_startup.h>.
enum class ArgvMode : int { none, unexpanded, expanded };

template<class Char> int configure(ArgvMode mode, const Char* line, Char**& argv) {
    if (mode == ArgvMode::none)
        return 0;
    if (mode != ArgvMode::unexpanded && mode != ArgvMode::expanded)
        return invalid_parameter();
    argv = make_argv<Char>(line, mode == ArgvMode::expanded, __argc);
    return argv ? 0 : e_nomem;
}

/// What WinMain gets: the command line behind the program's name and the blanks after it.
template<class Char> Char* behind_program(Char* line) {
    bool quoted = false;
    for (; *line && (quoted || *line > ' '); ++line)
        quoted ^= *line == '"';
    while (*line && *line <= ' ')
        ++line;
    return line;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

UCRT_EXPORT int _configure_narrow_argv(ArgvMode mode) { return configure(mode, _acmdln, __argv); }
UCRT_EXPORT int _configure_wide_argv(ArgvMode mode) { return configure(mode, _wcmdln, __wargv); }
UCRT_EXPORT int _initialize_narrow_environment() { return _environ ? 0 : -1; }
UCRT_EXPORT int _initialize_wide_environment() { return initial_wide_environment() ? 0 : -1; }
UCRT_EXPORT char** _get_initial_narrow_environment() { return initial_environment(); }
UCRT_EXPORT wchar_t** _get_initial_wide_environment() { return initial_wide_environment(); }
UCRT_EXPORT char* _get_narrow_winmain_command_line() { return behind_program(_acmdln); }
UCRT_EXPORT wchar_t* _get_wide_winmain_command_line() { return behind_program(_wcmdln); }

UCRT_EXPORT int _query_app_type() { return __get_app_type(); }

UCRT_EXPORT int _seh_filter_exe(unsigned long code, EXCEPTION_POINTERS* pointers) { return _XcptFilter(code, pointers); }
/// A DLL's start-up code lets everything but C++ exceptions pass.
UCRT_EXPORT int _seh_filter_dll(unsigned long code, EXCEPTION_POINTERS* pointers) {
    constexpr unsigned long cxx_exception = 0xE06D7363;
    return code == cxx_exception ? _XcptFilter(code, pointers) : EXCEPTION_CONTINUE_SEARCH;
}
