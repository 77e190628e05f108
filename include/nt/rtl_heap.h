// SPDX-License-Identifier: MIT
// rtl_heap.h: ntdll's heap functions, to which kernel32's Heap* are forwarded or turned.
//
// Flags, structures and classes as in winnt.h and (RtlWalkHeap's entry, the creation parameters) in the
// Windows driver kit's ntifs.h. A heap handle is the heap's address.
#pragma once

#include <nt/rtl_export.h>

namespace nt {

namespace heap_flag { // HEAP_*
inline constexpr std::uint32_t no_serialize = 0x00000001;
inline constexpr std::uint32_t growable = 0x00000002;
inline constexpr std::uint32_t generate_exceptions = 0x00000004;
inline constexpr std::uint32_t zero_memory = 0x00000008;
inline constexpr std::uint32_t realloc_in_place_only = 0x00000010;
inline constexpr std::uint32_t tail_checking = 0x00000020;
inline constexpr std::uint32_t free_checking = 0x00000040;
inline constexpr std::uint32_t disable_coalesce_on_free = 0x00000080;
inline constexpr std::uint32_t settable_user_value = 0x00000100;
inline constexpr std::uint32_t settable_user_flag1 = 0x00000200;
inline constexpr std::uint32_t settable_user_flag2 = 0x00000400;
inline constexpr std::uint32_t settable_user_flag3 = 0x00000800;
inline constexpr std::uint32_t settable_user_flags = 0x00000E00;
inline constexpr std::uint32_t class_mask = 0x0000F000;
inline constexpr std::uint32_t private_class = 0x00001000; ///< HEAP_CLASS_1
inline constexpr std::uint32_t align_16 = 0x00010000;
inline constexpr std::uint32_t enable_tracing = 0x00020000;
inline constexpr std::uint32_t enable_execute = 0x00040000;
inline constexpr std::uint32_t tag_mask = 0x0FFF0000; ///< in allocation calls
inline constexpr std::uint32_t page_allocations = 0x01000000;
inline constexpr std::uint32_t capture_stack_backtraces = 0x08000000;
inline constexpr std::uint32_t validate_on_call = 0x10000000;
inline constexpr std::uint32_t validate_all = 0x20000000;
inline constexpr std::uint32_t validate_parameters = 0x40000000;
} // namespace heap_flag

/// RtlCreateHeap's optional tuning; zero fields mean the default.
template<class Abi>
struct RTL_HEAP_PARAMETERS {
    std::uint32_t Length; ///< sizeof
    uptr<Abi> SegmentReserve;
    uptr<Abi> SegmentCommit;
    uptr<Abi> DeCommitFreeBlockThreshold;
    uptr<Abi> DeCommitTotalFreeThreshold;
    uptr<Abi> MaximumAllocationSize;
    uptr<Abi> VirtualMemoryThreshold;
    uptr<Abi> InitialCommit;
    uptr<Abi> InitialReserve;
    Ptr<Abi, void> CommitRoutine;
    uptr<Abi> Reserved[2];
};
NT_ASSERT_SIZE(RTL_HEAP_PARAMETERS, 96, 48);

namespace heap_entry_flag { // what RtlWalkHeap answers; RTL_HEAP_*
inline constexpr std::uint16_t busy = 0x0001;
inline constexpr std::uint16_t region = 0x0002;
inline constexpr std::uint16_t block = 0x0010;
inline constexpr std::uint16_t uncommitted = 0x1000;
inline constexpr std::uint16_t committed = 0x4000;
inline constexpr std::uint16_t front_end = 0x8000;
} // namespace heap_entry_flag

/// RtlWalkHeap's cursor and answer. DataAddress null starts the walk.
template<class Abi>
struct RTL_HEAP_WALK_ENTRY {
    Ptr<Abi, void> DataAddress;
    uptr<Abi> DataSize;
    std::uint8_t OverheadBytes;
    std::uint8_t SegmentIndex; ///< 64: a large (virtual) block
    std::uint16_t Flags;       ///< heap_entry_flag
    union {
        struct {
            uptr<Abi> Settable;
            std::uint16_t TagIndex;
            std::uint16_t AllocatorBackTraceIndex;
            std::uint32_t Reserved[2];
        } Block;
        struct {
            std::uint32_t CommittedSize;
            std::uint32_t UnCommittedSize;
            Ptr<Abi, void> FirstEntry;
            Ptr<Abi, void> LastEntry;
        } Segment;
    };
};
NT_ASSERT_SIZE(RTL_HEAP_WALK_ENTRY, 48, 28);

/// What RtlQueryTagHeap tells of a tag.
template<class Abi>
struct RTL_HEAP_TAG_INFO {
    std::uint32_t NumberOfAllocations;
    std::uint32_t NumberOfFrees;
    uptr<Abi> BytesAllocated;
};
NT_ASSERT_SIZE(RTL_HEAP_TAG_INFO, 16, 12);

/// RtlQueryHeapInformation / RtlSetHeapInformation.
enum class HeapInformationClass : std::uint32_t {
    CompatibilityInformation = 0,
    EnableTerminationOnCorruption = 1,
    ExtendedInformation = 2,
    OptimizeResources = 3,
};

} // namespace nt

extern "C" {

using NtHeapParameters = nt::RTL_HEAP_PARAMETERS<nt::Native>;
using NtHeapWalkEntry = nt::RTL_HEAP_WALK_ENTRY<nt::Native>;
using NtHeapTagInfo = nt::RTL_HEAP_TAG_INFO<nt::Native>;
using NtHeapEnumRoutine = nt::Status(NT_API*)(void* HeapHandle, void* UserParam);

/// Null on failure. `HeapBase` and `Lock` are usually null.
void* NT_API RtlCreateHeap(std::uint32_t Flags, void* HeapBase, std::size_t ReserveSize, std::size_t CommitSize,
                           void* Lock, NtHeapParameters* Parameters);
/// Null on success, the heap itself if it cannot be destroyed (the process heap).
void* NT_API RtlDestroyHeap(void* HeapHandle);
/// On failure: null and ERROR_NOT_ENOUGH_MEMORY, or STATUS_NO_MEMORY is raised.
void* NT_API RtlAllocateHeap(void* HeapHandle, std::uint32_t Flags, std::size_t Size);
void* NT_API RtlReAllocateHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress, std::size_t Size);
/// A LOGICAL since Windows 8, so that HeapFree can be a forwarder to it.
std::uint32_t NT_API RtlFreeHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress);
/// The size that was asked for; (SIZE_T)-1 for a bad block.
std::size_t NT_API RtlSizeHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress);
std::uint8_t NT_API RtlValidateHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress);
std::uint8_t NT_API RtlValidateProcessHeaps();
/// Oriel's own: is there a block at that address, and if not, is there anything? A judgement of one block without
/// an effect on the last error.
enum : std::uint32_t { oriel_block_good = 0, oriel_block_bad = 1, oriel_block_nowhere = 2 };
std::uint32_t NT_API RtlOrielJudgeBlock(void* HeapHandle, const void* BaseAddress);
/// The largest free block's bytes.
std::size_t NT_API RtlCompactHeap(void* HeapHandle, std::uint32_t Flags);
std::uint8_t NT_API RtlLockHeap(void* HeapHandle);
std::uint8_t NT_API RtlUnlockHeap(void* HeapHandle);
nt::Status NT_API RtlWalkHeap(void* HeapHandle, NtHeapWalkEntry* Entry);
std::uint32_t NT_API RtlGetProcessHeaps(std::uint32_t Count, void** Heaps);
nt::Status NT_API RtlEnumProcessHeaps(NtHeapEnumRoutine Routine, void* Parameter);
nt::Status NT_API RtlSetHeapInformation(void* HeapHandle, nt::HeapInformationClass Class, void* Information,
                                        std::size_t Length);
nt::Status NT_API RtlQueryHeapInformation(void* HeapHandle, nt::HeapInformationClass Class, void* Information,
                                          std::size_t Length, std::size_t* ReturnLength);
std::uint8_t NT_API RtlGetUserInfoHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress, void** UserValue,
                                       std::uint32_t* UserFlags);
std::uint8_t NT_API RtlSetUserValueHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress, void* UserValue);
std::uint8_t NT_API RtlSetUserFlagsHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress,
                                        std::uint32_t UserFlagsReset, std::uint32_t UserFlagsSet);
/// The number of the first of the names, for the flags of allocations; 0 where tags are not kept.
std::uint32_t NT_API RtlCreateTagHeap(void* HeapHandle, std::uint32_t Flags, const char16_t* TagPrefix,
                                      const char16_t* TagNames);
/// The tag's name, or null.
char16_t* NT_API RtlQueryTagHeap(void* HeapHandle, std::uint32_t Flags, std::uint16_t TagIndex,
                                 std::uint8_t ResetCounters, NtHeapTagInfo* TagInfo);
void NT_API RtlProtectHeap(void* HeapHandle, std::uint8_t MakeReadOnly);
nt::Status NT_API RtlZeroHeap(void* HeapHandle, std::uint32_t Flags);
std::uint32_t NT_API RtlMultipleAllocateHeap(void* HeapHandle, std::uint32_t Flags, std::size_t Size,
                                             std::uint32_t Count, void** Array);
std::uint32_t NT_API RtlMultipleFreeHeap(void* HeapHandle, std::uint32_t Flags, std::uint32_t Count, void** Array);

} // extern "C"
