// SPDX-License-Identifier: MIT
// invalid_parameter.h: the handlers behind oriel::crt::invalid_parameter, and the end without any handler.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

using InvalidParameterHandler = void (*)(const wchar_t* expression, const wchar_t* function,
                                         const wchar_t* file, unsigned line, uintptr_t reserved);

void report_invalid_parameter(const wchar_t* expression, const wchar_t* function, const wchar_t* file, unsigned line,
                              uintptr_t reserved);

/// FAST_FAIL_* of <winnt.h>, as far as the library ends processes with them.
enum class FastFail : int { invalid_argument = 5, fatal_application_exit = 7 };

/// Ends the process at once; the exit status is STATUS_STACK_BUFFER_OVERRUN ("__fastfail").
CRT_NORETURN void fast_fail(FastFail reason);

} // namespace oriel::crt
