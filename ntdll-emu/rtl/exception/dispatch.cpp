// SPDX-License-Identifier: MIT
// dispatch.cpp: RtlDispatchException: who wants this exception?
//
// The vectored handlers are asked first, then the frames. The first part is kept small on the stack: a Go
// program leaves 4,096 bytes for the system on its goroutines' stacks, CONTEXT and extended state are
// already there, and Go's vectored handler ends the search. So search_frames, which needs CONTEXTs of its
// own, is a separate function that is never inlined here (DESIGN 7).
#include <ntdll-emu/rtl/exception/dispatch.h>

#include <ntdll-emu/rtl/exception/access_observer.h>
#include <ntdll-emu/rtl/exception/vectored.h>
#include <ntdll-emu/rtl/sync/slist.h>

namespace oriel::rtl {

constinit void (*access_observer)(std::uintptr_t, std::uintptr_t, const void*) = nullptr;

namespace {
using Handlers = VectoredHandlers<NtExceptionPointers, OwnLock, ProcessHeapMemory>;
constinit Handlers g_exception_handlers;
constinit Handlers g_continue_handlers;

/// True if one wants execution to continue.
bool call_exception_handlers(Record& record, Context& context) {
    if (g_exception_handlers.empty()) return false;
    NtExceptionPointers pointers{&record, &context};
    return g_exception_handlers.call(&pointers);
}

/// They are told that execution will continue.
void call_continue_handlers(Record& record, Context& context) {
    if (g_continue_handlers.empty()) return;
    NtExceptionPointers pointers{&record, &context};
    g_continue_handlers.call(&pointers);
}

/// A pop from an interlocked list may read an entry that is gone: it starts again, and nobody is asked
/// (rtl/sync/slist.h).
bool restart_slist_pop(const Record& record, Context& context) {
    if (record.ExceptionCode != Status::AccessViolation) return false;
#if defined(__x86_64__)
    auto& instruction_pointer = context.Rip;
    const FaultedPop pop{context.Rip, context.R10, {context.Rax, context.Rdx}};
#else
    auto& instruction_pointer = context.Eip;
    const FaultedPop pop{context.Eip, context.Esi, {context.Eax, context.Edx}};
#endif
    std::uintptr_t resume_at = 0;
    if (!resume_slist_fault(pop, resume_at)) return false;
    instruction_pointer = resume_at;
    return true;
}
} // namespace

} // namespace oriel::rtl

using namespace oriel::rtl;

bool oriel_dispatch_exception(NtExceptionRecord* record, NtContext* context) {
    if (restart_slist_pop(*record, *context)) return true;
    if (access_observer != nullptr && record->ExceptionCode == Status::AccessViolation && record->NumberParameters >= 2)
        access_observer(record->ExceptionInformation[1], record->ExceptionInformation[0], context);
    if (!call_exception_handlers(*record, *context) && !search_frames(*record, *context)) return false;
    call_continue_handlers(*record, *context);
    return true;
}

NT_EXPORT void* NT_API RtlAddVectoredExceptionHandler(std::uint32_t First, NtVectoredHandler Handler) {
    return g_exception_handlers.add(First != 0, Handler);
}

NT_EXPORT std::uint32_t NT_API RtlRemoveVectoredExceptionHandler(void* Handle) { return g_exception_handlers.remove(Handle); }

NT_EXPORT void* NT_API RtlAddVectoredContinueHandler(std::uint32_t First, NtVectoredHandler Handler) {
    return g_continue_handlers.add(First != 0, Handler);
}

NT_EXPORT std::uint32_t NT_API RtlRemoveVectoredContinueHandler(void* Handle) { return g_continue_handlers.remove(Handle); }
