// SPDX-License-Identifier: MIT
// rtl_path.h: DOS paths, and the NT names that they become.
#pragma once

#include <nt/rtl_string.h>

namespace nt {

enum class RtlPathType : std::uint32_t {
    Unknown,
    UncAbsolute,   ///< \\server\share
    DriveAbsolute, ///< C:\x
    DriveRelative, ///< C:x
    Rooted,        ///< \x
    Relative,      ///< x
    LocalDevice,   ///< \\.\x, \\?\x
    RootLocalDevice, ///< \\. and \\? alone
};

template<class Abi>
struct RTL_RELATIVE_NAME {
    UNICODE_STRING<Abi> RelativeName;
    uptr<Abi> ContainingDirectory;
    Ptr<Abi, void> CurDirRef;
};
NT_ASSERT_SIZE(RTL_RELATIVE_NAME, 32, 16);

} // namespace nt

extern "C" {

using NtRelativeName = nt::RTL_RELATIVE_NAME<nt::Native>;

nt::RtlPathType NT_API RtlDetermineDosPathNameType_U(const char16_t* DosFileName);
nt::RtlPathType NT_API RtlDetermineDosPathNameType_Ustr(const NtUnicodeString* DosFileName);
/// 0: none; else the name's length (low word) and offset (high word), in bytes.
std::uint32_t NT_API RtlIsDosDeviceName_U(const char16_t* DosFileName);
std::uint32_t NT_API RtlIsDosDeviceName_Ustr(const NtUnicodeString* DosFileName);
/// Bytes without the NUL; or, if BufferLength is too small, the bytes needed with the NUL; 0 for a bad name.
std::uint32_t NT_API RtlGetFullPathName_U(const char16_t* FileName, std::uint32_t BufferLength, char16_t* Buffer,
                                          char16_t** FilePart);
nt::Status NT_API RtlGetFullPathName_UEx(const char16_t* FileName, std::uint32_t BufferLength, char16_t* Buffer,
                                         char16_t** FilePart, std::uint32_t* BytesRequired);
std::uint8_t NT_API RtlDosPathNameToNtPathName_U(const char16_t* DosFileName, NtUnicodeString* NtFileName,
                                                 char16_t** FilePart, NtRelativeName* RelativeName);
/// NtFileName is allocated: RtlFreeUnicodeString. STATUS_OBJECT_NAME_INVALID, STATUS_NAME_TOO_LONG, STATUS_NO_MEMORY.
nt::Status NT_API RtlDosPathNameToNtPathName_U_WithStatus(const char16_t* DosFileName, NtUnicodeString* NtFileName,
                                                          char16_t** FilePart, NtRelativeName* RelativeName);
std::uint8_t NT_API RtlDosPathNameToRelativeNtPathName_U(const char16_t* DosFileName, NtUnicodeString* NtFileName,
                                                         char16_t** FilePart, NtRelativeName* RelativeName);
nt::Status NT_API RtlDosPathNameToRelativeNtPathName_U_WithStatus(const char16_t* DosFileName,
                                                                  NtUnicodeString* NtFileName, char16_t** FilePart,
                                                                  NtRelativeName* RelativeName);
void NT_API RtlReleaseRelativeName(NtRelativeName* RelativeName);
/// Bytes without the NUL; or the bytes needed with it.
std::uint32_t NT_API RtlGetCurrentDirectory_U(std::uint32_t BufferLength, char16_t* Buffer);
nt::Status NT_API RtlSetCurrentDirectory_U(const NtUnicodeString* PathName);
/// Looks for FileName in the folders of Path (separated by ';'); answers as RtlGetFullPathName_U.
std::uint32_t NT_API RtlDosSearchPath_U(const char16_t* Path, const char16_t* FileName, const char16_t* Extension,
                                        std::uint32_t BufferLength, char16_t* Buffer, char16_t** FilePart);
std::uint8_t NT_API RtlDoesFileExists_U(const char16_t* FileName);
std::uint32_t NT_API RtlGetLongestNtPathLength();
std::uint8_t NT_API RtlIsNameLegalDOS8Dot3(const NtUnicodeString* Name, NtAnsiString* OemName,
                                           std::uint8_t* NameContainsSpaces);

} // extern "C"
