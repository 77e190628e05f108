// SPDX-License-Identifier: MIT
// volume_information.h: what NtQueryVolumeInformationFile says about the volume or device of a file.
//
// Layouts as in Microsoft's ntifs.h ("[MS-FSCC] 2.5 File System Information Classes").
#pragma once

#include <nt/abi.h>

#include <cstdint>

namespace nt {

enum class FsInformationClass : std::uint32_t {
    Volume = 1, Label = 2, Size = 3, Device = 4, Attribute = 5, Control = 6, FullSize = 7, ObjectId = 8,
    DriverPath = 9, VolumeFlags = 10, SectorSize = 11,
};

template<class Abi>
struct FILE_FS_VOLUME_INFORMATION {
    std::int64_t VolumeCreationTime;
    std::uint32_t VolumeSerialNumber;
    std::uint32_t VolumeLabelLength; ///< bytes
    std::uint8_t SupportsObjects;
    char16_t VolumeLabel[1];
};
NT_ASSERT_OFFSET(FILE_FS_VOLUME_INFORMATION, VolumeLabel, 18, 18);

template<class Abi>
struct FILE_FS_SIZE_INFORMATION {
    std::int64_t TotalAllocationUnits;
    std::int64_t AvailableAllocationUnits;
    std::uint32_t SectorsPerAllocationUnit;
    std::uint32_t BytesPerSector;
};
NT_ASSERT_SIZE(FILE_FS_SIZE_INFORMATION, 24, 24);

template<class Abi>
struct FILE_FS_FULL_SIZE_INFORMATION {
    std::int64_t TotalAllocationUnits;
    std::int64_t CallerAvailableAllocationUnits;
    std::int64_t ActualAvailableAllocationUnits;
    std::uint32_t SectorsPerAllocationUnit;
    std::uint32_t BytesPerSector;
};
NT_ASSERT_SIZE(FILE_FS_FULL_SIZE_INFORMATION, 32, 32);

template<class Abi>
struct FILE_FS_DEVICE_INFORMATION {
    std::uint32_t DeviceType; ///< FILE_DEVICE_*: what GetFileType reads
    std::uint32_t Characteristics;
};

template<class Abi>
struct FILE_FS_ATTRIBUTE_INFORMATION {
    std::uint32_t FileSystemAttributes;
    std::int32_t MaximumComponentNameLength; ///< characters
    std::uint32_t FileSystemNameLength;      ///< bytes
    char16_t FileSystemName[1];
};
NT_ASSERT_OFFSET(FILE_FS_ATTRIBUTE_INFORMATION, FileSystemName, 12, 12);

template<class Abi>
struct FILE_FS_SECTOR_SIZE_INFORMATION {
    std::uint32_t LogicalBytesPerSector;
    std::uint32_t PhysicalBytesPerSectorForAtomicity;
    std::uint32_t PhysicalBytesPerSectorForPerformance;
    std::uint32_t FileSystemEffectivePhysicalBytesPerSectorForAtomicity;
    std::uint32_t Flags;
    std::uint32_t ByteOffsetForSectorAlignment;
    std::uint32_t ByteOffsetForPartitionAlignment;
};
NT_ASSERT_SIZE(FILE_FS_SECTOR_SIZE_INFORMATION, 28, 28);

inline constexpr std::uint32_t FILE_CASE_SENSITIVE_SEARCH = 0x00000001;
inline constexpr std::uint32_t FILE_CASE_PRESERVED_NAMES = 0x00000002;
inline constexpr std::uint32_t FILE_UNICODE_ON_DISK = 0x00000004;
inline constexpr std::uint32_t FILE_PERSISTENT_ACLS = 0x00000008;
inline constexpr std::uint32_t FILE_SUPPORTS_SPARSE_FILES = 0x00000040;
inline constexpr std::uint32_t FILE_READ_ONLY_VOLUME = 0x00080000;
inline constexpr std::uint32_t FILE_SUPPORTS_HARD_LINKS = 0x00400000;

// DEVICE_TYPE ("Specifying Device Types").
inline constexpr std::uint32_t FILE_DEVICE_CONSOLE = 0x50;
inline constexpr std::uint32_t FILE_DEVICE_DISK = 0x07;
inline constexpr std::uint32_t FILE_DEVICE_DISK_FILE_SYSTEM = 0x08;
inline constexpr std::uint32_t FILE_DEVICE_FILE_SYSTEM = 0x09;
inline constexpr std::uint32_t FILE_DEVICE_NAMED_PIPE = 0x11;
inline constexpr std::uint32_t FILE_DEVICE_NULL = 0x15;
inline constexpr std::uint32_t FILE_DEVICE_SERIAL_PORT = 0x1B;
inline constexpr std::uint32_t FILE_DEVICE_UNKNOWN = 0x22;

inline constexpr std::uint32_t FILE_READ_ONLY_DEVICE = 0x02;
inline constexpr std::uint32_t FILE_DEVICE_IS_MOUNTED = 0x20;

} // namespace nt
