// SPDX-License-Identifier: MIT
// memory_information.h: the structures of the virtual memory and section services.
//
// Layouts as in Microsoft's winnt.h and ntifs.h ("MEMORY_BASIC_INFORMATION structure", "NtQueryVirtualMemory
// function", "NtQuerySection function").
#pragma once

#include <nt/basic.h>

namespace nt {

template<class Abi>
struct MEMORY_BASIC_INFORMATION {
    uptr<Abi> BaseAddress;
    uptr<Abi> AllocationBase;
    std::uint32_t AllocationProtect;
    uptr<Abi> RegionSize; ///< on x64 four bytes of PartitionId and padding come before
    std::uint32_t State;
    std::uint32_t Protect;
    std::uint32_t Type;
};
NT_ASSERT_SIZE(MEMORY_BASIC_INFORMATION, 48, 28);
NT_ASSERT_OFFSET(MEMORY_BASIC_INFORMATION, RegionSize, 24, 12);

/// RegionType is a set of bits: 0 Private, 1 MappedDataFile, 2 MappedImage, 3 MappedPageFile, 4 MappedPhysical,
/// 8 PlaceholderReservation.
template<class Abi>
struct MEMORY_REGION_INFORMATION {
    uptr<Abi> AllocationBase;
    std::uint32_t AllocationProtect;
    std::uint32_t RegionType;
    uptr<Abi> RegionSize;
    uptr<Abi> CommitSize;
    uptr<Abi> PartitionId;
    uptr<Abi> NodePreference;
};
NT_ASSERT_SIZE(MEMORY_REGION_INFORMATION, 48, 28);
NT_ASSERT_OFFSET(MEMORY_REGION_INFORMATION, CommitSize, 24, 16);

/// WIN32_MEMORY_RANGE_ENTRY.
template<class Abi>
struct MEMORY_RANGE_ENTRY {
    uptr<Abi> VirtualAddress;
    uptr<Abi> NumberOfBytes;
};
NT_ASSERT_SIZE(MEMORY_RANGE_ENTRY, 16, 8);

template<class Abi>
struct MEMORY_WORKING_SET_EX_INFORMATION {
    uptr<Abi> VirtualAddress;
    uptr<Abi> VirtualAttributes; ///< bits: 0 Valid, 1-3 ShareCount, 4-14 Win32Protection, 15 Shared, 22 Locked
};
NT_ASSERT_SIZE(MEMORY_WORKING_SET_EX_INFORMATION, 16, 8);

template<class Abi>
struct MEMORY_IMAGE_INFORMATION {
    uptr<Abi> ImageBase;
    uptr<Abi> SizeOfImage;
    std::uint32_t ImageFlags; ///< bits: 0 ImagePartialMap, 1 ImageNotExecutable, 2-5 ImageSigningLevel
};
NT_ASSERT_SIZE(MEMORY_IMAGE_INFORMATION, 24, 12);

template<class Abi>
struct SECTION_BASIC_INFORMATION {
    uptr<Abi> BaseAddress;
    std::uint32_t AllocationAttributes;
    alignas(8) std::int64_t MaximumSize;
};
NT_ASSERT_SIZE(SECTION_BASIC_INFORMATION, 24, 16);

template<class Abi>
struct SECTION_IMAGE_INFORMATION {
    uptr<Abi> TransferAddress;
    std::uint32_t ZeroBits;
    uptr<Abi> MaximumStackSize;
    uptr<Abi> CommittedStackSize;
    std::uint32_t SubSystemType;
    std::uint16_t SubSystemMinorVersion;
    std::uint16_t SubSystemMajorVersion;
    std::uint16_t MajorOperatingSystemVersion; ///< the union's other reading: GpValue
    std::uint16_t MinorOperatingSystemVersion;
    std::uint16_t ImageCharacteristics;
    std::uint16_t DllCharacteristics;
    std::uint16_t Machine;
    std::uint8_t ImageContainsCode;
    std::uint8_t ImageFlags; ///< bits: 0 ComPlusNativeReady, 2 ImageDynamicallyRelocated, 3 ImageMappedFlat
    std::uint32_t LoaderFlags;
    std::uint32_t ImageFileSize;
    std::uint32_t CheckSum;
};
NT_ASSERT_SIZE(SECTION_IMAGE_INFORMATION, 64, 48);
NT_ASSERT_OFFSET(SECTION_IMAGE_INFORMATION, SubSystemType, 32, 16);
NT_ASSERT_OFFSET(SECTION_IMAGE_INFORMATION, Machine, 48, 32);

/// Type is in the low 8 bits of the first word: nt::MemExtendedParameter*.
template<class Abi>
struct MEM_EXTENDED_PARAMETER {
    alignas(8) std::uint64_t Type;
    alignas(8) std::uint64_t Value; ///< a pointer, a size, a handle or a number
};
NT_ASSERT_SIZE(MEM_EXTENDED_PARAMETER, 16, 16);

template<class Abi>
struct MEM_ADDRESS_REQUIREMENTS {
    uptr<Abi> LowestStartingAddress;
    uptr<Abi> HighestEndingAddress; ///< inclusive
    uptr<Abi> Alignment;
};
NT_ASSERT_SIZE(MEM_ADDRESS_REQUIREMENTS, 24, 12);

} // namespace nt
