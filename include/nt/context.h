// SPDX-License-Identifier: MIT
// context.h: CONTEXT, a thread's registers as NT shows them to programs.
//
// A CONTEXT is what NtGetContextThread fills, what NtContinue loads, and what the dispatcher of
// exceptions hands to handlers, who may change it. ContextFlags says which groups of registers count.
// The two CPUs have two unrelated layouts; Abi chooses (CONTEXT<Nt64>, CONTEXT<Nt32>).
//
// Extended state (the upper halves of YMM, AVX-512) does not fit: it lies apart, and a CONTEXT_EX right
// behind the CONTEXT says where. ("CONTEXT structure", "Working with XState Context",
// Microsoft documentation; layouts as in winnt.h.)
//
// The constants have house names, because winnt.h has macros of the Microsoft ones.
#pragma once

#include <nt/abi.h>

namespace nt {

/// 128 bits in memory, as XMM registers and x87 registers (80 bits used) are saved.
struct alignas(16) M128A {
    std::uint64_t Low;
    std::uint64_t High; ///< LONGLONG in winnt.h: only the bits matter here

    constexpr bool operator==(const M128A&) const = default;
};
static_assert(sizeof(M128A) == 16 && alignof(M128A) == 16);

/// What FXSAVE stores (64-bit form): the x87 and SSE state.
struct alignas(16) XSAVE_FORMAT {
    std::uint16_t ControlWord;
    std::uint16_t StatusWord;
    std::uint8_t TagWord; ///< abridged: a bit a register, set where it is in use
    std::uint8_t Reserved1;
    std::uint16_t ErrorOpcode;
    std::uint32_t ErrorOffset;
    std::uint16_t ErrorSelector;
    std::uint16_t Reserved2;
    std::uint32_t DataOffset;
    std::uint16_t DataSelector;
    std::uint16_t Reserved3;
    std::uint32_t MxCsr;
    std::uint32_t MxCsr_Mask;
    M128A FloatRegisters[8];
    M128A XmmRegisters[16];
    std::uint8_t Reserved4[96];
};
static_assert(sizeof(XSAVE_FORMAT) == 512);
static_assert(offsetof(XSAVE_FORMAT, MxCsr) == 0x18);
static_assert(offsetof(XSAVE_FORMAT, FloatRegisters) == 0x20);
static_assert(offsetof(XSAVE_FORMAT, XmmRegisters) == 0xA0);

/// The head of the extended part of an XSAVE area: which components follow, and whether compacted.
struct alignas(8) XSAVE_AREA_HEADER {
    std::uint64_t Mask;
    std::uint64_t CompactionMask;
    std::uint64_t Reserved2[6];
};
static_assert(sizeof(XSAVE_AREA_HEADER) == 64);

template<class Abi> struct CONTEXT;

template<>
struct alignas(16) CONTEXT<Nt64> {
    // Room for the register parameters of a function called with the CONTEXT at its stack pointer.
    // NT's APC delivery uses it: see KUSER_APC_STACK in exception.h.
    std::uint64_t P1Home, P2Home, P3Home, P4Home, P5Home, P6Home;
    std::uint32_t ContextFlags; ///< ContextFlags<Nt64>
    std::uint32_t MxCsr;
    std::uint16_t SegCs, SegDs, SegEs, SegFs, SegGs, SegSs;
    std::uint32_t EFlags;
    std::uint64_t Dr0, Dr1, Dr2, Dr3, Dr6, Dr7;
    std::uint64_t Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8, R9, R10, R11, R12, R13, R14, R15;
    std::uint64_t Rip;
    XSAVE_FORMAT FltSave;
    M128A VectorRegister[26]; ///< unused by NT on x64
    std::uint64_t VectorControl;
    std::uint64_t DebugControl;
    std::uint64_t LastBranchToRip;
    std::uint64_t LastBranchFromRip;
    std::uint64_t LastExceptionToRip;
    std::uint64_t LastExceptionFromRip;

    /// The sixteen general registers in the CPU's numbering: RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8...
    std::uint64_t& general(unsigned number) { return *(&Rax + number); }
    const std::uint64_t& general(unsigned number) const { return *(&Rax + number); }
    M128A& xmm(unsigned number) { return FltSave.XmmRegisters[number]; }
    const M128A& xmm(unsigned number) const { return FltSave.XmmRegisters[number]; }
};
using Context64 = CONTEXT<Nt64>;
static_assert(sizeof(Context64) == 0x4D0 && alignof(Context64) == 16);
static_assert(offsetof(Context64, ContextFlags) == 0x30);
static_assert(offsetof(Context64, MxCsr) == 0x34);
static_assert(offsetof(Context64, SegCs) == 0x38);
static_assert(offsetof(Context64, SegSs) == 0x42);
static_assert(offsetof(Context64, EFlags) == 0x44);
static_assert(offsetof(Context64, Dr0) == 0x48);
static_assert(offsetof(Context64, Rax) == 0x78);
static_assert(offsetof(Context64, Rcx) == 0x80);
static_assert(offsetof(Context64, Rsp) == 0x98);
static_assert(offsetof(Context64, R15) == 0xF0);
static_assert(offsetof(Context64, Rip) == 0xF8);
static_assert(offsetof(Context64, FltSave) == 0x100);
static_assert(offsetof(Context64, FltSave.XmmRegisters) == 0x1A0);
static_assert(offsetof(Context64, VectorRegister) == 0x300);
static_assert(offsetof(Context64, VectorControl) == 0x4A0);
static_assert(offsetof(Context64, LastExceptionFromRip) == 0x4C8);

/// The x87 state in FNSAVE's 32-bit form, as CONTEXT<Nt32> holds it.
struct FLOATING_SAVE_AREA {
    std::uint32_t ControlWord;
    std::uint32_t StatusWord;
    std::uint32_t TagWord;
    std::uint32_t ErrorOffset;
    std::uint32_t ErrorSelector;
    std::uint32_t DataOffset;
    std::uint32_t DataSelector;
    std::uint8_t RegisterArea[80];
    std::uint32_t Spare0;
};
static_assert(sizeof(FLOATING_SAVE_AREA) == 112);

template<>
struct CONTEXT<Nt32> {
    std::uint32_t ContextFlags; ///< ContextFlags<Nt32>
    std::uint32_t Dr0, Dr1, Dr2, Dr3, Dr6, Dr7;
    FLOATING_SAVE_AREA FloatSave;
    std::uint32_t SegGs, SegFs, SegEs, SegDs;
    std::uint32_t Edi, Esi, Ebx, Edx, Ecx, Eax;
    std::uint32_t Ebp, Eip, SegCs, EFlags, Esp, SegSs;
    std::uint8_t ExtendedRegisters[512]; ///< FXSAVE's 32-bit form
};
using Context32 = CONTEXT<Nt32>;
static_assert(sizeof(Context32) == 0x2CC);
static_assert(offsetof(Context32, Dr0) == 0x04);
static_assert(offsetof(Context32, FloatSave) == 0x1C);
static_assert(offsetof(Context32, SegGs) == 0x8C);
static_assert(offsetof(Context32, Edi) == 0x9C);
static_assert(offsetof(Context32, Eax) == 0xB0);
static_assert(offsetof(Context32, Ebp) == 0xB4);
static_assert(offsetof(Context32, Eip) == 0xB8);
static_assert(offsetof(Context32, Esp) == 0xC4);
static_assert(offsetof(Context32, ExtendedRegisters) == 0xCC);

/// CONTEXT_* of winnt.h: which groups of registers a CONTEXT carries.
template<class Abi>
struct ContextFlags {
    static constexpr std::uint32_t architecture = Abi::is_64 ? 0x00100000 : 0x00010000;
    static constexpr std::uint32_t control = architecture | 0x01; ///< x64: SS, RSP, CS, RIP, EFLAGS; i386 also EBP
    static constexpr std::uint32_t integer = architecture | 0x02; ///< the other general registers
    static constexpr std::uint32_t segments = architecture | 0x04; ///< DS, ES, FS, GS
    static constexpr std::uint32_t floating_point = architecture | 0x08; ///< x64: x87 and SSE; i386: x87
    static constexpr std::uint32_t debug_registers = architecture | 0x10;
    static constexpr std::uint32_t extended_registers = architecture | 0x20; ///< i386 only: FXSAVE area
    static constexpr std::uint32_t xstate = architecture | 0x40; ///< a CONTEXT_EX follows
    static constexpr std::uint32_t full
        = Abi::is_64 ? (control | integer | floating_point) : (control | integer | segments);
    static constexpr std::uint32_t all = Abi::is_64
        ? (control | integer | segments | floating_point | debug_registers)
        : (control | integer | segments | floating_point | debug_registers | extended_registers);

    // Answers of NtGetContextThread, on request: where the thread was.
    static constexpr std::uint32_t unwound_to_call = 0x20000000; ///< set by RtlVirtualUnwind: Rip is a return address
    static constexpr std::uint32_t exception_active = 0x08000000;
    static constexpr std::uint32_t service_active = 0x10000000;
    static constexpr std::uint32_t exception_request = 0x40000000;
    static constexpr std::uint32_t exception_reporting = 0x80000000;

    /// True if `flags` asks for (or holds) every bit of `group`.
    static constexpr bool has(std::uint32_t flags, std::uint32_t group) { return (flags & group) == group; }
};

/// A piece of a larger context, by its offset from the CONTEXT_EX (mostly negative) and its length.
struct CONTEXT_CHUNK {
    std::int32_t Offset;
    std::uint32_t Length;
};

/// Lies right behind a CONTEXT with ContextFlags::xstate, and finds the parts.
struct CONTEXT_EX {
    CONTEXT_CHUNK All; ///< everything, from the CONTEXT to the end of the extended state
    CONTEXT_CHUNK Legacy; ///< the CONTEXT
    CONTEXT_CHUNK XState; ///< XSAVE_AREA_HEADER and what follows it; 64-aligned
};
static_assert(sizeof(CONTEXT_EX) == 24);

} // namespace nt
