// SPDX-License-Identifier: MIT
// consoleapi_control.cpp: Ctrl+C and Ctrl+Break.
//
// A control event runs in a thread of its own, which the system starts in the process: it calls the handlers,
// last registered first, until one answers TRUE; if none does, the default handler ends the process with
// STATUS_CONTROL_C_EXIT. Ours begins at OrielConsoleControlThread, whose argument is the event; the host finds it
// by name. Sources: "SetConsoleCtrlHandler function", "HandlerRoutine callback function" (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr DWORD control_c_exit = 0xC000013A; // STATUS_CONTROL_C_EXIT
constexpr std::size_t most_handlers = 64;

NtSrwLock handlers_lock{};
PHANDLER_ROUTINE handlers[most_handlers];
std::size_t handler_count = 0;

/// Whether Ctrl+C is ignored: an attribute that child processes inherit (ConsoleFlags, bit 0).
bool ignores_control_c() { return (process_parameters().ConsoleFlags & 1) != 0; }

class HandlersLock {
public:
    HandlersLock() { RtlAcquireSRWLockExclusive(&handlers_lock); }
    ~HandlersLock() { RtlReleaseSRWLockExclusive(&handlers_lock); }
};

BOOL add_handler(PHANDLER_ROUTINE handler) {
    const HandlersLock lock;
    if (handler_count == most_handlers) return fail(ERROR_NOT_ENOUGH_MEMORY);
    handlers[handler_count++] = handler;
    return TRUE;
}
BOOL remove_handler(PHANDLER_ROUTINE handler) {
    const HandlersLock lock;
    for (std::size_t i = handler_count; i-- > 0;) {
        if (handlers[i] != handler) continue;
        std::copy(handlers + i + 1, handlers + handler_count, handlers + i);
        --handler_count;
        return TRUE;
    }
    return fail(ERROR_INVALID_PARAMETER);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE handler, BOOL add) {
    if (handler) return add ? add_handler(handler) : remove_handler(handler);
    std::uint32_t& flags = process_parameters().ConsoleFlags;
    flags = add ? flags | 1 : flags & ~1u;
    return TRUE;
}

K32_EXPORT DWORD WINAPI OrielConsoleControlThread(LPVOID argument) {
    const auto event = static_cast<DWORD>(reinterpret_cast<std::uintptr_t>(argument));
    if (event == CTRL_C_EVENT && ignores_control_c()) return 0;
    // The handlers are called without the lock: they may register others, and they may never return.
    PHANDLER_ROUTINE copies[most_handlers];
    std::size_t count;
    {
        const HandlersLock lock;
        count = handler_count;
        std::copy_n(handlers, count, copies);
    }
    while (count > 0)
        if (copies[--count](event)) return 1;
    ExitProcess(control_c_exit);
}

/// Group 0 is "all processes of this console": as far as this one goes, itself.
K32_EXPORT BOOL WINAPI GenerateConsoleCtrlEvent(DWORD event, DWORD group) {
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) return fail(ERROR_INVALID_PARAMETER);
    if (group != 0 && group != GetCurrentProcessId()) return fail(ERROR_INVALID_PARAMETER);
    HANDLE const thread = CreateThread(nullptr, 0, OrielConsoleControlThread,
                                       reinterpret_cast<void*>(static_cast<std::uintptr_t>(event)), 0, nullptr);
    if (!thread) return FALSE;
    NtClose(thread);
    return TRUE;
}
