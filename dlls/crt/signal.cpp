// SPDX-License-Identifier: MIT
// signal.cpp: signal, raise, and _XcptFilter, which turns exceptions into signals.
//
// Two kinds. SIGINT, SIGBREAK, SIGABRT and SIGTERM have one handler for the process; SIGINT and SIGBREAK
// come from the console's control handler, in a thread of its own. SIGFPE, SIGILL and SIGSEGV have a
// handler per thread, and come from structured exceptions: startup code wraps main in
// __try/__except(_XcptFilter(code, pointers)), which finds the handler, resets it and calls it.
// Source: "signal", "raise", "_XcptFilter" in Microsoft's C runtime reference.
#include <dlls/crt/signal_table.h>

#include <dlls/crt/locks.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

using Handler = void (*)(int);
using FpeHandler = void (*)(int, int);

static constexpr uintptr_t sig_dfl = 0, sig_ign = 1, sig_get = 2, sig_sge = 3, sig_ack = 4;
static void* const sig_err = reinterpret_cast<void*>(~uintptr_t(0));

static void* int_action;
static void* break_action;
static void* abort_action;
static void* term_action;
static bool console_handler_installed;

static bool is_function(void* action) { return reinterpret_cast<uintptr_t>(action) > sig_ack; }

/// The slot of a signal with one handler for the whole process, or null.
static void** process_action(int number) {
    switch (number) {
    case sig_int: return &int_action;
    case sig_break: return &break_action;
    case sig_abrt:
    case sig_abrt_compat: return &abort_action;
    case sig_term: return &term_action;
    }
    return nullptr;
}

// _fpecode's values: <float.h>, _FPE_INVALID 0x81 and up.
static constexpr struct { unsigned long code; int signal; int fpe; } exception_signals[exception_action_count] = {
    {0xC0000005, sig_segv, 0}, {0xC000001D, sig_ill, 0},  {0xC0000096, sig_ill, 0},  {0xC000008D, sig_fpe, 0x82},
    {0xC000008E, sig_fpe, 0x83}, {0xC000008F, sig_fpe, 0x86}, {0xC0000090, sig_fpe, 0x81},
    {0xC0000091, sig_fpe, 0x84}, {0xC0000092, sig_fpe, 0x8a}, {0xC0000093, sig_fpe, 0x85},
    {0xC00002B4, sig_fpe, 0x8d},
};

void reset_exception_actions(ThreadData& data) {
    for (int i = 0; i < exception_action_count; ++i)
        data.exception_actions[i] = {exception_signals[i].code, exception_signals[i].signal, nullptr};
}

static BOOL WINAPI on_console_event(DWORD event) {
    int number = event == CTRL_C_EVENT ? sig_int : sig_break;
    void** slot = process_action(number);
    void* action = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
    if (reinterpret_cast<uintptr_t>(action) == sig_dfl)
        return FALSE;
    if (is_function(action)) {
        *slot = nullptr; // a handler serves once
        reinterpret_cast<Handler>(action)(number);
    }
    return TRUE;
}

/// Runs the process-wide action of a signal; true if there was a function.
static bool deliver(int number) {
    void** slot = process_action(number);
    void* action = __atomic_exchange_n(slot, nullptr, __ATOMIC_ACQ_REL);
    if (reinterpret_cast<uintptr_t>(action) == sig_ign)
        *slot = action;
    if (!is_function(action))
        return reinterpret_cast<uintptr_t>(action) == sig_ign;
    reinterpret_cast<Handler>(action)(number);
    return true;
}

bool raise_abort() { return is_function(abort_action) && deliver(sig_abrt); }

/// Sets every line of this thread's table that belongs to the signal; answers the action before.
static void* exchange_thread_action(ThreadData& data, int number, void* action, bool only_read) {
    void* before = sig_err;
    for (auto& line : data.exception_actions) {
        if (line.signal != number)
            continue;
        if (before == sig_err)
            before = line.action;
        if (!only_read)
            line.action = action;
    }
    return before;
}

static void call_fault_handler(ThreadData& data, int number, void* action, int fpe, void* pointers) {
    void* pointers_before = data.exception_pointers;
    int fpe_before = data.fpe_code;
    data.exception_pointers = pointers;
    data.fpe_code = fpe;
    if (number == sig_fpe) {
        exchange_thread_action(data, sig_fpe, nullptr, false);
        reinterpret_cast<FpeHandler>(action)(number, fpe);
    } else {
        reinterpret_cast<Handler>(action)(number);
    }
    data.exception_pointers = pointers_before;
    data.fpe_code = fpe_before;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT void* signal(int number, void* action) {
    auto value = reinterpret_cast<uintptr_t>(action);
    if (value == sig_ack || value == sig_sge) {
        set_errno(e_inval);
        return sig_err;
    }
    if (void** slot = process_action(number)) {
        LockScope lock(lock_signal);
        if ((number == sig_int || number == sig_break) && !console_handler_installed && value != sig_get) {
            if (!SetConsoleCtrlHandler(on_console_event, TRUE)) {
                fail_with_last_error();
                return sig_err;
            }
            console_handler_installed = true;
        }
        void* before = *slot;
        if (value != sig_get)
            *slot = action;
        return before;
    }
    void* before = exchange_thread_action(this_thread(), number, action, value == sig_get);
    if (before == sig_err)
        set_errno(e_inval);
    return before;
}

/// The default of every signal ends the process with exit code 3 ("raise").
CRT_EXPORT int raise(int number) {
    if (process_action(number)) {
        if (!deliver(number))
            _exit(3);
        return 0;
    }
    auto& data = this_thread();
    for (auto& line : data.exception_actions) {
        if (line.signal != number)
            continue;
        void* action = line.action;
        if (reinterpret_cast<uintptr_t>(action) == sig_dfl)
            _exit(3);
        if (is_function(action)) {
            exchange_thread_action(data, number, nullptr, false);
            call_fault_handler(data, number, action, number == sig_fpe ? 0x8c : 0, nullptr);
        }
        return 0;
    }
    invalid_parameter();
    return -1;
}

/// EXCEPTION_CONTINUE_EXECUTION if a handler or SIG_IGN took it, else what UnhandledExceptionFilter says.
CRT_EXPORT int _XcptFilter(unsigned long code, EXCEPTION_POINTERS* pointers) {
    auto& data = this_thread();
    for (int i = 0; i < exception_action_count; ++i) {
        auto& line = data.exception_actions[i];
        if (line.code != code)
            continue;
        void* action = line.action;
        if (reinterpret_cast<uintptr_t>(action) == sig_ign)
            return EXCEPTION_CONTINUE_EXECUTION;
        if (!is_function(action))
            break;
        line.action = nullptr;
        call_fault_handler(data, line.signal, action, exception_signals[i].fpe, pointers);
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    if constexpr (is_ucrt)
        return EXCEPTION_CONTINUE_SEARCH; // the system asks the unhandled filter in its turn
    return UnhandledExceptionFilter(pointers);
}

CRT_EXPORT int __CppXcptFilter(unsigned long code, EXCEPTION_POINTERS* pointers) {
    return code == 0xE06D7363 ? _XcptFilter(code, pointers) : EXCEPTION_CONTINUE_SEARCH;
}

CRT_EXPORT void** __pxcptinfoptrs() { return &this_thread().exception_pointers; }
CRT_EXPORT int* __fpecode() { return &this_thread().fpe_code; }
