// SPDX-License-Identifier: MIT
// invalid_parameter.h: the handler behind oriel::crt::invalid_parameter.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

using InvalidParameterHandler = void (*)(const wchar_t* expression, const wchar_t* function,
                                         const wchar_t* file, unsigned line, uintptr_t reserved);

InvalidParameterHandler exchange_invalid_parameter_handler(InvalidParameterHandler replacement);

} // namespace oriel::crt
