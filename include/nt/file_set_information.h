// SPDX-License-Identifier: MIT
// file_set_information.h: the requests that only NtSetInformationFile knows: size, deletion, new names.
//
// Layouts as in Microsoft's ntifs.h ("[MS-FSCC] 2.4 File Information Classes").
#pragma once

#include <nt/abi.h>

#include <cstdint>

namespace nt {

template<class Abi>
struct FILE_END_OF_FILE_INFORMATION {
    std::int64_t EndOfFile;
};

template<class Abi>
struct FILE_ALLOCATION_INFORMATION {
    std::int64_t AllocationSize;
};

template<class Abi>
struct FILE_VALID_DATA_LENGTH_INFORMATION {
    std::int64_t ValidDataLength;
};

template<class Abi>
struct FILE_DISPOSITION_INFORMATION {
    std::uint8_t DeleteFile;
};

template<class Abi>
struct FILE_DISPOSITION_INFORMATION_EX {
    std::uint32_t Flags;
};
inline constexpr std::uint32_t FILE_DISPOSITION_DELETE = 0x01;
inline constexpr std::uint32_t FILE_DISPOSITION_POSIX_SEMANTICS = 0x02; ///< the name goes at once
inline constexpr std::uint32_t FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK = 0x04;
inline constexpr std::uint32_t FILE_DISPOSITION_ON_CLOSE = 0x08;
inline constexpr std::uint32_t FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE = 0x10;

/// Also FILE_LINK_INFORMATION and their Ex forms.
template<class Abi>
struct FILE_RENAME_INFORMATION {
    union {
        std::uint8_t ReplaceIfExists;
        std::uint32_t Flags; ///< the Ex form
    };
    uptr<Abi> RootDirectory;
    std::uint32_t FileNameLength; ///< bytes
    char16_t FileName[1];
};
NT_ASSERT_OFFSET(FILE_RENAME_INFORMATION, RootDirectory, 8, 4);
NT_ASSERT_OFFSET(FILE_RENAME_INFORMATION, FileNameLength, 16, 8);
NT_ASSERT_OFFSET(FILE_RENAME_INFORMATION, FileName, 20, 12);
inline constexpr std::uint32_t FILE_RENAME_REPLACE_IF_EXISTS = 0x01;
inline constexpr std::uint32_t FILE_RENAME_POSIX_SEMANTICS = 0x02;
inline constexpr std::uint32_t FILE_RENAME_IGNORE_READONLY_ATTRIBUTE = 0x40;

template<class Abi>
struct FILE_COMPLETION_INFORMATION {
    uptr<Abi> Port;
    uptr<Abi> Key;
};

} // namespace nt
