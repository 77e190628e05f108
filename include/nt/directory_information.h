// SPDX-License-Identifier: MIT
// directory_information.h: the entries that NtQueryDirectoryFile writes, one behind the other.
//
// NextEntryOffset leads from an entry to the next, 0 ends the list; entries start at multiples of 8.
// Layouts as in Microsoft's ntifs.h ("[MS-FSCC] 2.4 File Information Classes").
#pragma once

#include <nt/abi.h>

#include <cstdint>

namespace nt {

// The part that all but FILE_NAMES_INFORMATION begin with.
#define NT_DIRECTORY_ENTRY_HEAD                                                                             \
    std::uint32_t NextEntryOffset;                                                                          \
    std::uint32_t FileIndex;                                                                                \
    std::int64_t CreationTime;                                                                              \
    std::int64_t LastAccessTime;                                                                            \
    std::int64_t LastWriteTime;                                                                             \
    std::int64_t ChangeTime;                                                                                \
    std::int64_t EndOfFile;                                                                                 \
    std::int64_t AllocationSize;                                                                            \
    std::uint32_t FileAttributes;                                                                           \
    std::uint32_t FileNameLength

template<class Abi>
struct FILE_DIRECTORY_INFORMATION {
    NT_DIRECTORY_ENTRY_HEAD;
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_DIRECTORY_INFORMATION, FileName, 64, 64);

template<class Abi>
struct FILE_FULL_DIR_INFORMATION {
    NT_DIRECTORY_ENTRY_HEAD;
    std::uint32_t EaSize;
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_FULL_DIR_INFORMATION, FileName, 68, 68);

template<class Abi>
struct FILE_ID_FULL_DIR_INFORMATION {
    NT_DIRECTORY_ENTRY_HEAD;
    std::uint32_t EaSize;
    std::int64_t FileId;
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_ID_FULL_DIR_INFORMATION, FileName, 80, 80);

template<class Abi>
struct FILE_BOTH_DIR_INFORMATION {
    NT_DIRECTORY_ENTRY_HEAD;
    std::uint32_t EaSize;
    std::uint8_t ShortNameLength;
    char16_t ShortName[12];
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_BOTH_DIR_INFORMATION, ShortName, 70, 70);
NT_ASSERT_OFFSET(FILE_BOTH_DIR_INFORMATION, FileName, 94, 94);

template<class Abi>
struct FILE_ID_BOTH_DIR_INFORMATION {
    NT_DIRECTORY_ENTRY_HEAD;
    std::uint32_t EaSize;
    std::uint8_t ShortNameLength;
    char16_t ShortName[12];
    std::int64_t FileId;
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_ID_BOTH_DIR_INFORMATION, FileId, 96, 96);
NT_ASSERT_OFFSET(FILE_ID_BOTH_DIR_INFORMATION, FileName, 104, 104);

template<class Abi>
struct FILE_ID_EXTD_DIR_INFORMATION {
    NT_DIRECTORY_ENTRY_HEAD;
    std::uint32_t EaSize;
    std::uint32_t ReparsePointTag;
    std::uint8_t FileId[16];
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_ID_EXTD_DIR_INFORMATION, FileName, 88, 88);

template<class Abi>
struct FILE_NAMES_INFORMATION {
    std::uint32_t NextEntryOffset;
    std::uint32_t FileIndex;
    std::uint32_t FileNameLength;
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_NAMES_INFORMATION, FileName, 12, 12);

#undef NT_DIRECTORY_ENTRY_HEAD

// QueryFlags of NtQueryDirectoryFileEx.
inline constexpr std::uint32_t FILE_QUERY_RESTART_SCAN = 0x01;
inline constexpr std::uint32_t FILE_QUERY_RETURN_SINGLE_ENTRY = 0x02;
inline constexpr std::uint32_t FILE_QUERY_INDEX_SPECIFIED = 0x04;

} // namespace nt
