// SPDX-License-Identifier: MIT
// file.h: the words of NtCreateFile: access rights, sharing, dispositions, options, attributes.
//
// Values as in Microsoft's winnt.h and wdm.h ("NtCreateFile function", "File Access Rights Constants").
#pragma once

#include <cstdint>

namespace nt {

// Access rights of files; a directory gives the same bits other names.
inline constexpr std::uint32_t FILE_READ_DATA = 0x0001;
inline constexpr std::uint32_t FILE_LIST_DIRECTORY = 0x0001;
inline constexpr std::uint32_t FILE_WRITE_DATA = 0x0002;
inline constexpr std::uint32_t FILE_ADD_FILE = 0x0002;
inline constexpr std::uint32_t FILE_APPEND_DATA = 0x0004;
inline constexpr std::uint32_t FILE_ADD_SUBDIRECTORY = 0x0004;
inline constexpr std::uint32_t FILE_CREATE_PIPE_INSTANCE = 0x0004;
inline constexpr std::uint32_t FILE_READ_EA = 0x0008;
inline constexpr std::uint32_t FILE_WRITE_EA = 0x0010;
inline constexpr std::uint32_t FILE_EXECUTE = 0x0020;
inline constexpr std::uint32_t FILE_TRAVERSE = 0x0020;
inline constexpr std::uint32_t FILE_DELETE_CHILD = 0x0040;
inline constexpr std::uint32_t FILE_READ_ATTRIBUTES = 0x0080;
inline constexpr std::uint32_t FILE_WRITE_ATTRIBUTES = 0x0100;
inline constexpr std::uint32_t FILE_GENERIC_READ = 0x00120089;
inline constexpr std::uint32_t FILE_GENERIC_WRITE = 0x00120116;
inline constexpr std::uint32_t FILE_GENERIC_EXECUTE = 0x001200A0;
inline constexpr std::uint32_t FILE_ALL_ACCESS = 0x001F01FF;

// Sharing: what later opens may do while this handle is open.
inline constexpr std::uint32_t FILE_SHARE_READ = 1;
inline constexpr std::uint32_t FILE_SHARE_WRITE = 2;
inline constexpr std::uint32_t FILE_SHARE_DELETE = 4;

// CreateDisposition.
inline constexpr std::uint32_t FILE_SUPERSEDE = 0;
inline constexpr std::uint32_t FILE_OPEN = 1;
inline constexpr std::uint32_t FILE_CREATE = 2;
inline constexpr std::uint32_t FILE_OPEN_IF = 3;
inline constexpr std::uint32_t FILE_OVERWRITE = 4;
inline constexpr std::uint32_t FILE_OVERWRITE_IF = 5;

// CreateOptions.
inline constexpr std::uint32_t FILE_DIRECTORY_FILE = 0x00000001;
inline constexpr std::uint32_t FILE_WRITE_THROUGH = 0x00000002;
inline constexpr std::uint32_t FILE_SEQUENTIAL_ONLY = 0x00000004;
inline constexpr std::uint32_t FILE_NO_INTERMEDIATE_BUFFERING = 0x00000008;
inline constexpr std::uint32_t FILE_SYNCHRONOUS_IO_ALERT = 0x00000010;
inline constexpr std::uint32_t FILE_SYNCHRONOUS_IO_NONALERT = 0x00000020;
inline constexpr std::uint32_t FILE_NON_DIRECTORY_FILE = 0x00000040;
inline constexpr std::uint32_t FILE_CREATE_TREE_CONNECTION = 0x00000080;
inline constexpr std::uint32_t FILE_COMPLETE_IF_OPLOCKED = 0x00000100;
inline constexpr std::uint32_t FILE_NO_EA_KNOWLEDGE = 0x00000200;
inline constexpr std::uint32_t FILE_RANDOM_ACCESS = 0x00000800;
inline constexpr std::uint32_t FILE_DELETE_ON_CLOSE = 0x00001000;
inline constexpr std::uint32_t FILE_OPEN_BY_FILE_ID = 0x00002000;
inline constexpr std::uint32_t FILE_OPEN_FOR_BACKUP_INTENT = 0x00004000;
inline constexpr std::uint32_t FILE_OPEN_REPARSE_POINT = 0x00200000;

// IoStatusBlock.Information after a successful NtCreateFile.
inline constexpr std::uint32_t FILE_SUPERSEDED = 0;
inline constexpr std::uint32_t FILE_OPENED = 1;
inline constexpr std::uint32_t FILE_CREATED = 2;
inline constexpr std::uint32_t FILE_OVERWRITTEN = 3;

inline constexpr std::uint32_t FILE_ATTRIBUTE_READONLY = 0x00000001;
inline constexpr std::uint32_t FILE_ATTRIBUTE_HIDDEN = 0x00000002;
inline constexpr std::uint32_t FILE_ATTRIBUTE_SYSTEM = 0x00000004;
inline constexpr std::uint32_t FILE_ATTRIBUTE_DIRECTORY = 0x00000010;
inline constexpr std::uint32_t FILE_ATTRIBUTE_ARCHIVE = 0x00000020;
inline constexpr std::uint32_t FILE_ATTRIBUTE_NORMAL = 0x00000080;
inline constexpr std::uint32_t FILE_ATTRIBUTE_TEMPORARY = 0x00000100;
inline constexpr std::uint32_t FILE_ATTRIBUTE_REPARSE_POINT = 0x00000400;
inline constexpr std::uint32_t FILE_ATTRIBUTE_OFFLINE = 0x00001000;
inline constexpr std::uint32_t FILE_ATTRIBUTE_NOT_CONTENT_INDEXED = 0x00002000;

// Special ByteOffset values of NtReadFile and NtWriteFile (HighPart -1).
inline constexpr std::int64_t FILE_WRITE_TO_END_OF_FILE = -1;        ///< LowPart 0xFFFFFFFF
inline constexpr std::int64_t FILE_USE_FILE_POINTER_POSITION = -2;   ///< LowPart 0xFFFFFFFE

// NtLockFile and NtUnlockFile have their flags as BOOLEAN arguments. Reparse tags that we report:
inline constexpr std::uint32_t IO_REPARSE_TAG_SYMLINK = 0xA000000C;

} // namespace nt
