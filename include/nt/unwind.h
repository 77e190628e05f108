// SPDX-License-Identifier: MIT
// unwind.h: the tables by which x64 code can be unwound.
//
// On x64 no function registers its handlers at run time. Instead every function that touches the stack
// or saves registers has a RUNTIME_FUNCTION in its image's exception directory (.pdata), which leads to
// an UNWIND_INFO (.xdata): a list of what its prolog did, to be undone backwards, and perhaps a handler.
// A function without one is a leaf: its return address lies at RSP.
// ("x64 exception handling", Microsoft documentation; version 2 of UNWIND_INFO: "Unwind data
// definitions", Epilog codes, as observed in system DLLs.)
//
// The constants have house names, because winnt.h has macros of the Microsoft ones.
#pragma once

#include <nt/exception.h>

namespace nt {

/// One function, or one piece of a function: [BeginAddress, EndAddress) relative to its image. Sorted.
struct RUNTIME_FUNCTION {
    std::uint32_t BeginAddress;
    std::uint32_t EndAddress;
    std::uint32_t UnwindData; ///< of an UNWIND_INFO; odd: of another RUNTIME_FUNCTION that applies here, plus 1
};
static_assert(sizeof(RUNTIME_FUNCTION) == 12);

/// The flags of an UNWIND_INFO.
namespace unwind_flag {
inline constexpr std::uint32_t exception_handler = 1; ///< UNW_FLAG_EHANDLER: ask it in the search for a handler
inline constexpr std::uint32_t unwind_handler = 2; ///< UNW_FLAG_UHANDLER: call it when unwinding
inline constexpr std::uint32_t chained = 4; ///< UNW_FLAG_CHAININFO: another RUNTIME_FUNCTION follows instead
} // namespace unwind_flag

/// Followed by CountOfCodes codes of two bytes (their number rounded up to even), then by the handler's
/// image-relative address and its data, or by the chained RUNTIME_FUNCTION.
struct UNWIND_INFO {
    std::uint8_t VersionAndFlags; ///< version: bits 0 to 2; unwind_flag: bits 3 to 7
    std::uint8_t SizeOfProlog; ///< bytes
    std::uint8_t CountOfCodes; ///< slots of two bytes, in descending order of prolog offset
    std::uint8_t FrameRegisterAndOffset; ///< register: bits 0 to 3 (0: none); offset / 16: bits 4 to 7

    [[nodiscard]] constexpr unsigned version() const { return VersionAndFlags & 7u; }
    [[nodiscard]] constexpr unsigned flags() const { return VersionAndFlags >> 3u; }
    [[nodiscard]] constexpr unsigned frame_register() const { return FrameRegisterAndOffset & 15u; }
    [[nodiscard]] constexpr unsigned frame_offset() const { return (FrameRegisterAndOffset >> 4u) * 16u; }
};
static_assert(sizeof(UNWIND_INFO) == 4);

/// UWOP_*: what one instruction of the prolog did.
enum class UnwindOp : std::uint8_t {
    PushNonvolatile = 0, ///< push of register OpInfo
    AllocateLarge = 1, ///< OpInfo 0: next slot * 8 bytes; 1: next two slots, in bytes
    AllocateSmall = 2, ///< OpInfo * 8 + 8 bytes
    SetFrameRegister = 3, ///< frame register = RSP + frame offset
    SaveNonvolatile = 4, ///< mov [RSP + next slot * 8], register OpInfo
    SaveNonvolatileFar = 5, ///< ... [RSP + next two slots]
    Epilog = 6, ///< version 2: where epilogs are (version 1: a saved XMM half, long obsolete)
    Spare = 7, ///< version 1: the far form of it; takes two slots
    SaveXmm128 = 8, ///< movaps [RSP + next slot * 16], XMM OpInfo
    SaveXmm128Far = 9, ///< ... [RSP + next two slots]
    PushMachineFrame = 10, ///< the CPU pushed a MACHINE_FRAME; OpInfo 1: and an error code below it
};

struct UNWIND_CODE {
    std::uint8_t CodeOffset; ///< of the end of the instruction in the prolog
    std::uint8_t OpAndInfo;

    [[nodiscard]] constexpr UnwindOp op() const { return static_cast<UnwindOp>(OpAndInfo & 15u); }
    [[nodiscard]] constexpr unsigned info() const { return OpAndInfo >> 4u; }
};
static_assert(sizeof(UNWIND_CODE) == 2);

inline constexpr unsigned maximum_chained_unwind_infos = 32;

/// RtlVirtualUnwind's optional answer: where each non-volatile register had been saved (null: nowhere).
template<class Abi>
struct KNONVOLATILE_CONTEXT_POINTERS {
    Ptr<Abi, M128A> FloatingContext[16];
    Ptr<Abi, std::uint64_t> IntegerContext[16];
};
static_assert(sizeof(KNONVOLATILE_CONTEXT_POINTERS<Nt64>) == 256);

inline constexpr unsigned unwind_history_table_size = 12;
struct UNWIND_HISTORY_TABLE_ENTRY {
    std::uint64_t ImageBase;
    std::uint64_t FunctionEntry;
};
/// A caller's cache of RtlLookupFunctionEntry over one walk.
struct UNWIND_HISTORY_TABLE {
    std::uint32_t Count;
    std::uint8_t LocalHint;
    std::uint8_t GlobalHint;
    std::uint8_t Search;
    std::uint8_t Once;
    std::uint64_t LowAddress;
    std::uint64_t HighAddress;
    UNWIND_HISTORY_TABLE_ENTRY Entry[unwind_history_table_size];
};
static_assert(sizeof(UNWIND_HISTORY_TABLE) == 0xD8);

/// What a language handler is told about the frame it is called for, beside record and context.
template<class Abi>
struct DISPATCHER_CONTEXT {
    uptr<Abi> ControlPc; ///< where the function was: the faulting instruction, or the return address
    uptr<Abi> ImageBase;
    Ptr<Abi, const RUNTIME_FUNCTION> FunctionEntry;
    uptr<Abi> EstablisherFrame;
    uptr<Abi> TargetIp; ///< unwinding: where it will go on
    Ptr<Abi, CONTEXT<Abi>> ContextRecord; ///< the frame's own caller's registers
    uptr<Abi> LanguageHandler;
    Ptr<Abi, void> HandlerData;
    Ptr<Abi, UNWIND_HISTORY_TABLE> HistoryTable;
    std::uint32_t ScopeIndex; ///< __C_specific_handler: where to go on after a collision
    std::uint32_t Fill0;
};
static_assert(sizeof(DISPATCHER_CONTEXT<Nt64>) == 0x50);
static_assert(offsetof(DISPATCHER_CONTEXT<Nt64>, ContextRecord) == 0x28);
static_assert(offsetof(DISPATCHER_CONTEXT<Nt64>, HandlerData) == 0x38);
static_assert(offsetof(DISPATCHER_CONTEXT<Nt64>, ScopeIndex) == 0x48);

/// The data of __C_specific_handler: one record a __try. All addresses are image-relative.
struct SCOPE_RECORD {
    std::uint32_t BeginAddress;
    std::uint32_t EndAddress;
    std::uint32_t HandlerAddress; ///< filter or __finally; 1: __except(EXCEPTION_EXECUTE_HANDLER)
    std::uint32_t JumpTarget; ///< the __except block; 0: HandlerAddress is a __finally
};
static_assert(sizeof(SCOPE_RECORD) == 16);

} // namespace nt
