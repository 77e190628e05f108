// SPDX-License-Identifier: MIT
// rtl_environment.h: environment blocks: NAME=value NUL ... NUL, sorted by name without regard to case.
//
// A null environment means the process' own, which is changed under the PEB lock. Blocks made here lie in
// the process heap.
#pragma once

#include <nt/rtl_string.h>

extern "C" {

nt::Status NT_API RtlQueryEnvironmentVariable(char16_t* Environment, const char16_t* Name, std::size_t NameLength,
                                              char16_t* Value, std::size_t ValueLength, std::size_t* ReturnLength);
nt::Status NT_API RtlQueryEnvironmentVariable_U(char16_t* Environment, const NtUnicodeString* Name,
                                                NtUnicodeString* Value);
/// A null Value deletes the variable.
nt::Status NT_API RtlSetEnvironmentVariable(char16_t** Environment, const NtUnicodeString* Name,
                                            const NtUnicodeString* Value);
nt::Status NT_API RtlSetEnvironmentVar(char16_t** Environment, const char16_t* Name, std::size_t NameLength,
                                       const char16_t* Value, std::size_t ValueLength);
nt::Status NT_API RtlCreateEnvironment(std::uint8_t CloneCurrentEnvironment, char16_t** Environment);
nt::Status NT_API RtlCreateEnvironmentEx(char16_t* SourceEnvironment, char16_t** Environment, std::uint32_t Flags);
nt::Status NT_API RtlDestroyEnvironment(char16_t* Environment);
/// Makes a block of the process heap the process' environment; the old one goes to *PreviousEnvironment, or
/// is freed.
nt::Status NT_API RtlSetCurrentEnvironment(char16_t* Environment, char16_t** PreviousEnvironment);
nt::Status NT_API RtlExpandEnvironmentStrings(char16_t* Environment, const char16_t* Source, std::size_t SourceLength,
                                              char16_t* Destination, std::size_t DestinationLength,
                                              std::size_t* ReturnLength);
/// ReturnedLength in bytes, with the NUL.
nt::Status NT_API RtlExpandEnvironmentStrings_U(char16_t* Environment, const NtUnicodeString* Source,
                                                NtUnicodeString* Destination, std::uint32_t* ReturnedLength);

} // extern "C"
