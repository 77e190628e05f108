// SPDX-License-Identifier: MIT
// sync.cpp: ntdll's exports of locks. What they do is told in ntdll-emu/rtl/sync.
#include <nt/peb.h>
#include <nt/rtl_heap.h>
#include <nt/rtl_sync.h>

#include <ntdll-emu/rtl/sync/barrier.h>
#include <ntdll-emu/rtl/sync/condition_variable.h>
#include <ntdll-emu/rtl/sync/critical_section.h>
#include <ntdll-emu/rtl/sync/run_once.h>
#include <ntdll-emu/rtl/sync/slist.h>
#include <ntdll-emu/rtl/sync/srw_lock.h>
#include <ntdll-emu/rtl/sync/wait_on_address.h>

using namespace oriel;
using nt::Status;
namespace flag = nt::critical_section_flag;

// ------------------------------------------------------------------------------------- critical sections

namespace {

/// Since Windows 8 a section has debug information only on request; the pointer is -1 otherwise.
Status attach_debug_info(NtCriticalSection& section) {
    void* const heap = nt::current_teb()->ProcessEnvironmentBlock->ProcessHeap;
    auto* debug = static_cast<rtl::CriticalSectionDebug*>(
        heap != nullptr ? RtlAllocateHeap(heap, nt::heap_flag::zero_memory, sizeof(rtl::CriticalSectionDebug))
                        : nullptr);
    if (debug == nullptr) return Status::NoMemory;
    debug->CriticalSection = &section;
    debug->ProcessLocksList.Flink = &debug->ProcessLocksList;
    debug->ProcessLocksList.Blink = &debug->ProcessLocksList;
    section.DebugInfo = debug;
    return Status::Success;
}

bool has_debug_info(const NtCriticalSection& section) {
    const auto value = static_cast<std::intptr_t>(section.DebugInfo.value);
    return value != 0 && value != -1;
}

} // namespace

NT_EXPORT Status NT_API RtlInitializeCriticalSectionEx(NtCriticalSection* CriticalSection, std::uint32_t SpinCount,
                                                       std::uint32_t Flags) {
    if ((Flags & flag::dynamic_spin) && (Flags & flag::static_init)) return Status::InvalidParameter3;
    if (Flags & ~flag::all) return Status::InvalidParameter3;
    if (SpinCount & flag::all) return Status::InvalidParameter2;
    // Observed on Windows 10: a section with the default spin count shows 0x020007D0.
    std::uint32_t spin = SpinCount;
    if (SpinCount == 0 || (Flags & flag::dynamic_spin)) spin = flag::dynamic_spin | 2000;
    rtl::initialize(*CriticalSection, spin);
    return (Flags & flag::force_debug_info) ? attach_debug_info(*CriticalSection) : Status::Success;
}

NT_EXPORT Status NT_API RtlInitializeCriticalSection(NtCriticalSection* CriticalSection) {
    return RtlInitializeCriticalSectionEx(CriticalSection, 0, 0);
}

NT_EXPORT Status NT_API RtlInitializeCriticalSectionAndSpinCount(NtCriticalSection* CriticalSection,
                                                                 std::uint32_t SpinCount) {
    return RtlInitializeCriticalSectionEx(CriticalSection, SpinCount & ~flag::all, 0);
}

NT_EXPORT Status NT_API RtlEnterCriticalSection(NtCriticalSection* CriticalSection) {
    rtl::enter(*CriticalSection);
    return Status::Success;
}

NT_EXPORT Status NT_API RtlLeaveCriticalSection(NtCriticalSection* CriticalSection) {
    rtl::leave(*CriticalSection);
    return Status::Success;
}

NT_EXPORT std::uint32_t NT_API RtlTryEnterCriticalSection(NtCriticalSection* CriticalSection) {
    return rtl::try_enter(*CriticalSection);
}

NT_EXPORT Status NT_API RtlDeleteCriticalSection(NtCriticalSection* CriticalSection) {
    void* const debug = has_debug_info(*CriticalSection) ? CriticalSection->DebugInfo.get() : nullptr;
    *CriticalSection = rtl::free_critical_section;
    CriticalSection->DebugInfo = nullptr;
    if (debug != nullptr) RtlFreeHeap(nt::current_teb()->ProcessEnvironmentBlock->ProcessHeap, 0, debug);
    return Status::Success;
}

NT_EXPORT std::uint32_t NT_API RtlSetCriticalSectionSpinCount(NtCriticalSection* CriticalSection,
                                                              std::uint32_t SpinCount) {
    const auto before = static_cast<std::uint32_t>(CriticalSection->SpinCount);
    CriticalSection->SpinCount = rtl::platform::processor_count() > 1 ? SpinCount & ~flag::all : 0;
    return before & ~flag::all;
}

NT_EXPORT std::uint32_t NT_API RtlIsCriticalSectionLocked(NtCriticalSection* CriticalSection) {
    return rtl::is_locked(*CriticalSection);
}

NT_EXPORT std::uint32_t NT_API RtlIsCriticalSectionLockedByThread(NtCriticalSection* CriticalSection) {
    return rtl::is_held_by_caller(*CriticalSection);
}

NT_EXPORT std::uint32_t NT_API RtlGetCriticalSectionRecursionCount(NtCriticalSection* CriticalSection) {
    return rtl::is_held_by_caller(*CriticalSection) ? static_cast<std::uint32_t>(CriticalSection->RecursionCount) : 0;
}

// ------------------------------------------------------------------------------------- SRW locks

NT_EXPORT void NT_API RtlInitializeSRWLock(NtSrwLock* SRWLock) { SRWLock->Value = 0; }
NT_EXPORT void NT_API RtlAcquireSRWLockExclusive(NtSrwLock* SRWLock) { rtl::acquire_exclusive(*SRWLock); }
NT_EXPORT void NT_API RtlAcquireSRWLockShared(NtSrwLock* SRWLock) { rtl::acquire_shared(*SRWLock); }
NT_EXPORT void NT_API RtlReleaseSRWLockExclusive(NtSrwLock* SRWLock) { rtl::release_exclusive(*SRWLock); }
NT_EXPORT void NT_API RtlReleaseSRWLockShared(NtSrwLock* SRWLock) { rtl::release_shared(*SRWLock); }
NT_EXPORT std::uint8_t NT_API RtlTryAcquireSRWLockExclusive(NtSrwLock* SRWLock) {
    return rtl::try_acquire_exclusive(*SRWLock);
}
NT_EXPORT std::uint8_t NT_API RtlTryAcquireSRWLockShared(NtSrwLock* SRWLock) {
    return rtl::try_acquire_shared(*SRWLock);
}

// ------------------------------------------------------------------------------------- condition variables

NT_EXPORT void NT_API RtlInitializeConditionVariable(NtConditionVariable* Variable) { Variable->Value = 0; }
NT_EXPORT void NT_API RtlWakeConditionVariable(NtConditionVariable* Variable) { rtl::wake_one(*Variable); }
NT_EXPORT void NT_API RtlWakeAllConditionVariable(NtConditionVariable* Variable) { rtl::wake_all(*Variable); }

NT_EXPORT Status NT_API RtlSleepConditionVariableCS(NtConditionVariable* Variable, NtCriticalSection* CriticalSection,
                                                    const std::int64_t* Timeout) {
    return rtl::sleep(*Variable, *CriticalSection, Timeout);
}

NT_EXPORT Status NT_API RtlSleepConditionVariableSRW(NtConditionVariable* Variable, NtSrwLock* SRWLock,
                                                     const std::int64_t* Timeout, std::uint32_t Flags) {
    if (Flags & ~nt::condition_variable_flag::lockmode_shared) return Status::InvalidParameter4;
    const auto mode = Flags ? rtl::SrwMode::Shared : rtl::SrwMode::Exclusive;
    return rtl::sleep(*Variable, *SRWLock, mode, Timeout);
}

// ------------------------------------------------------------------------------------- wait on address

NT_EXPORT Status NT_API RtlWaitOnAddress(const void* Address, const void* CompareAddress, std::size_t AddressSize,
                                         const std::int64_t* Timeout) {
    return rtl::wait_on_address(Address, CompareAddress, AddressSize, Timeout);
}
NT_EXPORT void NT_API RtlWakeAddressSingle(const void* Address) { rtl::wake_address_one(Address); }
NT_EXPORT void NT_API RtlWakeAddressAll(const void* Address) { rtl::wake_address_all(Address); }

// ------------------------------------------------------------------------------------- one-time initialisation

NT_EXPORT void NT_API RtlRunOnceInitialize(NtRunOnce* RunOnce) { RunOnce->Value = 0; }

NT_EXPORT Status NT_API RtlRunOnceBeginInitialize(NtRunOnce* RunOnce, std::uint32_t Flags, void** Context) {
    return rtl::begin(*RunOnce, Flags, Context);
}

NT_EXPORT Status NT_API RtlRunOnceComplete(NtRunOnce* RunOnce, std::uint32_t Flags, void* Context) {
    return rtl::complete(*RunOnce, Flags, Context);
}

NT_EXPORT Status NT_API RtlRunOnceExecuteOnce(NtRunOnce* RunOnce, NtRunOnceRoutine InitFunction, void* Parameter,
                                              void** Context) {
    const Status begun = rtl::begin(*RunOnce, 0, Context);
    if (begun != Status::Pending) return begun;
    void* made = nullptr;
    if (!InitFunction(RunOnce, Parameter, Context != nullptr ? Context : &made)) {
        rtl::complete(*RunOnce, nt::run_once_flag::init_failed, nullptr);
        return Status::Unsuccessful;
    }
    return rtl::complete(*RunOnce, 0, Context != nullptr ? *Context : made);
}

// ------------------------------------------------------------------------------------- singly linked lists

NT_EXPORT void NT_API RtlInitializeSListHead(NtSListHeader* ListHead) {
    if (reinterpret_cast<std::uintptr_t>(ListHead) % alignof(NtSListHeader) != 0) {
        rtl::platform::raise(Status::DatatypeMisalignment);
    }
    rtl::initialize(*ListHead);
}
NT_EXPORT NtSListEntry* NT_API RtlFirstEntrySList(const NtSListHeader* ListHead) {
    return rtl::first_entry(*ListHead);
}
NT_EXPORT NtSListEntry* NT_API RtlInterlockedPopEntrySList(NtSListHeader* ListHead) { return rtl::pop(*ListHead); }
NT_EXPORT NtSListEntry* NT_API RtlInterlockedPushEntrySList(NtSListHeader* ListHead, NtSListEntry* ListEntry) {
    return rtl::push(*ListHead, *ListEntry);
}
NT_EXPORT NtSListEntry* NT_API RtlInterlockedPushListSListEx(NtSListHeader* ListHead, NtSListEntry* List,
                                                             NtSListEntry* ListEnd, std::uint32_t Count) {
    return rtl::push_list(*ListHead, *List, *ListEnd, Count);
}
NT_EXPORT NtSListEntry* NT_API RtlInterlockedFlushSList(NtSListHeader* ListHead) { return rtl::flush(*ListHead); }
NT_EXPORT std::uint16_t NT_API RtlQueryDepthSList(NtSListHeader* ListHead) { return rtl::depth(*ListHead); }

// ------------------------------------------------------------------------------------- barriers

NT_EXPORT Status NT_API RtlInitBarrier(NtBarrier* Barrier, std::uint32_t TotalThreads, std::uint32_t SpinCount) {
    constexpr std::uint32_t usual_spins = 2000;
    const auto threads = static_cast<std::int32_t>(TotalThreads), spins = static_cast<std::int32_t>(SpinCount);
    if (threads <= 0 || spins < -1) return Status::InvalidParameter;
    rtl::initialize(*Barrier, TotalThreads, spins < 0 ? usual_spins : SpinCount);
    return Status::Success;
}
NT_EXPORT std::uint8_t NT_API RtlBarrier(NtBarrier* Barrier, std::uint32_t Flags) { return rtl::enter(*Barrier, Flags); }
NT_EXPORT Status NT_API RtlDeleteBarrier(NtBarrier* Barrier) {
    rtl::wait_until_left(*Barrier);
    return Status::Success;
}
