// SPDX-License-Identifier: MIT
// exception.h: what an exception is, and how NT lays it on the guest's stack.
//
// An exception is a record (what happened, where) and a CONTEXT (the registers at that moment). NT pushes
// both on the thread's own user stack and continues at ntdll!KiUserExceptionDispatcher; from there on
// everything is ordinary code of ntdll (ntdll-emu/rtl/exception tells the story).
// ("EXCEPTION_RECORD structure", "EXCEPTION_POINTERS structure", "Structured Exception Handling",
// Microsoft documentation.)
//
// The constants have house names, because winnt.h has macros of the Microsoft ones.
#pragma once

#include <nt/basic.h>
#include <nt/context.h>

namespace nt {

inline constexpr std::uint32_t exception_maximum_parameters = 15;

template<class Abi>
struct EXCEPTION_RECORD {
    Status ExceptionCode; ///< a status for NT's exceptions; RaiseException may put any number
    std::uint32_t ExceptionFlags; ///< exception_flag::*
    Ptr<Abi, EXCEPTION_RECORD> ExceptionRecord; ///< the one during whose handling this one arose, or null
    Ptr<Abi, void> ExceptionAddress;
    std::uint32_t NumberParameters;
    uptr<Abi> ExceptionInformation[exception_maximum_parameters];
};
NT_ASSERT_SIZE(EXCEPTION_RECORD, 152, 80);
NT_ASSERT_OFFSET(EXCEPTION_RECORD, ExceptionFlags, 4, 4);
NT_ASSERT_OFFSET(EXCEPTION_RECORD, ExceptionRecord, 8, 8);
NT_ASSERT_OFFSET(EXCEPTION_RECORD, ExceptionAddress, 16, 12);
NT_ASSERT_OFFSET(EXCEPTION_RECORD, NumberParameters, 24, 16);
NT_ASSERT_OFFSET(EXCEPTION_RECORD, ExceptionInformation, 32, 20);

template<class Abi>
struct EXCEPTION_POINTERS {
    Ptr<Abi, EXCEPTION_RECORD<Abi>> ExceptionRecord;
    Ptr<Abi, CONTEXT<Abi>> ContextRecord;
};
NT_ASSERT_SIZE(EXCEPTION_POINTERS, 16, 8);

/// EXCEPTION_* flags of a record: what may still be done, and during an unwind, why.
namespace exception_flag {
inline constexpr std::uint32_t noncontinuable = 0x01; ///< continuing raises STATUS_NONCONTINUABLE_EXCEPTION
inline constexpr std::uint32_t unwinding = 0x02; ///< the handlers are called to clean up
inline constexpr std::uint32_t exit_unwind = 0x04; ///< ... of every frame: the thread ends
inline constexpr std::uint32_t stack_invalid = 0x08; ///< the walk met a frame outside the stack, or misaligned
inline constexpr std::uint32_t nested_call = 0x10; ///< a handler is itself in an exception
inline constexpr std::uint32_t target_unwind = 0x20; ///< this frame is where the unwind ends
inline constexpr std::uint32_t collided_unwind = 0x40; ///< this unwind met another, unfinished one
inline constexpr std::uint32_t software_originate = 0x80; ///< raised by RtlRaiseException
inline constexpr std::uint32_t unwind_mask = unwinding | exit_unwind | target_unwind | collided_unwind;
} // namespace exception_flag

/// The first parameter of STATUS_ACCESS_VIOLATION and STATUS_IN_PAGE_ERROR; the second is the address.
namespace access_violation {
inline constexpr std::uint32_t read = 0;
inline constexpr std::uint32_t write = 1;
inline constexpr std::uint32_t execute = 8;
} // namespace access_violation

/// What a language handler answers.
enum class Disposition : std::int32_t {
    ContinueExecution = 0, ///< resume at the CONTEXT
    ContinueSearch = 1, ///< not mine
    NestedException = 2, ///< this frame belongs to a handler of an earlier exception
    CollidedUnwind = 3, ///< this frame belongs to a handler called by an earlier unwind
};

/// What a filter, a vectored handler and the unhandled-exception filter answer.
inline constexpr std::int32_t filter_execute_handler = 1;
inline constexpr std::int32_t filter_continue_search = 0;
inline constexpr std::int32_t filter_continue_execution = -1;

/// What IRETQ pops: hardware pushes it on an interrupt, NT builds it above its records so that unwinding
/// leads from KiUserExceptionDispatcher to the interrupted code (UWOP_PUSH_MACHFRAME).
struct MACHINE_FRAME {
    std::uint64_t Rip;
    std::uint64_t SegCs;
    std::uint64_t EFlags;
    std::uint64_t Rsp;
    std::uint64_t SegSs;
};
static_assert(sizeof(MACHINE_FRAME) == 40);

/// The guest stack at the first instruction of KiUserExceptionDispatcher (x64): RSP points here.
/// Its address is 16-aligned; the extended state (XSAVE_AREA_HEADER and behind) may follow, 64-aligned.
struct alignas(16) KUSER_EXCEPTION_STACK {
    CONTEXT<Nt64> Context;
    CONTEXT_EX ContextEx; ///< filled where Context has ContextFlags::xstate
    std::uint64_t Reserved1;
    EXCEPTION_RECORD<Nt64> ExceptionRecord;
    std::uint64_t Reserved2;
    MACHINE_FRAME MachineFrame; ///< Rip and Rsp of the Context
    std::uint64_t Reserved3;
};
static_assert(offsetof(KUSER_EXCEPTION_STACK, ContextEx) == 0x4D0);
static_assert(offsetof(KUSER_EXCEPTION_STACK, ExceptionRecord) == 0x4F0);
static_assert(offsetof(KUSER_EXCEPTION_STACK, MachineFrame) == 0x590);
static_assert(sizeof(KUSER_EXCEPTION_STACK) == 0x5C0);

/// The guest stack at the first instruction of KiUserApcDispatcher (x64): RSP points here, 16-aligned.
/// In Context: P1Home = NormalContext, P2Home = SystemArgument1, P3Home = SystemArgument2,
/// P4Home = the routine to call; the rest is where the thread goes on afterwards.
struct alignas(16) KUSER_APC_STACK {
    CONTEXT<Nt64> Context;
    CONTEXT_EX ContextEx;
    std::uint64_t Reserved1;
    MACHINE_FRAME MachineFrame; ///< Rip and Rsp of the Context
    std::uint64_t Reserved2;
};
static_assert(offsetof(KUSER_APC_STACK, MachineFrame) == 0x4F0);
static_assert(sizeof(KUSER_APC_STACK) == 0x520);

/// The same for i386 guests: ESP points at the two pointers; there is no return address.
struct KUSER_EXCEPTION_STACK32 {
    std::uint32_t ExceptionRecordPointer;
    std::uint32_t ContextPointer;
    EXCEPTION_RECORD<Nt32> ExceptionRecord;
    CONTEXT<Nt32> Context;
};
static_assert(offsetof(KUSER_EXCEPTION_STACK32, ExceptionRecord) == 8);
static_assert(offsetof(KUSER_EXCEPTION_STACK32, Context) == 0x58);

/// KiUserApcDispatcher on i386: ESP points at the routine, which is followed by its three arguments.
struct KUSER_APC_STACK32 {
    std::uint32_t NormalRoutine;
    std::uint32_t NormalContext;
    std::uint32_t SystemArgument1;
    std::uint32_t SystemArgument2;
    CONTEXT<Nt32> Context;
};
static_assert(offsetof(KUSER_APC_STACK32, Context) == 0x10);

/// i386: a link of the chain of frame handlers that begins at fs:[0]; -1 ends it.
struct EXCEPTION_REGISTRATION_RECORD32 {
    std::uint32_t Next;
    std::uint32_t Handler;
};
inline constexpr std::uint32_t exception_chain_end32 = 0xFFFFFFFF;

} // namespace nt
