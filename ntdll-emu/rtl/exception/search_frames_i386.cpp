// SPDX-License-Identifier: MIT
// search_frames_i386.cpp: first chance, second half: the chain at fs:[0] (i386).
#include <ntdll-emu/rtl/exception/dispatch.h>
#include <ntdll-emu/rtl/exception/frames_i386.h>
#include <ntdll-emu/rtl/exception/safe_handlers_i386.h>
#include <ntdll-emu/rtl/exception/unhandled.h>

namespace oriel::rtl {

bool search_frames(Record& record, Context& context) {
    const StackBounds bounds = StackBounds::above(context.Esp);
    const Registration* nested = nullptr; // up to this one a handler of an earlier exception is running
    record.ExceptionFlags &= nt::exception_flag::noncontinuable;
    for (Registration* frame = first_registration(); frame != chain_end; frame = frame->next) {
        if (!is_plausible(bounds, frame) || !is_safe_handler(bounds, frame->handler)) {
            record.ExceptionFlags |= nt::exception_flag::stack_invalid;
            return false;
        }
        Registration* reached = nullptr;
        const auto answer = oriel_execute_handler_for_exception(&record, frame, &context, &reached, frame->handler);
        if (frame == nested) {
            record.ExceptionFlags &= ~nt::exception_flag::nested_call;
            nested = nullptr;
        }
        switch (answer) {
        case nt::Disposition::ContinueSearch: continue;
        case nt::Disposition::ContinueExecution:
            if ((record.ExceptionFlags & nt::exception_flag::noncontinuable) != 0)
                raise_because_of(Status::NoncontinuableException, record);
            return true;
        case nt::Disposition::NestedException:
            record.ExceptionFlags |= nt::exception_flag::nested_call;
            if (reached > nested) nested = reached;
            continue;
        case nt::Disposition::CollidedUnwind: break;
        }
        raise_because_of(Status::InvalidDisposition, record);
    }
    return false;
}

} // namespace oriel::rtl

using namespace oriel::rtl;

extern "C" void oriel_thread_died(nt::Status code) {
    NtTerminateProcess(reinterpret_cast<void*>(-1), code);
    __builtin_trap();
}

/// The last link of the chain (entries_i386.S): see oriel_handler_of_thread_start for x64.
extern "C" nt::Disposition oriel_handler_of_thread_start(NtExceptionRecord* record, void* frame, NtContext* context, void*) {
    if (is_unwinding(*record)) return nt::Disposition::ContinueSearch;
    const std::int32_t answer = ask_unhandled_filter(*record, *context);
    if (answer < 0) return nt::Disposition::ContinueExecution;
    if (answer > 0) {
        RtlUnwind(frame, nullptr, record, nullptr);
        oriel_thread_died(record->ExceptionCode);
    }
    return nt::Disposition::ContinueSearch;
}
