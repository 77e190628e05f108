// SPDX-License-Identifier: MIT
// unhandled.cpp: the filter of last resort.
//
// kernel32 sets its UnhandledExceptionFilter here, which knows the program's own filter
// (SetUnhandledExceptionFilter). In a process without kernel32 nobody knows better, and the search goes on:
// to the second chance.
#include <ntdll-emu/rtl/exception/unhandled.h>

#include <atomic>

NT_EXPORT std::int32_t NT_API RtlUnhandledExceptionFilter(NtExceptionPointers*) { return nt::filter_continue_search; }

namespace oriel::rtl {

namespace {
constinit std::atomic<NtVectoredHandler> g_filter{nullptr};
}

std::int32_t ask_unhandled_filter(Record& record, Context& context) {
    NtExceptionPointers pointers{&record, &context};
    const NtVectoredHandler filter = g_filter.load(std::memory_order_acquire);
    return filter != nullptr ? filter(&pointers) : RtlUnhandledExceptionFilter(&pointers);
}

} // namespace oriel::rtl

NT_EXPORT void NT_API RtlSetUnhandledExceptionFilter(NtVectoredHandler Filter) {
    oriel::rtl::g_filter.store(Filter, std::memory_order_release);
}
