// SPDX-License-Identifier: MIT
// rtl_debug_information.h: ntdll's own picture of a process: its modules and heaps, for toolhelp and debuggers.
//
// Not documented; the layouts are those of NT's public kits and of ntdll's public symbols
// (_RTL_DEBUG_INFORMATION, _RTL_PROCESS_MODULES, _RTL_PROCESS_HEAPS).
#pragma once

#include <nt/rtl_export.h>

namespace nt {

namespace debug_query { // RTL_QUERY_PROCESS_*
inline constexpr std::uint32_t modules = 0x00000001;
inline constexpr std::uint32_t back_traces = 0x00000002;
inline constexpr std::uint32_t heap_summary = 0x00000004;
inline constexpr std::uint32_t heap_tags = 0x00000008;
inline constexpr std::uint32_t heap_entries = 0x00000010;
inline constexpr std::uint32_t locks = 0x00000020;
inline constexpr std::uint32_t non_invasive = 0x80000000;
} // namespace debug_query

template<class Abi>
struct RTL_PROCESS_MODULE_INFORMATION {
    uptr<Abi> Section;
    Ptr<Abi, void> MappedBase;
    Ptr<Abi, void> ImageBase;
    std::uint32_t ImageSize;
    std::uint32_t Flags; ///< LdrEntryFlags
    std::uint16_t LoadOrderIndex;
    std::uint16_t InitOrderIndex;
    std::uint16_t LoadCount;
    std::uint16_t OffsetToFileName;
    char FullPathName[256]; ///< ANSI
};
NT_ASSERT_SIZE(RTL_PROCESS_MODULE_INFORMATION, 296, 284);

template<class Abi>
struct RTL_PROCESS_MODULES {
    std::uint32_t NumberOfModules;
    RTL_PROCESS_MODULE_INFORMATION<Abi> Modules[1];
};

namespace debug_heap_entry { // RTL_HEAP_*
inline constexpr std::uint16_t busy = 0x0001;
inline constexpr std::uint16_t segment = 0x0002;
inline constexpr std::uint16_t settable_value = 0x0010;
inline constexpr std::uint16_t settable_flags = 0x00E0;
inline constexpr std::uint16_t uncommitted = 0x0100;
} // namespace debug_heap_entry

/// What follows a segment's entry lies side by side from its FirstBlock on.
template<class Abi>
struct RTL_HEAP_ENTRY {
    uptr<Abi> Size; ///< with the header
    std::uint16_t Flags;
    std::uint16_t AllocatorBackTraceIndex;
    union {
        struct {
            uptr<Abi> Settable;
            std::uint32_t Tag;
        } Block;
        struct {
            uptr<Abi> CommittedSize;
            Ptr<Abi, void> FirstBlock;
        } Segment;
    };
};
NT_ASSERT_SIZE(RTL_HEAP_ENTRY, 32, 16);

template<class Abi>
struct RTL_HEAP_INFORMATION {
    Ptr<Abi, void> BaseAddress;
    std::uint32_t Flags;
    std::uint16_t EntryOverhead; ///< bytes before a block's data
    std::uint16_t CreatorBackTraceIndex;
    uptr<Abi> BytesAllocated;
    uptr<Abi> BytesCommitted;
    std::uint32_t NumberOfTags;
    std::uint32_t NumberOfEntries;
    std::uint32_t NumberOfPseudoTags;
    std::uint32_t PseudoTagGranularity;
    std::uint32_t Reserved[5];
    Ptr<Abi, void> Tags;
    Ptr<Abi, RTL_HEAP_ENTRY<Abi>> Entries; ///< null unless heap_entries was asked for
};
NT_ASSERT_SIZE(RTL_HEAP_INFORMATION, 88, 64);

template<class Abi>
struct RTL_PROCESS_HEAPS {
    std::uint32_t NumberOfHeaps;
    RTL_HEAP_INFORMATION<Abi> Heaps[1];
};

template<class Abi>
struct RTL_DEBUG_INFORMATION {
    uptr<Abi> SectionHandleClient;
    Ptr<Abi, void> ViewBaseClient;
    Ptr<Abi, void> ViewBaseTarget;
    uptr<Abi> ViewBaseDelta;
    uptr<Abi> EventPairClient;
    uptr<Abi> EventPairTarget;
    uptr<Abi> TargetProcessId;
    uptr<Abi> TargetThreadHandle;
    std::uint32_t Flags; ///< debug_query, as asked
    uptr<Abi> OffsetFree;
    uptr<Abi> CommitSize;
    uptr<Abi> ViewSize;
    Ptr<Abi, RTL_PROCESS_MODULES<Abi>> Modules;
    Ptr<Abi, void> BackTraces;
    Ptr<Abi, RTL_PROCESS_HEAPS<Abi>> Heaps;
    Ptr<Abi, void> Locks;
    Ptr<Abi, void> SpecificHeap; ///< set by the caller: entries of this heap only
    uptr<Abi> TargetProcessHandle;
    uptr<Abi> Reserved[6];
};
NT_ASSERT_OFFSET(RTL_DEBUG_INFORMATION, Modules, 0x60, 0x30);
NT_ASSERT_OFFSET(RTL_DEBUG_INFORMATION, SpecificHeap, 0x80, 0x40);

} // namespace nt

extern "C" {

using NtDebugInformation = nt::RTL_DEBUG_INFORMATION<nt::Native>;

/// Null if there is no memory. `MaximumCommit` 0: the default of 4 MiB.
NtDebugInformation* NT_API RtlCreateQueryDebugBuffer(std::uint32_t MaximumCommit, std::uint8_t UseEventPair);
nt::Status NT_API RtlDestroyQueryDebugBuffer(NtDebugInformation* Buffer);
/// Statuses: InvalidCid (only the own process can be looked at), NoMemory (the buffer is too small),
/// NotImplemented (back traces, locks).
nt::Status NT_API RtlQueryProcessDebugInformation(void* UniqueProcessId, std::uint32_t Flags,
                                                  NtDebugInformation* Buffer);

} // extern "C"
