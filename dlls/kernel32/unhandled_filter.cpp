// SPDX-License-Identifier: MIT
// unhandled_filter.cpp: the last word about an exception.
//
// Every thread begins in ntdll!RtlUserThreadStart, inside a __try whose filter asks the function that
// kernel32 registered here. That function asks the program's own filter first (SetUnhandledExceptionFilter),
// unless a debugger is there to see the exception. With no filter, or one that says "search on", the
// exception goes to its second chance, where the crash is reported and the process ends with the
// exception's code. Source: "SetUnhandledExceptionFilter function" (Microsoft documentation).
#include "unhandled_filter.h"

#include "kernel32.h"

#include <atomic>

namespace oriel::k32 {
namespace {

constinit std::atomic<LPTOP_LEVEL_EXCEPTION_FILTER> top_level_filter{nullptr};

} // namespace

void install_unhandled_filter() {
    RtlSetUnhandledExceptionFilter(reinterpret_cast<NtVectoredHandler>(&UnhandledExceptionFilter));
}

} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT LPTOP_LEVEL_EXCEPTION_FILTER WINAPI SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER filter) {
    return top_level_filter.exchange(filter);
}

K32_EXPORT LONG WINAPI UnhandledExceptionFilter(PEXCEPTION_POINTERS exception) {
    if (peb().BeingDebugged) return EXCEPTION_CONTINUE_SEARCH;
    if (const auto filter = top_level_filter.load()) {
        const LONG answer = filter(exception);
        if (answer != EXCEPTION_CONTINUE_SEARCH) return answer;
    }
    // A program that wants no report ends silently, by its own frame's handler.
    if (GetErrorMode() & SEM_NOGPFAULTERRORBOX) return EXCEPTION_EXECUTE_HANDLER;
    return RtlUnhandledExceptionFilter(reinterpret_cast<NtExceptionPointers*>(exception));
}
