// SPDX-License-Identifier: MIT
// thread_data.h: what the C library remembers for each thread.
//
// Microsoft's library keeps one block per thread behind a TLS index, made when the thread first needs it
// and freed when the thread leaves (DLL_THREAD_DETACH). errno is there, and the results of the functions
// that return a pointer to "their" buffer. The C++ part (cxx_eh/) keeps its handlers and the exception in
// flight here too.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

/// The C library's broken-down time (struct tm of <time.h>).
struct Tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};

/// One line of the per-thread table that maps an exception code to a signal (signal.cpp).
struct ExceptionAction {
    unsigned long code;
    int signal;
    void* action; ///< SIG_DFL (0), SIG_IGN (1) or a function
};
inline constexpr int exception_action_count = 11;

/// The order is that of Microsoft's runtime: its vcruntime140_1.dll, which a program may have brought beside our
/// vcruntime140.dll, finds the other words by their distance from current_exception (seen with --page-heap).
struct CxxThreadState {
    unsigned long debugger_code;
    void* unexpected_handler;  ///< void (*)(), null for the default
    void* se_translator;       ///< void (*)(unsigned, EXCEPTION_POINTERS*)
    void* purecall_handler;
    void* current_exception;   ///< EXCEPTION_RECORD* of the exception being handled
    void* current_context;     ///< CONTEXT* that belongs to it
    int processing_throw;      ///< what __uncaught_exception answers
    void* specification;
    int rethrown;
    void* contexts[2];
    void* frame_info;          ///< the C++ frame handlers' own list
    void* image_base;
    void* throw_image_base;
    void* foreign_exception;
    int catch_state;
    void* terminate_handler;   ///< void (*)(), null for the default; ours alone
};
static_assert(sizeof(void*) == 4 || offsetof(CxxThreadState, current_exception) == 0x20);
static_assert(sizeof(void*) == 4 || offsetof(CxxThreadState, throw_image_base) == 0x68);

struct ThreadData {
    int error_number;
    unsigned long dos_error;
    unsigned random_state;

    char* strtok_next;
    wchar_t* wcstok_next;
    unsigned char* mbstok_next;

    Tm time_buffer;
    char asctime_buffer[26];
    wchar_t wasctime_buffer[26];
    char cvt_buffer[350];
    char tmpnam_buffer[20];
    wchar_t wtmpnam_buffer[20];
    char strerror_buffer[134];
    wchar_t wcserror_buffer[134];

    ExceptionAction exception_actions[exception_action_count];
    void* exception_pointers; ///< EXCEPTION_POINTERS* while a signal handler of a fault runs
    int fpe_code;
    unsigned long multibyte_state[2]; ///< mbstate_t of whoever passes none (ucrtbase)
    void* invalid_parameter_handler; ///< of this thread, which goes before the process's (ucrtbase)

    CxxThreadState cxx;

    // What _beginthread and _beginthreadex hand to the new thread.
    void* start_function;
    void* start_argument;
    void* thread_handle; ///< _beginthread's handle, closed by _endthread
};

/// This thread's block; made on first use. Ends the process with R6016 if there is no memory for it.
/// Leaves the last error as it was.
ThreadData& this_thread();

bool create_thread_data_index();
void free_thread_data();       ///< this thread's
void release_thread_data_index();

/// The C++ part of it. vcruntime140.dll, which has nothing else to keep, has only this.
CxxThreadState& cxx_state();

/// Gives a block made in advance to the calling thread (threads.cpp).
ThreadData* create_thread_data();
void adopt_thread_data(ThreadData* data);

} // namespace oriel::crt
