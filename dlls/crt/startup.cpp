// SPDX-License-Identifier: MIT
// startup.cpp: from the loader to main.
//
// The library is set up when its DLL is attached, before any of the program's code runs. The program's own
// startup code (mainCRTStartup) then asks for the pieces: __set_app_type, __getmainargs, _initterm over
// the constructors, main, exit. Old programs read the variables (_acmdln, __argc, _environ ...) directly,
// which is why those are exported as data, and again as __p__* functions.
#include <dlls/crt/startup.h>

#include <dlls/crt/argv.h>
#include <dlls/crt/environment.h>
#include <dlls/crt/heap.h>
#include <dlls/crt/locale_data.h>
#include <dlls/crt/locks.h>
#include <dlls/crt/low_io.h>
#include <dlls/crt/process_exit.h>
#include <dlls/crt/stream.h>
#include <dlls/crt/thread_data.h>
#include <dlls/crt/time_data.h>
#include <dlls/crt/win32.h>

CRT_EXPORT char* _acmdln = nullptr;
CRT_EXPORT wchar_t* _wcmdln = nullptr;
CRT_EXPORT int __argc = 0;
CRT_EXPORT char** __argv = nullptr;
CRT_EXPORT wchar_t** __wargv = nullptr;
CRT_EXPORT char* _pgmptr = nullptr;
CRT_EXPORT wchar_t* _wpgmptr = nullptr;

namespace oriel::crt {

static AppType type = AppType::unknown;
static char program_path[MAX_PATH + 1];
static wchar_t wide_program_path[MAX_PATH + 1];

AppType app_type() { return type; }

void read_command_lines() {
    _acmdln = GetCommandLineA();
    _wcmdln = GetCommandLineW();
    GetModuleFileNameA(nullptr, program_path, MAX_PATH);
    GetModuleFileNameW(nullptr, wide_program_path, MAX_PATH);
    _pgmptr = program_path;
    _wpgmptr = wide_program_path;
}

bool attach_process() {
    open_heap();
    start_clock();
    if (!create_thread_data_index())
        return false;
    create_locks();
    open_locale();
    read_system_version();
    read_command_lines();
    return open_environment() && open_descriptors() && open_streams();
}

void detach_process(bool process_ends) {
    if (!has_exited())
        leave(0, {.run_functions = true, .flush = true, .come_back = true});
    if (process_ends)
        return; // the other threads were stopped where they were: touch nothing they may hold
    free_thread_data();
    release_thread_data_index();
    delete_locks();
}

void detach_thread() { free_thread_data(); }

/// What __getmainargs is told beside the wildcards (_startupinfo of <internal.h>).
struct StartupInfo {
    int newmode;
};

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT void __set_app_type(int value) { type = AppType(value); }
CRT_EXPORT int __get_app_type() { return int(type); }

/// 0, or -1 without memory.
CRT_EXPORT int __getmainargs(int* argc, char*** argv, char*** environment, int wildcards, StartupInfo* info) {
    if (info)
        exchange_new_mode(info->newmode);
    __argv = make_argv<char>(_acmdln, wildcards != 0, __argc);
    if (!__argv)
        return -1;
    *argc = __argc;
    *argv = __argv;
    *environment = initial_environment();
    return 0;
}

CRT_EXPORT int __wgetmainargs(int* argc, wchar_t*** argv, wchar_t*** environment, int wildcards,
                              StartupInfo* info) {
    if (info)
        exchange_new_mode(info->newmode);
    __wargv = make_argv<wchar_t>(_wcmdln, wildcards != 0, __argc);
    wchar_t** strings = initial_wide_environment();
    if (!__wargv || !strings)
        return -1;
    *argc = __argc;
    *argv = __wargv;
    *environment = strings;
    return 0;
}

CRT_EXPORT char** __p__acmdln() { return &_acmdln; }
CRT_EXPORT wchar_t** __p__wcmdln() { return &_wcmdln; }
CRT_EXPORT int* __p___argc() { return &__argc; }
CRT_EXPORT char*** __p___argv() { return &__argv; }
CRT_EXPORT wchar_t*** __p___wargv() { return &__wargv; }
CRT_EXPORT char** __p__pgmptr() { return &_pgmptr; }
CRT_EXPORT wchar_t** __p__wpgmptr() { return &_wpgmptr; }

CRT_EXPORT int _get_pgmptr(char** value) {
    if (!value)
        return invalid_parameter();
    *value = _pgmptr;
    return 0;
}

CRT_EXPORT int _get_wpgmptr(wchar_t** value) {
    if (!value)
        return invalid_parameter();
    *value = _wpgmptr;
    return 0;
}
