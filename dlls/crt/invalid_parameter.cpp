// SPDX-License-Identifier: MIT
// invalid_parameter.cpp: what happens when a function of the library is called wrongly.
//
// In msvcrt.dll a wrong argument sets errno and comes back as an error; there is no handler. ucrtbase.dll asks the
// thread's handler, or else the process's, and where there is none it ends the process; a handler that comes back
// makes it msvcrt's case. Source: "Parameter validation", "_set_invalid_parameter_handler",
// "_invalid_parameter functions".
#include <dlls/crt/invalid_parameter.h>

#include <dlls/crt/thread_data.h>

namespace oriel::crt {

static InvalidParameterHandler process_handler;

void fast_fail(FastFail reason) {
    asm volatile("int $0x29" : : "c"(int(reason)));
    __builtin_unreachable();
}

int invalid_parameter(int error) {
    set_errno(error);
    if constexpr (is_ucrt)
        report_invalid_parameter(nullptr, nullptr, nullptr, 0, 0);
    return error;
}

void report_invalid_parameter(const wchar_t* expression, const wchar_t* function, const wchar_t* file, unsigned line,
                              uintptr_t reserved) {
    if (auto own = reinterpret_cast<InvalidParameterHandler>(this_thread().invalid_parameter_handler))
        return own(expression, function, file, line, reserved);
    if (auto handler = __atomic_load_n(&process_handler, __ATOMIC_ACQUIRE))
        return handler(expression, function, file, line, reserved);
    if constexpr (is_ucrt)
        fast_fail(FastFail::invalid_argument);
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT void _invalid_parameter(const wchar_t* expression, const wchar_t* function, const wchar_t* file,
                                   unsigned line, uintptr_t reserved) {
    report_invalid_parameter(expression, function, file, line, reserved);
}

UCRT_EXPORT void _invalid_parameter_noinfo() { report_invalid_parameter(nullptr, nullptr, nullptr, 0, 0); }
UCRT_EXPORT CRT_NORETURN void _invoke_watson(const wchar_t*, const wchar_t*, const wchar_t*, unsigned, uintptr_t) {
    fast_fail(FastFail::invalid_argument);
}
UCRT_EXPORT CRT_NORETURN void _invalid_parameter_noinfo_noreturn() {
    _invalid_parameter_noinfo();
    fast_fail(FastFail::invalid_argument);
}

UCRT_EXPORT InvalidParameterHandler _set_invalid_parameter_handler(InvalidParameterHandler handler) {
    return __atomic_exchange_n(&process_handler, handler, __ATOMIC_ACQ_REL);
}
UCRT_EXPORT InvalidParameterHandler _get_invalid_parameter_handler() {
    return __atomic_load_n(&process_handler, __ATOMIC_ACQUIRE);
}
UCRT_EXPORT InvalidParameterHandler _set_thread_local_invalid_parameter_handler(InvalidParameterHandler handler) {
    void*& kept = this_thread().invalid_parameter_handler;
    auto before = reinterpret_cast<InvalidParameterHandler>(kept);
    kept = reinterpret_cast<void*>(handler);
    return before;
}
UCRT_EXPORT InvalidParameterHandler _get_thread_local_invalid_parameter_handler() {
    return reinterpret_cast<InvalidParameterHandler>(this_thread().invalid_parameter_handler);
}
