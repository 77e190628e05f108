// SPDX-License-Identifier: MIT
// raise.cpp: exceptions that software raises.
//
// RtlRaiseException (raise_x64.S, raise_i386.S) captures its caller's registers, so that the exception
// seems to happen at the call, and dispatches without entering the host. Only if nobody wants the exception
// does the host hear of it: NtRaiseException with the second chance.
// ("RaiseException function", Microsoft documentation.)
#include <ntdll-emu/rtl/exception/dispatch.h>

namespace oriel::rtl {

void raise_because_of(Status status, Record& cause) {
    Record record{};
    record.ExceptionCode = status;
    record.ExceptionFlags = nt::exception_flag::noncontinuable;
    record.ExceptionRecord = &cause;
    RtlRaiseException(&record);
    __builtin_trap(); // noncontinuable
}

} // namespace oriel::rtl

using namespace oriel::rtl;

NT_EXPORT void NT_API RtlRaiseStatus(nt::Status Status) {
    NtExceptionRecord record{};
    record.ExceptionCode = Status;
    record.ExceptionFlags = nt::exception_flag::noncontinuable;
    RtlRaiseException(&record);
    __builtin_trap(); // noncontinuable
}

/// The tail of RtlRaiseException. `context` is the caller of RtlRaiseException as it will be after the call.
extern "C" [[noreturn]] void oriel_raise_captured(NtExceptionRecord* record, NtContext* context) {
    Status status;
    if (oriel_dispatch_exception(record, context)) status = NtContinue(context, 0);
    else status = NtRaiseException(record, context, 0);
    RtlRaiseStatus(status); // neither comes back unless its arguments were bad
}

/// KiRaiseUserExceptionDispatcher's body: a service that found a handle bad, in a process that asked to hear
/// of it as an exception, leaves the status in the TEB and returns here instead of to its caller.
extern "C" nt::Status oriel_raise_user_exception() {
    NtExceptionRecord record{};
    record.ExceptionCode = static_cast<nt::Status>(nt::current_teb()->ExceptionCode);
    RtlRaiseException(&record);
    return record.ExceptionCode;
}
