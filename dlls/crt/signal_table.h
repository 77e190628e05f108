// SPDX-License-Identifier: MIT
// signal_table.h: signals by number, and the per-thread table of those that come from exceptions.
#pragma once

#include <dlls/crt/thread_data.h>

namespace oriel::crt {

enum SignalNumber : int {
    sig_int = 2, sig_ill = 4, sig_abrt_compat = 6, sig_fpe = 8, sig_segv = 11, sig_term = 15, sig_break = 21,
    sig_abrt = 22,
};

/// Puts every line of the table back to SIG_DFL.
void reset_exception_actions(ThreadData& data);

/// True if a handler of the program took the signal.
bool raise_abort();

} // namespace oriel::crt
