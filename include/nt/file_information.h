// SPDX-License-Identifier: MIT
// file_information.h: what NtQueryInformationFile and NtSetInformationFile speak about one open file.
//
// Layouts as in Microsoft's ntifs.h and wdm.h ("[MS-FSCC] 2.4 File Information Classes"). A trailing
// array of one element stands for as many as the length says.
#pragma once

#include <nt/abi.h>

#include <cstdint>

namespace nt {

enum class FileInformationClass : std::uint32_t {
    Directory = 1, FullDirectory = 2, BothDirectory = 3, Basic = 4, Standard = 5, Internal = 6, Ea = 7,
    Access = 8, Name = 9, Rename = 10, Link = 11, Names = 12, Disposition = 13, Position = 14,
    FullEa = 15, Mode = 16, Alignment = 17, All = 18, Allocation = 19, EndOfFile = 20,
    AlternateName = 21, Stream = 22, Pipe = 23, PipeLocal = 24, PipeRemote = 25, Compression = 28,
    ObjectId = 29, Completion = 30, NetworkOpen = 34, AttributeTag = 35, IdBothDirectory = 37,
    IdFullDirectory = 38, ValidDataLength = 39, ShortName = 40, IoCompletionNotification = 41,
    IoPriorityHint = 43, HardLink = 46, ProcessIdsUsingFile = 47, NormalizedName = 48,
    NetworkPhysicalName = 49, IdGlobalTxDirectory = 50, IsRemoteDevice = 51, StandardLink = 54,
    RemoteProtocol = 55, VolumeName = 58, Id = 59, IdExtdDirectory = 60, ReplaceCompletion = 61, HardLinkFullId = 62,
    IdExtdBothDirectory = 63, DispositionEx = 64, RenameEx = 65, Stat = 68, CaseSensitive = 71,
    LinkEx = 72, StatLx = 70,
};

template<class Abi>
struct FILE_BASIC_INFORMATION {
    std::int64_t CreationTime; ///< 100 ns since 1601; in a set: 0 leaves it, -1 stops updates, -2 resumes them
    std::int64_t LastAccessTime;
    std::int64_t LastWriteTime;
    std::int64_t ChangeTime;
    std::uint32_t FileAttributes; ///< in a set: 0 leaves them
};
NT_ASSERT_SIZE(FILE_BASIC_INFORMATION, 40, 40);

template<class Abi>
struct FILE_STANDARD_INFORMATION {
    std::int64_t AllocationSize;
    std::int64_t EndOfFile;
    std::uint32_t NumberOfLinks;
    std::uint8_t DeletePending;
    std::uint8_t Directory;
};
NT_ASSERT_SIZE(FILE_STANDARD_INFORMATION, 24, 24);

template<class Abi>
struct FILE_INTERNAL_INFORMATION {
    std::int64_t IndexNumber;
};

template<class Abi>
struct FILE_EA_INFORMATION {
    std::uint32_t EaSize;
};

template<class Abi>
struct FILE_ACCESS_INFORMATION {
    std::uint32_t AccessFlags;
};

template<class Abi>
struct FILE_POSITION_INFORMATION {
    std::int64_t CurrentByteOffset;
};

template<class Abi>
struct FILE_MODE_INFORMATION {
    std::uint32_t Mode; ///< the FILE_* create options that describe the handle
};

template<class Abi>
struct FILE_ALIGNMENT_INFORMATION {
    std::uint32_t AlignmentRequirement;
};

template<class Abi>
struct FILE_NAME_INFORMATION {
    std::uint32_t FileNameLength; ///< bytes
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_NAME_INFORMATION, FileName, 4, 4);

template<class Abi>
struct FILE_ALL_INFORMATION {
    FILE_BASIC_INFORMATION<Abi> BasicInformation;
    FILE_STANDARD_INFORMATION<Abi> StandardInformation;
    FILE_INTERNAL_INFORMATION<Abi> InternalInformation;
    FILE_EA_INFORMATION<Abi> EaInformation;
    FILE_ACCESS_INFORMATION<Abi> AccessInformation;
    FILE_POSITION_INFORMATION<Abi> PositionInformation;
    FILE_MODE_INFORMATION<Abi> ModeInformation;
    FILE_ALIGNMENT_INFORMATION<Abi> AlignmentInformation;
    FILE_NAME_INFORMATION<Abi> NameInformation;
};
NT_ASSERT_SIZE(FILE_ALL_INFORMATION, 104, 104);
NT_ASSERT_OFFSET(FILE_ALL_INFORMATION, NameInformation, 96, 96);

template<class Abi>
struct FILE_NETWORK_OPEN_INFORMATION {
    std::int64_t CreationTime;
    std::int64_t LastAccessTime;
    std::int64_t LastWriteTime;
    std::int64_t ChangeTime;
    std::int64_t AllocationSize;
    std::int64_t EndOfFile;
    std::uint32_t FileAttributes;
};
NT_ASSERT_SIZE(FILE_NETWORK_OPEN_INFORMATION, 56, 56);

template<class Abi>
struct FILE_ATTRIBUTE_TAG_INFORMATION {
    std::uint32_t FileAttributes;
    std::uint32_t ReparseTag;
};

template<class Abi>
struct FILE_STANDARD_LINK_INFORMATION {
    std::uint32_t NumberOfAccessibleLinks;
    std::uint32_t TotalNumberOfLinks;
    std::uint8_t DeletePending;
    std::uint8_t Directory;
};

template<class Abi>
struct FILE_ID_INFORMATION {
    std::uint64_t VolumeSerialNumber;
    std::uint8_t FileId[16];
};

template<class Abi>
struct FILE_STREAM_INFORMATION {
    std::uint32_t NextEntryOffset;
    std::uint32_t StreamNameLength;
    std::int64_t StreamSize;
    std::int64_t StreamAllocationSize;
    char16_t StreamName[1];
};
NT_ASSERT_OFFSET(FILE_STREAM_INFORMATION, StreamName, 24, 24);

template<class Abi>
struct FILE_IO_COMPLETION_NOTIFICATION_INFORMATION {
    std::uint32_t Flags;
};

template<class Abi>
struct FILE_IS_REMOTE_DEVICE_INFORMATION {
    std::uint8_t IsRemote;
};

template<class Abi>
struct FILE_PIPE_INFORMATION {
    std::uint32_t ReadMode;
    std::uint32_t CompletionMode;
};

template<class Abi>
struct FILE_PIPE_LOCAL_INFORMATION {
    std::uint32_t NamedPipeType;
    std::uint32_t NamedPipeConfiguration;
    std::uint32_t MaximumInstances;
    std::uint32_t CurrentInstances;
    std::uint32_t InboundQuota;
    std::uint32_t ReadDataAvailable;
    std::uint32_t OutboundQuota;
    std::uint32_t WriteQuotaAvailable;
    std::uint32_t NamedPipeState;
    std::uint32_t NamedPipeEnd;
};
NT_ASSERT_SIZE(FILE_PIPE_LOCAL_INFORMATION, 40, 40);

} // namespace nt
