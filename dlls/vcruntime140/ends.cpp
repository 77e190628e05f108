// SPDX-License-Identifier: MIT
// ends.cpp: how this runtime ends a program: terminate() is ucrtbase's, where the program has set its handler.
#include <dlls/crt/cxx_eh/ends.h>

#include <dlls/crt/crt.h>
#include <dlls/crt/invalid_parameter.h>
#include <dlls/crt/win32.h>

CRT_EXPORT CRT_NORETURN void terminate();
UCRT_EXPORT void _invalid_parameter_noinfo();

namespace oriel::crt {

namespace cxx {
void terminate() { ::terminate(); }
} // namespace cxx

/// For the text functions that this DLL shares with ucrtbase; the handler is there.
int invalid_parameter(int error) {
    set_errno(error);
    _invalid_parameter_noinfo();
    return error;
}

} // namespace oriel::crt

UCRT_EXPORT void __std_terminate() { oriel::crt::cxx::terminate(); }

namespace {
using PurecallHandler = void (*)();
PurecallHandler purecall_handler;
} // namespace

UCRT_EXPORT PurecallHandler _set_purecall_handler(PurecallHandler handler) {
    return __atomic_exchange_n(&purecall_handler, handler, __ATOMIC_ACQ_REL);
}
UCRT_EXPORT PurecallHandler _get_purecall_handler() { return __atomic_load_n(&purecall_handler, __ATOMIC_ACQUIRE); }

/// A pure virtual function was called ("_purecall").
CRT_EXPORT int _purecall() {
    if (PurecallHandler handler = _get_purecall_handler())
        handler();
    abort();
}

/// A stack cookie has been overwritten: FAST_FAIL_STACK_COOKIE_CHECK_FAILURE.
UCRT_EXPORT CRT_NORETURN void __report_gsfailure(uintptr_t) {
    asm volatile("int $0x29" : : "c"(2));
    __builtin_unreachable();
}

// What start-up code of the static part asks the system through this DLL.
UCRT_EXPORT DWORD __vcrt_GetModuleFileNameW(HMODULE module, wchar_t* name, DWORD room) { return GetModuleFileNameW(module, name, room); }
UCRT_EXPORT HMODULE __vcrt_GetModuleHandleW(const wchar_t* name) { return GetModuleHandleW(name); }
UCRT_EXPORT HMODULE __vcrt_LoadLibraryExW(const wchar_t* name, HANDLE file, DWORD flags) { return LoadLibraryExW(name, file, flags); }
UCRT_EXPORT BOOL __vcrt_InitializeCriticalSectionEx(CRITICAL_SECTION* section, DWORD spins, DWORD flags) {
    return InitializeCriticalSectionEx(section, spins, flags);
}

/// Events for whoever traces a program's main; nobody does.
UCRT_EXPORT void __telemetry_main_invoke_trigger(HINSTANCE) {}
UCRT_EXPORT void __telemetry_main_return_trigger(HINSTANCE) {}
