// SPDX-License-Identifier: MIT
// process_exit.cpp: the ways out of a program, and the functions that run on the way.
//
// exit runs the functions of _onexit/atexit, last in first out, then flushes and closes the streams, then
// ends the process; _exit skips the functions; _cexit and _c_exit do the same but come back. A DLL that is
// linked to msvcrt keeps its own table and registers through __dllonexit; only the program's table is ours.
// The callers of __dllonexit pass the table that they own.
// Source: "exit, _Exit, _exit", "_cexit, _c_exit", "_onexit".
#include <dlls/crt/process_exit.h>

#include <dlls/crt/locks.h>
#include <dlls/crt/win32.h>

CRT_EXPORT int _flushall();
CRT_EXPORT int _fcloseall();

namespace oriel::crt {

using Function = int (*)();

static Function* table_begin;
static Function* table_end;
static size_t table_capacity;
static bool c_exit_done;

/// Of the main thread's thread_local objects, which end before the exit functions run.
using ThreadLocalExit = void(__stdcall*)(void*, unsigned long, void*);
static ThreadLocalExit thread_local_exit;

/// Runs the table from its end, looking again after each call: a function may register others.
static void run_exit_functions() {
    while (table_end != table_begin) {
        Function function = *--table_end;
        if (function)
            function();
    }
}

void leave(int code, ExitKind kind) {
    {
        LockScope lock(lock_exit);
        if (!c_exit_done) {
            if (kind.run_functions) {
                if (ThreadLocalExit callback = __atomic_exchange_n(&thread_local_exit, nullptr, __ATOMIC_ACQ_REL))
                    callback(nullptr, DLL_PROCESS_DETACH, nullptr);
                run_exit_functions();
            }
            if (kind.flush)
                _flushall();
            if (!kind.come_back)
                c_exit_done = true;
        }
    }
    if (!kind.come_back)
        ExitProcess(unsigned(code));
}

bool has_exited() { return c_exit_done; }

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT Function _onexit(Function function) {
    LockScope lock(lock_exit);
    size_t count = size_t(table_end - table_begin);
    if (count == table_capacity) {
        size_t grown = table_capacity ? table_capacity * 2 : 32;
        auto* table = static_cast<Function*>(realloc(table_begin, grown * sizeof(Function)));
        if (!table)
            return nullptr;
        table_begin = table;
        table_end = table + count;
        table_capacity = grown;
    }
    *table_end++ = function;
    return function;
}

CRT_EXPORT int atexit(void (*function)()) { return _onexit(reinterpret_cast<Function>(function)) ? 0 : -1; }

/// Appends to a table that the caller owns, made with malloc, moving both of its ends.
CRT_EXPORT Function __dllonexit(Function function, Function** begin, Function** end) {
    LockScope lock(lock_exit);
    if (!begin || !end || !*begin || !*end)
        return nullptr;
    size_t count = size_t(*end - *begin);
    auto* table = static_cast<Function*>(realloc(*begin, (count + 1) * sizeof(Function)));
    if (!table)
        return nullptr;
    table[count] = function;
    *begin = table;
    *end = table + count + 1;
    return function;
}

CRT_EXPORT void _initterm(void (**begin)(), void (**end)()) {
    for (; begin < end; ++begin)
        if (*begin)
            (*begin)();
}

CRT_EXPORT int _initterm_e(int (**begin)(), int (**end)()) {
    for (; begin < end; ++begin)
        if (*begin)
            if (int error = (*begin)())
                return error;
    return 0;
}

CRT_EXPORT CRT_NORETURN void exit(int code) {
    leave(code, {.run_functions = true, .flush = true});
    __builtin_unreachable();
}
CRT_EXPORT CRT_NORETURN void _exit(int code) {
    leave(code, {});
    __builtin_unreachable();
}
CRT_EXPORT void _cexit() { leave(0, {.run_functions = true, .flush = true, .come_back = true}); }
CRT_EXPORT void _c_exit() { leave(0, {.come_back = true}); }

/// Once: a second callback would be a second start-up code ("_register_thread_local_exe_atexit_callback").
UCRT_EXPORT void _register_thread_local_exe_atexit_callback(ThreadLocalExit callback) {
    ThreadLocalExit none = nullptr;
    if (!__atomic_compare_exchange_n(&thread_local_exit, &none, callback, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        abort();
}
