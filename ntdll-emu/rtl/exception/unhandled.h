// SPDX-License-Identifier: MIT
// unhandled.h: what RtlUserThreadStart's handler asks when no frame wants an exception (guest only).
#pragma once

#include <ntdll-emu/rtl/exception/own_process.h>

namespace oriel::rtl {

/// The filter that RtlSetUnhandledExceptionFilter has set; ntdll's own says "search on".
std::int32_t ask_unhandled_filter(Record& record, Context& context);

inline bool is_unwinding(const Record& record) {
    return (record.ExceptionFlags & nt::exception_flag::unwind_mask) != 0;
}

} // namespace oriel::rtl
