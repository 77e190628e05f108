// SPDX-License-Identifier: MIT
// rtl_nls.h: what ntdll knows of characters: case, types, and the conversions to and from bytes.
#pragma once

#include <nt/rtl_export.h>

extern "C" {

char16_t NT_API RtlUpcaseUnicodeChar(char16_t SourceCharacter);
char16_t NT_API RtlDowncaseUnicodeChar(char16_t SourceCharacter);
/// Ours: the CT_CTYPE1, 2 or 3 word of a character (GetStringTypeW's; 0 for any other `Which`).
std::uint16_t NT_API RtlOrielCharacterType(std::uint32_t Which, char16_t Character);

// Bytes in and out; sizes in bytes. Truncate, and say how much was written, if the target is too small
// (STATUS_BUFFER_OVERFLOW), as Windows does. The ANSI page is 1252, the OEM page 437.
nt::Status NT_API RtlMultiByteToUnicodeN(char16_t* UnicodeString, std::uint32_t MaxBytesInUnicodeString,
                                         std::uint32_t* BytesInUnicodeString, const char* MultiByteString,
                                         std::uint32_t BytesInMultiByteString);
nt::Status NT_API RtlUnicodeToMultiByteN(char* MultiByteString, std::uint32_t MaxBytesInMultiByteString,
                                         std::uint32_t* BytesInMultiByteString, const char16_t* UnicodeString,
                                         std::uint32_t BytesInUnicodeString);
nt::Status NT_API RtlMultiByteToUnicodeSize(std::uint32_t* BytesInUnicodeString, const char* MultiByteString,
                                            std::uint32_t BytesInMultiByteString);
nt::Status NT_API RtlUnicodeToMultiByteSize(std::uint32_t* BytesInMultiByteString, const char16_t* UnicodeString,
                                            std::uint32_t BytesInUnicodeString);
nt::Status NT_API RtlUpcaseUnicodeToMultiByteN(char* MultiByteString, std::uint32_t MaxBytesInMultiByteString,
                                               std::uint32_t* BytesInMultiByteString, const char16_t* UnicodeString,
                                               std::uint32_t BytesInUnicodeString);
nt::Status NT_API RtlOemToUnicodeN(char16_t* UnicodeString, std::uint32_t MaxBytesInUnicodeString,
                                   std::uint32_t* BytesInUnicodeString, const char* OemString,
                                   std::uint32_t BytesInOemString);
nt::Status NT_API RtlUnicodeToOemN(char* OemString, std::uint32_t MaxBytesInOemString,
                                   std::uint32_t* BytesInOemString, const char16_t* UnicodeString,
                                   std::uint32_t BytesInUnicodeString);
/// Null target: only the size. STATUS_SOME_NOT_MAPPED: something was replaced by U+FFFD;
/// STATUS_BUFFER_TOO_SMALL: as much as fits was written.
nt::Status NT_API RtlUTF8ToUnicodeN(char16_t* UnicodeString, std::uint32_t MaxBytesInUnicodeString,
                                    std::uint32_t* BytesInUnicodeString, const char* Utf8String,
                                    std::uint32_t BytesInUtf8String);
nt::Status NT_API RtlUnicodeToUTF8N(char* Utf8String, std::uint32_t MaxBytesInUtf8String,
                                    std::uint32_t* BytesInUtf8String, const char16_t* UnicodeString,
                                    std::uint32_t BytesInUnicodeString);

} // extern "C"
