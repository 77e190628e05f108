// SPDX-License-Identifier: MIT
// rtl_sync.h: ntdll's locks: critical sections, slim reader/writer locks, condition variables,
// wait-on-address, one-time initialisation, interlocked singly linked lists.
//
// Layouts as in winnt.h; programs embed these structures and some read their fields.
#pragma once

#include <nt/rtl_export.h>

namespace nt {

template<class Abi> struct RTL_CRITICAL_SECTION;

template<class Abi>
struct RTL_CRITICAL_SECTION_DEBUG {
    std::uint16_t Type; ///< 0: critical section
    std::uint16_t CreatorBackTraceIndex;
    Ptr<Abi, RTL_CRITICAL_SECTION<Abi>> CriticalSection;
    LIST_ENTRY<Abi> ProcessLocksList;
    std::uint32_t EntryCount;
    std::uint32_t ContentionCount;
    std::uint32_t Flags;
    std::uint16_t CreatorBackTraceIndexHigh;
    std::uint16_t Identifier;
};
NT_ASSERT_SIZE(RTL_CRITICAL_SECTION_DEBUG, 48, 32);

/// LockCount, since Windows Server 2003 SP1: bit 0 clear: locked; bit 1 clear: a waiter has been woken and
/// has not run yet; the rest is the ones' complement of the number of waiters. -1: free.
/// ("Displaying a Critical Section", Debugging Tools for Windows documentation.)
template<class Abi>
struct RTL_CRITICAL_SECTION {
    Ptr<Abi, RTL_CRITICAL_SECTION_DEBUG<Abi>> DebugInfo; ///< -1: none
    std::int32_t LockCount;
    std::int32_t RecursionCount;
    uptr<Abi> OwningThread; ///< a thread id
    uptr<Abi> LockSemaphore;
    uptr<Abi> SpinCount; ///< the top byte (of 32 bits) holds flags
};
NT_ASSERT_SIZE(RTL_CRITICAL_SECTION, 40, 24);
NT_ASSERT_OFFSET(RTL_CRITICAL_SECTION, OwningThread, 16, 12);

namespace critical_section_flag { // RTL_CRITICAL_SECTION_FLAG_*
inline constexpr std::uint32_t no_debug_info = 0x01000000;
inline constexpr std::uint32_t dynamic_spin = 0x02000000;
inline constexpr std::uint32_t static_init = 0x04000000;
inline constexpr std::uint32_t resource_type = 0x08000000;
inline constexpr std::uint32_t force_debug_info = 0x10000000;
inline constexpr std::uint32_t all = 0xFF000000;
} // namespace critical_section_flag

/// One word each; zero is "free" (RTL_SRWLOCK_INIT, RTL_CONDITION_VARIABLE_INIT, RTL_RUN_ONCE_INIT).
template<class Abi> struct RTL_SRWLOCK { uptr<Abi> Value; };
template<class Abi> struct RTL_CONDITION_VARIABLE { uptr<Abi> Value; };
template<class Abi> struct RTL_RUN_ONCE { uptr<Abi> Value; };

namespace condition_variable_flag {
inline constexpr std::uint32_t lockmode_shared = 1; ///< RTL_CONDITION_VARIABLE_LOCKMODE_SHARED
}
namespace run_once_flag { // RTL_RUN_ONCE_*
inline constexpr std::uint32_t check_only = 1;
inline constexpr std::uint32_t async = 2;
inline constexpr std::uint32_t init_failed = 4;
inline constexpr unsigned context_reserved_bits = 2;
} // namespace run_once_flag

template<class Abi> struct SLIST_ENTRY { Ptr<Abi, SLIST_ENTRY> Next; };

/// 16 bytes and 16-aligned on x64 (Depth:16, Sequence:48; then the first entry's address);
/// 8 bytes on x86 (the first entry's address; Depth:16, Sequence:16).
template<class Abi>
struct alignas(Abi::is_64 ? 16 : 8) SLIST_HEADER {
    uptr<Abi> Words[2];
};
NT_ASSERT_SIZE(SLIST_HEADER, 16, 8);

} // namespace nt

extern "C" {

using NtCriticalSection = nt::RTL_CRITICAL_SECTION<nt::Native>;
using NtSrwLock = nt::RTL_SRWLOCK<nt::Native>;
using NtConditionVariable = nt::RTL_CONDITION_VARIABLE<nt::Native>;
using NtRunOnce = nt::RTL_RUN_ONCE<nt::Native>;
using NtRunOnceRoutine = std::uint32_t(NT_API*)(NtRunOnce* RunOnce, void* Parameter, void** Context);

nt::Status NT_API RtlInitializeCriticalSection(NtCriticalSection* CriticalSection);
nt::Status NT_API RtlInitializeCriticalSectionAndSpinCount(NtCriticalSection* CriticalSection,
                                                           std::uint32_t SpinCount);
nt::Status NT_API RtlInitializeCriticalSectionEx(NtCriticalSection* CriticalSection, std::uint32_t SpinCount,
                                                 std::uint32_t Flags);
nt::Status NT_API RtlEnterCriticalSection(NtCriticalSection* CriticalSection);
nt::Status NT_API RtlLeaveCriticalSection(NtCriticalSection* CriticalSection);
std::uint32_t NT_API RtlTryEnterCriticalSection(NtCriticalSection* CriticalSection);
nt::Status NT_API RtlDeleteCriticalSection(NtCriticalSection* CriticalSection);
std::uint32_t NT_API RtlSetCriticalSectionSpinCount(NtCriticalSection* CriticalSection, std::uint32_t SpinCount);
std::uint32_t NT_API RtlIsCriticalSectionLocked(NtCriticalSection* CriticalSection);
std::uint32_t NT_API RtlIsCriticalSectionLockedByThread(NtCriticalSection* CriticalSection);
std::uint32_t NT_API RtlGetCriticalSectionRecursionCount(NtCriticalSection* CriticalSection);

void NT_API RtlInitializeSRWLock(NtSrwLock* SRWLock);
void NT_API RtlAcquireSRWLockExclusive(NtSrwLock* SRWLock);
void NT_API RtlAcquireSRWLockShared(NtSrwLock* SRWLock);
void NT_API RtlReleaseSRWLockExclusive(NtSrwLock* SRWLock);
void NT_API RtlReleaseSRWLockShared(NtSrwLock* SRWLock);
std::uint8_t NT_API RtlTryAcquireSRWLockExclusive(NtSrwLock* SRWLock);
std::uint8_t NT_API RtlTryAcquireSRWLockShared(NtSrwLock* SRWLock);

void NT_API RtlInitializeConditionVariable(NtConditionVariable* Variable);
void NT_API RtlWakeConditionVariable(NtConditionVariable* Variable);
void NT_API RtlWakeAllConditionVariable(NtConditionVariable* Variable);
/// Timeout: 100 ns, negative is relative, null is forever. STATUS_TIMEOUT if it passed.
nt::Status NT_API RtlSleepConditionVariableCS(NtConditionVariable* Variable, NtCriticalSection* CriticalSection,
                                              const std::int64_t* Timeout);
nt::Status NT_API RtlSleepConditionVariableSRW(NtConditionVariable* Variable, NtSrwLock* SRWLock,
                                               const std::int64_t* Timeout, std::uint32_t Flags);

/// STATUS_INVALID_PARAMETER if AddressSize is not 1, 2, 4 or 8.
nt::Status NT_API RtlWaitOnAddress(const void* Address, const void* CompareAddress, std::size_t AddressSize,
                                   const std::int64_t* Timeout);
void NT_API RtlWakeAddressSingle(const void* Address);
void NT_API RtlWakeAddressAll(const void* Address);

void NT_API RtlRunOnceInitialize(NtRunOnce* RunOnce);
nt::Status NT_API RtlRunOnceExecuteOnce(NtRunOnce* RunOnce, NtRunOnceRoutine InitFunction, void* Parameter,
                                        void** Context);
nt::Status NT_API RtlRunOnceBeginInitialize(NtRunOnce* RunOnce, std::uint32_t Flags, void** Context);
nt::Status NT_API RtlRunOnceComplete(NtRunOnce* RunOnce, std::uint32_t Flags, void* Context);

#if !defined(NT_RTL_WINNT_WAS_FIRST)
using NtSListHeader = nt::SLIST_HEADER<nt::Native>;
using NtSListEntry = nt::SLIST_ENTRY<nt::Native>;
void NT_API RtlInitializeSListHead(NtSListHeader* ListHead);
NtSListEntry* NT_API RtlFirstEntrySList(const NtSListHeader* ListHead);
NtSListEntry* NT_API RtlInterlockedPopEntrySList(NtSListHeader* ListHead);
NtSListEntry* NT_API RtlInterlockedPushEntrySList(NtSListHeader* ListHead, NtSListEntry* ListEntry);
NtSListEntry* NT_API RtlInterlockedPushListSListEx(NtSListHeader* ListHead, NtSListEntry* List, NtSListEntry* ListEnd,
                                                   std::uint32_t Count);
NtSListEntry* NT_API RtlInterlockedFlushSList(NtSListHeader* ListHead);
std::uint16_t NT_API RtlQueryDepthSList(NtSListHeader* ListHead);
#endif

} // extern "C"
