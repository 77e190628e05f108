// SPDX-License-Identifier: MIT
// invalid_parameter.cpp: what happens when a function of the library is called wrongly.
//
// In msvcrt.dll a wrong argument sets errno and comes back as an error; the handler that later libraries
// call (and whose default ends the process) is not exported by it. We keep the hook so that ucrtbase can
// install its own.
#include <dlls/crt/invalid_parameter.h>

namespace oriel::crt {

static InvalidParameterHandler handler;

InvalidParameterHandler exchange_invalid_parameter_handler(InvalidParameterHandler replacement) {
    return __atomic_exchange_n(&handler, replacement, __ATOMIC_ACQ_REL);
}

int invalid_parameter(int error) {
    set_errno(error);
    if (handler)
        handler(nullptr, nullptr, nullptr, 0, 0);
    return error;
}

} // namespace oriel::crt

CRT_EXPORT void _invalid_parameter(const wchar_t* expression, const wchar_t* function, const wchar_t* file,
                                   unsigned line, uintptr_t reserved) {
    if (oriel::crt::handler)
        oriel::crt::handler(expression, function, file, line, reserved);
}
