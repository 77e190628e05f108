// SPDX-License-Identifier: MIT
// process_list.h: what NtQuerySystemInformation(SystemProcessInformation) answers: processes, each with its threads
// behind it, and their names behind those.
//
// Source: winternl.h and the public symbols of ntdll (_SYSTEM_PROCESS_INFORMATION, _SYSTEM_THREAD_INFORMATION).
#pragma once

#include <nt/basic.h>

namespace nt {

template<class Abi>
struct SYSTEM_THREAD_INFORMATION {
    std::int64_t KernelTime; ///< 100 ns
    std::int64_t UserTime;
    std::int64_t CreateTime;
    std::uint32_t WaitTime;
    uptr<Abi> StartAddress;
    CLIENT_ID<Abi> ClientId;
    std::int32_t Priority;
    std::int32_t BasePriority;
    std::uint32_t ContextSwitches;
    std::uint32_t ThreadState; ///< 2: running
    std::uint32_t WaitReason;
};
NT_ASSERT_SIZE(SYSTEM_THREAD_INFORMATION, 0x50, 0x40);

template<class Abi>
struct SYSTEM_PROCESS_INFORMATION {
    std::uint32_t NextEntryOffset; ///< from this entry's start; 0: the last
    std::uint32_t NumberOfThreads; ///< SYSTEM_THREAD_INFORMATION follow
    std::int64_t WorkingSetPrivateSize;
    std::uint32_t HardFaultCount;
    std::uint32_t NumberOfThreadsHighWatermark;
    std::uint64_t CycleTime;
    std::int64_t CreateTime;
    std::int64_t UserTime;
    std::int64_t KernelTime;
    UNICODE_STRING<Abi> ImageName; ///< without a path
    std::int32_t BasePriority;
    uptr<Abi> UniqueProcessId;
    uptr<Abi> InheritedFromUniqueProcessId;
    std::uint32_t HandleCount;
    std::uint32_t SessionId;
    uptr<Abi> UniqueProcessKey;
    uptr<Abi> PeakVirtualSize;
    uptr<Abi> VirtualSize;
    std::uint32_t PageFaultCount;
    uptr<Abi> PeakWorkingSetSize;
    uptr<Abi> WorkingSetSize;
    uptr<Abi> QuotaPeakPagedPoolUsage;
    uptr<Abi> QuotaPagedPoolUsage;
    uptr<Abi> QuotaPeakNonPagedPoolUsage;
    uptr<Abi> QuotaNonPagedPoolUsage;
    uptr<Abi> PagefileUsage;
    uptr<Abi> PeakPagefileUsage;
    uptr<Abi> PrivatePageCount;
    std::int64_t ReadOperationCount;
    std::int64_t WriteOperationCount;
    std::int64_t OtherOperationCount;
    std::int64_t ReadTransferCount;
    std::int64_t WriteTransferCount;
    std::int64_t OtherTransferCount;
};
NT_ASSERT_SIZE(SYSTEM_PROCESS_INFORMATION, 0x100, 0xB8);

} // namespace nt
