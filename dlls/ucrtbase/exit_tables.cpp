// SPDX-License-Identifier: MIT
// exit_tables.cpp: exit functions, as programs of the new kind register them.
//
// An .exe registers with the library (_crt_atexit); a DLL keeps a table of its own, which its start-up code makes,
// fills and runs through three functions here. quick_exit has a list of its own.
// Source: "_initialize_onexit_table, _register_onexit_function, _execute_onexit_table, _crt_atexit,
// _crt_at_quick_exit".
#include <dlls/crt/process_exit.h>

#include <dlls/crt/locks.h>
#include <dlls/crt/win32.h>

CRT_EXPORT int (*_onexit(int (*function)()))();

namespace oriel::crt {

namespace {

using Function = int (*)();

ExitTable quick_functions;

/// Adds to a table whose memory is malloc's; 0, or -1 without memory.
int add(ExitTable& table, void* function) {
    LockScope lock(lock_exit);
    if (table.last == table.end) {
        size_t count = size_t(table.last - table.first), room = count ? count * 2 : 32;
        auto** grown = static_cast<void**>(realloc(table.first, room * sizeof(void*)));
        if (!grown)
            return -1;
        table = {grown, grown + count, grown + room};
    }
    *table.last++ = function;
    return 0;
}

/// Runs a table from its end, looking again after each call: a function may register others.
void run(ExitTable& table) {
    LockScope lock(lock_exit);
    while (table.last != table.first)
        if (auto function = reinterpret_cast<Function>(*--table.last))
            function();
    free(table.first);
    table = {};
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

UCRT_EXPORT int _initialize_onexit_table(ExitTable* table) {
    if (!table)
        return -1;
    if (table->first == table->end)
        *table = {};
    return 0;
}
UCRT_EXPORT int _register_onexit_function(ExitTable* table, Function function) {
    return table ? add(*table, reinterpret_cast<void*>(function)) : -1;
}
UCRT_EXPORT int _execute_onexit_table(ExitTable* table) {
    if (!table)
        return -1;
    run(*table);
    return 0;
}

UCRT_EXPORT int _crt_atexit(void (*function)()) { return _onexit(reinterpret_cast<Function>(function)) ? 0 : -1; }
UCRT_EXPORT int _crt_at_quick_exit(void (*function)()) { return add(quick_functions, reinterpret_cast<void*>(function)); }

UCRT_EXPORT CRT_NORETURN void quick_exit(int code) {
    run(quick_functions);
    _exit(code);
}
UCRT_EXPORT CRT_NORETURN void _Exit(int code) { _exit(code); }
