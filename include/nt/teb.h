// SPDX-License-Identifier: MIT
// teb.h: the Thread Environment Block, one per thread, at the base of GS (x64) or FS (x86).
//
// Programs and compilers read it without asking: StackBase and StackLimit for stack probes, the TLS
// pointer at 0x58 (0x2C), the PEB at 0x60 (0x30), the last error at 0x68 (0x34). So offsets are the ABI.
// Source: the public symbols of ntdll (type _TEB), as printed by WinDbg's `dt ntdll!_TEB`.
#pragma once

#include <nt/basic.h>

namespace nt {

template<class Abi> struct PEB;
template<class Abi> struct TEB;

template<class Abi>
struct NT_TIB {
    Ptr<Abi, void> ExceptionList; ///< x86: head of the fs:[0] handler chain
    Ptr<Abi, void> StackBase;     ///< the first byte above the stack
    Ptr<Abi, void> StackLimit;    ///< the lowest committed byte that may be touched
    Ptr<Abi, void> SubSystemTib;
    uptr<Abi> FiberData;
    Ptr<Abi, void> ArbitraryUserPointer;
    Ptr<Abi, TEB<Abi>> Self;
};
NT_ASSERT_SIZE(NT_TIB, 0x38, 0x1C);

template<class Abi>
struct TEB {
    NT_TIB<Abi> NtTib;
    Ptr<Abi, void> EnvironmentPointer;
    CLIENT_ID<Abi> ClientId;
    Ptr<Abi, void> ActiveRpcHandle;
    Ptr<Abi, Ptr<Abi, void>> ThreadLocalStoragePointer;
    Ptr<Abi, PEB<Abi>> ProcessEnvironmentBlock;
    std::uint32_t LastErrorValue;
    std::uint32_t CountOfOwnedCriticalSections;
    Ptr<Abi, void> CsrClientThread;
    Ptr<Abi, void> Win32ThreadInfo;
    std::uint32_t User32Reserved[26];
    std::uint32_t UserReserved[5];
    Ptr<Abi, void> WOW32Reserved; ///< x86: where the system-call stubs call (fs:[0xC0])
    std::uint32_t CurrentLocale;
    std::uint32_t FpSoftwareStatusRegister;
    Ptr<Abi, void> ReservedForDebuggerInstrumentation[16];
    Ptr<Abi, void> SystemReserved1[38];
    std::int32_t ExceptionCode;
    Ptr<Abi, void> ActivationContextStackPointer;
    uptr<Abi> InstrumentationCallbackSp;
    uptr<Abi> InstrumentationCallbackPreviousPc;
    uptr<Abi> InstrumentationCallbackPreviousSp;
    std::uint8_t GdiTebBatch[Abi::is_64 ? 0x4F0 : 0x4FC]; ///< and flags before it that only debuggers use
    CLIENT_ID<Abi> RealClientId;
    Ptr<Abi, void> GdiCachedProcessHandle;
    std::uint32_t GdiClientPID;
    std::uint32_t GdiClientTID;
    Ptr<Abi, void> GdiThreadLocalInfo;
    uptr<Abi> Win32ClientInfo[62];
    Ptr<Abi, void> glDispatchTable[233];
    uptr<Abi> glReserved1[29];
    Ptr<Abi, void> glReserved2;
    Ptr<Abi, void> glSectionInfo;
    Ptr<Abi, void> glSection;
    Ptr<Abi, void> glTable;
    Ptr<Abi, void> glCurrentRC;
    Ptr<Abi, void> glContext;
    Status LastStatusValue;
    UNICODE_STRING<Abi> StaticUnicodeString;
    char16_t StaticUnicodeBuffer[261];
    Ptr<Abi, void> DeallocationStack; ///< base of the stack's reservation
    Ptr<Abi, void> TlsSlots[64];
    LIST_ENTRY<Abi> TlsLinks;
    Ptr<Abi, void> Vdm;
    Ptr<Abi, void> ReservedForNtRpc;
    Ptr<Abi, void> DbgSsReserved[2];
    std::uint32_t HardErrorMode;
    Ptr<Abi, void> Instrumentation[Abi::is_64 ? 11 : 9];
    std::uint8_t ActivityId[16];
    Ptr<Abi, void> SubProcessTag;
    Ptr<Abi, void> PerflibData;
    Ptr<Abi, void> EtwTraceData;
    Ptr<Abi, void> WinSockData;
    std::uint32_t GdiBatchCount;
    std::uint32_t CurrentIdealProcessor;
    std::uint32_t GuaranteedStackBytes; ///< SetThreadStackGuarantee
    Ptr<Abi, void> ReservedForPerf;
    Ptr<Abi, void> ReservedForOle;
    std::uint32_t WaitingOnLoaderLock;
    Ptr<Abi, void> SavedPriorityState;
    uptr<Abi> ReservedForCodeCoverage;
    Ptr<Abi, void> ThreadPoolData;
    Ptr<Abi, Ptr<Abi, void>> TlsExpansionSlots; ///< TLS slots 64 to 1087, made on first use
    Ptr<Abi, void> BStore[Abi::is_64 ? 2 : 0];
    std::uint32_t MuiGeneration;
    std::uint32_t IsImpersonating;
    Ptr<Abi, void> NlsCache;
    Ptr<Abi, void> pShimData;
    std::uint16_t HeapVirtualAffinity;
    std::uint16_t LowFragHeapDataSlot; ///< the front end's slot number of this thread
    uptr<Abi> CurrentTransactionHandle;
    Ptr<Abi, void> ActiveFrame;
    Ptr<Abi, void> FlsData;
    Ptr<Abi, void> PreferredLanguages;
    Ptr<Abi, void> UserPrefLanguages;
    Ptr<Abi, void> MergedPrefLanguages;
    std::uint32_t MuiImpersonation;
    std::uint16_t CrossTebFlags;
    std::uint16_t SameTebFlags;
    Ptr<Abi, void> TxnScopeEnterCallback;
    Ptr<Abi, void> TxnScopeExitCallback;
    Ptr<Abi, void> TxnScopeContext;
    std::uint32_t LockCount;
    std::int32_t WowTebOffset;
    Ptr<Abi, void> ResourceRetValue;
    Ptr<Abi, void> ReservedForWdf;
    std::uint64_t ReservedForCrt;
    std::uint8_t EffectiveContainerId[16];
};
NT_ASSERT_OFFSET(TEB, ClientId, 0x40, 0x20);
NT_ASSERT_OFFSET(TEB, ThreadLocalStoragePointer, 0x58, 0x2C);
NT_ASSERT_OFFSET(TEB, ProcessEnvironmentBlock, 0x60, 0x30);
NT_ASSERT_OFFSET(TEB, LastErrorValue, 0x68, 0x34);
NT_ASSERT_OFFSET(TEB, WOW32Reserved, 0x100, 0xC0);
NT_ASSERT_OFFSET(TEB, ExceptionCode, 0x2C0, 0x1A4);
NT_ASSERT_OFFSET(TEB, RealClientId, 0x7D8, 0x6B4);
NT_ASSERT_OFFSET(TEB, Win32ClientInfo, 0x800, 0x6CC);
NT_ASSERT_OFFSET(TEB, LastStatusValue, 0x1250, 0xBF4);
NT_ASSERT_OFFSET(TEB, StaticUnicodeString, 0x1258, 0xBF8);
NT_ASSERT_OFFSET(TEB, DeallocationStack, 0x1478, 0xE0C);
NT_ASSERT_OFFSET(TEB, TlsSlots, 0x1480, 0xE10);
NT_ASSERT_OFFSET(TEB, HardErrorMode, 0x16B0, 0xF28);
NT_ASSERT_OFFSET(TEB, GuaranteedStackBytes, 0x1748, 0xF78);
NT_ASSERT_OFFSET(TEB, TlsExpansionSlots, 0x1780, 0xF94);
NT_ASSERT_OFFSET(TEB, FlsData, 0x17C8, 0xFB4);
NT_ASSERT_OFFSET(TEB, SameTebFlags, 0x17EE, 0xFCA);

#if defined(ORIEL_GUEST) && defined(_WIN32)
/// The calling thread's TEB (NtCurrentTeb).
inline TEB<Native>* current_teb() {
    TEB<Native>* teb;
#if defined(__x86_64__)
    asm("movq %%gs:0x30, %0" : "=r"(teb));
#else
    asm("movl %%fs:0x18, %0" : "=r"(teb));
#endif
    return teb;
}
#endif

} // namespace nt
