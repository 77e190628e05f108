// SPDX-License-Identifier: MIT
// rtl_string.h: counted strings.
//
// A UNICODE_STRING that ntdll allocates lies in the process heap and is given back by RtlFreeUnicodeString.
// Lengths are in bytes; a counted string need not end in NUL, but ntdll's own do.
#pragma once

#include <nt/rtl_nls.h>

extern "C" {

using NtUnicodeString = nt::UNICODE_STRING<nt::Native>;
using NtAnsiString = nt::ANSI_STRING<nt::Native>;
struct NtGuid {
    std::uint32_t Data1;
    std::uint16_t Data2, Data3;
    std::uint8_t Data4[8];
};

void NT_API RtlInitUnicodeString(NtUnicodeString* DestinationString, const char16_t* SourceString);
nt::Status NT_API RtlInitUnicodeStringEx(NtUnicodeString* DestinationString, const char16_t* SourceString);
void NT_API RtlInitAnsiString(NtAnsiString* DestinationString, const char* SourceString);
nt::Status NT_API RtlInitAnsiStringEx(NtAnsiString* DestinationString, const char* SourceString);
void NT_API RtlInitString(NtAnsiString* DestinationString, const char* SourceString);
std::uint8_t NT_API RtlCreateUnicodeString(NtUnicodeString* DestinationString, const char16_t* SourceString);
std::uint8_t NT_API RtlCreateUnicodeStringFromAsciiz(NtUnicodeString* DestinationString, const char* SourceString);
void NT_API RtlFreeUnicodeString(NtUnicodeString* UnicodeString);
void NT_API RtlFreeAnsiString(NtAnsiString* AnsiString);
void NT_API RtlFreeOemString(NtAnsiString* OemString);

void NT_API RtlCopyUnicodeString(NtUnicodeString* DestinationString, const NtUnicodeString* SourceString);
void NT_API RtlCopyString(NtAnsiString* DestinationString, const NtAnsiString* SourceString);
nt::Status NT_API RtlAppendUnicodeStringToString(NtUnicodeString* Destination, const NtUnicodeString* Source);
nt::Status NT_API RtlAppendUnicodeToString(NtUnicodeString* Destination, const char16_t* Source);
nt::Status NT_API RtlAppendAsciizToString(NtAnsiString* Destination, const char* Source);
nt::Status NT_API RtlAppendStringToString(NtAnsiString* Destination, const NtAnsiString* Source);
/// Flags: 1 end with NUL, 2 allocate also for an empty string.
nt::Status NT_API RtlDuplicateUnicodeString(std::uint32_t Flags, const NtUnicodeString* StringIn,
                                            NtUnicodeString* StringOut);

std::int32_t NT_API RtlCompareUnicodeString(const NtUnicodeString* String1, const NtUnicodeString* String2,
                                            std::uint8_t CaseInSensitive);
std::int32_t NT_API RtlCompareUnicodeStrings(const char16_t* String1, std::size_t String1Length,
                                             const char16_t* String2, std::size_t String2Length,
                                             std::uint8_t CaseInSensitive);
std::uint8_t NT_API RtlEqualUnicodeString(const NtUnicodeString* String1, const NtUnicodeString* String2,
                                          std::uint8_t CaseInSensitive);
std::uint8_t NT_API RtlPrefixUnicodeString(const NtUnicodeString* String1, const NtUnicodeString* String2,
                                           std::uint8_t CaseInSensitive);
std::int32_t NT_API RtlCompareString(const NtAnsiString* String1, const NtAnsiString* String2,
                                     std::uint8_t CaseInSensitive);
std::uint8_t NT_API RtlEqualString(const NtAnsiString* String1, const NtAnsiString* String2,
                                   std::uint8_t CaseInSensitive);
std::uint8_t NT_API RtlPrefixString(const NtAnsiString* String1, const NtAnsiString* String2,
                                    std::uint8_t CaseInSensitive);
/// HashAlgorithm: 0 default, 1 X65599.
nt::Status NT_API RtlHashUnicodeString(const NtUnicodeString* String, std::uint8_t CaseInSensitive,
                                       std::uint32_t HashAlgorithm, std::uint32_t* HashValue);
nt::Status NT_API RtlFindCharInUnicodeString(std::uint32_t Flags, const NtUnicodeString* StringToSearch,
                                             const NtUnicodeString* CharSet, std::uint16_t* NonInclusivePrefixLength);
nt::Status NT_API RtlUpcaseUnicodeString(NtUnicodeString* DestinationString, const NtUnicodeString* SourceString,
                                         std::uint8_t AllocateDestinationString);
nt::Status NT_API RtlDowncaseUnicodeString(NtUnicodeString* DestinationString, const NtUnicodeString* SourceString,
                                           std::uint8_t AllocateDestinationString);
char NT_API RtlUpperChar(char Character);
void NT_API RtlUpperString(NtAnsiString* DestinationString, const NtAnsiString* SourceString);
void NT_API RtlEraseUnicodeString(NtUnicodeString* String);

nt::Status NT_API RtlUnicodeStringToAnsiString(NtAnsiString* DestinationString, const NtUnicodeString* SourceString,
                                               std::uint8_t AllocateDestinationString);
nt::Status NT_API RtlAnsiStringToUnicodeString(NtUnicodeString* DestinationString, const NtAnsiString* SourceString,
                                               std::uint8_t AllocateDestinationString);
nt::Status NT_API RtlUnicodeStringToOemString(NtAnsiString* DestinationString, const NtUnicodeString* SourceString,
                                              std::uint8_t AllocateDestinationString);
nt::Status NT_API RtlOemStringToUnicodeString(NtUnicodeString* DestinationString, const NtAnsiString* SourceString,
                                              std::uint8_t AllocateDestinationString);
std::uint32_t NT_API RtlxUnicodeStringToAnsiSize(const NtUnicodeString* UnicodeString);
std::uint32_t NT_API RtlxAnsiStringToUnicodeSize(const NtAnsiString* AnsiString);
char16_t NT_API RtlAnsiCharToUnicodeChar(char** SourceCharacter);
std::uint8_t NT_API RtlIsTextUnicode(const void* Buffer, std::uint32_t Size, std::uint32_t* Result);

nt::Status NT_API RtlIntegerToUnicodeString(std::uint32_t Value, std::uint32_t Base, NtUnicodeString* String);
nt::Status NT_API RtlInt64ToUnicodeString(std::uint64_t Value, std::uint32_t Base, NtUnicodeString* String);
nt::Status NT_API RtlUnicodeStringToInteger(const NtUnicodeString* String, std::uint32_t Base, std::uint32_t* Value);
nt::Status NT_API RtlIntegerToChar(std::uint32_t Value, std::uint32_t Base, std::int32_t OutputLength, char* String);
nt::Status NT_API RtlCharToInteger(const char* String, std::uint32_t Base, std::uint32_t* Value);
nt::Status NT_API RtlStringFromGUID(const NtGuid* Guid, NtUnicodeString* GuidString);
nt::Status NT_API RtlGUIDFromString(const NtUnicodeString* GuidString, NtGuid* Guid);

} // extern "C"
