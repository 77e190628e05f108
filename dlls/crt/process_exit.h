// SPDX-License-Identifier: MIT
// process_exit.h: the ways out, as exit, _exit, _cexit and the DLL's own detach use them.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

struct ExitKind {
    bool run_functions = false; ///< what atexit registered
    bool flush = false;         ///< all streams
    bool come_back = false;     ///< do not end the process
};

/// The table of a program or a DLL that keeps its own (_onexit_table_t of <process.h>).
struct ExitTable {
    void **first, **last, **end;
};

void leave(int code, ExitKind kind);
bool has_exited();

} // namespace oriel::crt
