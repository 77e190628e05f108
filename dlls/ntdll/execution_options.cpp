// SPDX-License-Identifier: MIT
// execution_options.cpp: values of "Image File Execution Options", the per-program settings of debuggers and gflags.
//
// On Windows these are values below the key of the program's file name. Here there is one program, and its values come
// from the command line (oriel --image-option); all are numbers.
#include <generated/nt_services.h>
#include <nt/export.h>
#include <nt/peb.h>
#include <ntdll-emu/rtl/strings/text.h>

#include <string_view>

using nt::Status;
using NtUnicodeString = nt::UNICODE_STRING<nt::Native>;

namespace {

constexpr std::uint32_t reg_dword = 4;


std::u16string_view last_component(std::u16string_view path) {
    const std::size_t separator = path.rfind(u'\\');
    return separator == path.npos ? path : path.substr(separator + 1);
}

bool names_this_program(const NtUnicodeString* sub_key) {
    const auto& parameters = *nt::current_teb()->ProcessEnvironmentBlock->ProcessParameters;
    return sub_key != nullptr
           && oriel::rtl::equal(last_component(oriel::rtl::text_of(*sub_key)), last_component(oriel::rtl::text_of(parameters.ImagePathName)),
                                oriel::rtl::Case::Insensitive);
}

} // namespace

NT_EXPORT Status NT_API LdrQueryImageFileExecutionOptions(NtUnicodeString* SubKey, const char16_t* ValueName,
                                                          std::uint32_t Type, void* Buffer, std::uint32_t BufferSize,
                                                          std::uint32_t* ReturnedLength) {
    if (!names_this_program(SubKey)) return Status::ObjectNameNotFound;
    NtUnicodeString name{};
    while (ValueName[name.Length / 2] != 0) name.Length += 2;
    name.Buffer = const_cast<char16_t*>(ValueName);
    name.MaximumLength = name.Length;
    std::uint32_t value = 0;
    const Status status = NtOrielQueryExecutionOption(&name, &value);
    if (!nt::is_success(status)) return status;
    if (Type != reg_dword) return Status::ObjectTypeMismatch;
    if (ReturnedLength != nullptr) *ReturnedLength = sizeof value;
    if (BufferSize < sizeof value) return Status::BufferOverflow;
    *static_cast<std::uint32_t*>(Buffer) = value;
    return Status::Success;
}

NT_EXPORT Status NT_API LdrQueryImageFileExecutionOptionsEx(NtUnicodeString* SubKey, const char16_t* ValueName,
                                                            std::uint32_t Type, void* Buffer, std::uint32_t BufferSize,
                                                            std::uint32_t* ReturnedLength, std::uint8_t) {
    return LdrQueryImageFileExecutionOptions(SubKey, ValueName, Type, Buffer, BufferSize, ReturnedLength);
}
