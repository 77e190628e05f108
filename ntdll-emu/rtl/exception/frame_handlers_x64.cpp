// SPDX-License-Identifier: MIT
// frame_handlers_x64.cpp: the language handlers of our own frames (x64).
//
// When a handler itself raises or unwinds, a second walk comes down the same stack and meets the frames of
// the first: of the function that called the handler (handler_calls_x64.S). These two say what that means.
// Each of those functions keeps its dispatcher context at a known place of its frame.
#include <ntdll-emu/rtl/exception/dispatch.h>
#include <ntdll-emu/rtl/exception/unhandled.h>

using namespace oriel::rtl;

namespace {
const NtDispatcherContext& kept_by(void* frame) {
    constexpr std::size_t kept_at = 0x20; // behind the home space, see handler_calls_x64.S
    return **reinterpret_cast<NtDispatcherContext**>(static_cast<char*>(frame) + kept_at);
}
} // namespace

/// Below is a handler that was called in a search, for an earlier exception.
extern "C" nt::Disposition oriel_handler_of_search_call(NtExceptionRecord* record, void* frame, NtContext*,
                                                        NtDispatcherContext* dispatcher) {
    if (is_unwinding(*record)) return nt::Disposition::ContinueSearch;
    dispatcher->EstablisherFrame = kept_by(frame).EstablisherFrame;
    return nt::Disposition::NestedException;
}

/// Below is a handler that was called by an unwind: tell where that unwind is. TargetIp stays ours.
extern "C" nt::Disposition oriel_handler_of_unwind_call(NtExceptionRecord*, void* frame, NtContext*,
                                                        NtDispatcherContext* dispatcher) {
    const std::uint64_t target = dispatcher->TargetIp;
    *dispatcher = kept_by(frame);
    dispatcher->TargetIp = target;
    return nt::Disposition::CollidedUnwind;
}

/// A function called by oriel_call_guarded (handler_calls_x64.S) has raised: leave it, answering false.
extern "C" void oriel_guarded_call_failed();
extern "C" nt::Disposition oriel_handler_of_guarded_call(NtExceptionRecord* record, void* frame, NtContext*,
                                                         NtDispatcherContext* dispatcher) {
    if (!is_unwinding(*record))
        RtlUnwindEx(frame, reinterpret_cast<void*>(&oriel_guarded_call_failed), record, nullptr, dispatcher->ContextRecord,
                    nullptr);
    return nt::Disposition::ContinueSearch;
}

extern "C" void oriel_thread_died();

/// RtlUserThreadStart's: the frame around everything that a thread does, so the last that is asked.
///     execute handler      the process ends with the exception's code, after an unwind
///     continue execution   as of any handler
///     search on            nobody is left: the second chance, which reports and ends the process
extern "C" nt::Disposition oriel_handler_of_thread_start(NtExceptionRecord* record, void* frame, NtContext* context,
                                                         NtDispatcherContext* dispatcher) {
    if (is_unwinding(*record)) return nt::Disposition::ContinueSearch;
    const std::int32_t answer = ask_unhandled_filter(*record, *context);
    if (answer < 0) return nt::Disposition::ContinueExecution;
    if (answer > 0)
        RtlUnwindEx(frame, reinterpret_cast<void*>(&oriel_thread_died), record,
                    reinterpret_cast<void*>(static_cast<std::uintptr_t>(record->ExceptionCode)), dispatcher->ContextRecord,
                    nullptr);
    return nt::Disposition::ContinueSearch;
}
