// SPDX-License-Identifier: MIT
// rtl_exception.h: what ntdll exports of exceptions and unwinding (ntdll-emu/rtl/exception).
//
// winnt.h declares many of these itself; where it came first, its declarations stand.
#pragma once

#include <nt/rtl_export.h>
#include <nt/unwind.h>

extern "C" {

using NtExceptionRecord = nt::EXCEPTION_RECORD<nt::Native>;
using NtExceptionPointers = nt::EXCEPTION_POINTERS<nt::Native>;
using NtContext = nt::CONTEXT<nt::Native>;
using NtDispatcherContext = nt::DISPATCHER_CONTEXT<nt::Native>;
using NtNonvolatilePointers = nt::KNONVOLATILE_CONTEXT_POINTERS<nt::Native>;
/// A language handler: called for the frame `EstablisherFrame`, in the search and in the unwind.
using NtExceptionRoutine = nt::Disposition (*)(NtExceptionRecord* Record, void* EstablisherFrame, NtContext* Context,
                                               NtDispatcherContext* Dispatcher);
using NtVectoredHandler = std::int32_t(NT_API*)(NtExceptionPointers* Exception);

/// Sets what RtlUserThreadStart's filter asks about an exception that no frame handles; kernel32 sets its
/// UnhandledExceptionFilter here.
void NT_API RtlSetUnhandledExceptionFilter(NtVectoredHandler Filter);
/// ntdll's own answer, where nobody has set another: search on (the second chance follows).
std::int32_t NT_API RtlUnhandledExceptionFilter(NtExceptionPointers* Exception);

[[noreturn]] void NT_API RtlRaiseStatus(nt::Status Status);
void* NT_API RtlAddVectoredExceptionHandler(std::uint32_t First, NtVectoredHandler Handler);
std::uint32_t NT_API RtlRemoveVectoredExceptionHandler(void* Handle);
void* NT_API RtlAddVectoredContinueHandler(std::uint32_t First, NtVectoredHandler Handler);
std::uint32_t NT_API RtlRemoveVectoredContinueHandler(void* Handle);

/// Ldr tells the unwinder of each image that it maps and unmaps, before its code can run and after.
void NT_API RtlInsertInvertedFunctionTable(void* ImageBase, std::uint32_t SizeOfImage);
void NT_API RtlRemoveInvertedFunctionTable(void* ImageBase);

/// Frames above the caller's, as return addresses; FramesToSkip of them left out, BackTraceHash (their
/// sum) where asked for. Answers how many were stored.
/// Flags of RtlWalkFrameChain: bits 8 and up are the number of frames to skip.
std::uint32_t NT_API RtlWalkFrameChain(void** Callers, std::uint32_t Count, std::uint32_t Flags);

/// CONTEXTs with extended state behind them (rtl/exception/extended_context.cpp).
std::uint64_t NT_API RtlGetEnabledExtendedFeatures(std::uint64_t FeatureMask);
nt::Status NT_API RtlGetExtendedContextLength2(std::uint32_t ContextFlags, std::uint32_t* ContextLength, std::uint64_t CompactionMask);
nt::Status NT_API RtlInitializeExtendedContext2(void* Context, std::uint32_t ContextFlags, nt::CONTEXT_EX** ContextEx,
                                                std::uint64_t CompactionMask);
NtContext* NT_API RtlLocateLegacyContext(nt::CONTEXT_EX* ContextEx, std::uint32_t* Length);
void* NT_API RtlLocateExtendedFeature(nt::CONTEXT_EX* ContextEx, std::uint32_t FeatureId, std::uint32_t* Length);
std::uint64_t NT_API RtlGetExtendedFeaturesMask(nt::CONTEXT_EX* ContextEx);
void NT_API RtlSetExtendedFeaturesMask(nt::CONTEXT_EX* ContextEx, std::uint64_t FeatureMask);
nt::Status NT_API RtlCopyContext(NtContext* Destination, std::uint32_t ContextFlags, NtContext* Source);

#if !defined(NT_RTL_WINNT_WAS_FIRST)
void NT_API RtlRaiseException(NtExceptionRecord* Record);
void NT_API RtlCaptureContext(NtContext* Context);
std::uint16_t NT_API RtlCaptureStackBackTrace(std::uint32_t FramesToSkip, std::uint32_t FramesToCapture, void** BackTrace,
                                              std::uint32_t* BackTraceHash);
void NT_API RtlUnwind(void* TargetFrame, void* TargetIp, NtExceptionRecord* Record, void* ReturnValue);
void* NT_API RtlPcToFileHeader(void* Pc, void** BaseOfImage);
#if defined(__x86_64__)
void RtlRestoreContext(NtContext* Context, NtExceptionRecord* Record);
void RtlUnwindEx(void* TargetFrame, void* TargetIp, NtExceptionRecord* Record, void* ReturnValue, NtContext* OriginalContext,
                 nt::UNWIND_HISTORY_TABLE* HistoryTable);
NtExceptionRoutine RtlVirtualUnwind(std::uint32_t HandlerType, std::uint64_t ImageBase, std::uint64_t ControlPc,
                                    nt::RUNTIME_FUNCTION* FunctionEntry, NtContext* ContextRecord, void** HandlerData,
                                    std::uint64_t* EstablisherFrame, NtNonvolatilePointers* ContextPointers);
nt::RUNTIME_FUNCTION* RtlLookupFunctionEntry(std::uint64_t ControlPc, std::uint64_t* ImageBase,
                                             nt::UNWIND_HISTORY_TABLE* HistoryTable);
nt::Disposition __C_specific_handler(NtExceptionRecord* Record, void* EstablisherFrame, NtContext* Context,
                                     NtDispatcherContext* Dispatcher);
#endif
#endif

} // extern "C"
