// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/load_error.h>

#include <ntdll-emu/rtl/ldr/image_view.h>

namespace oriel::rtl::ldr {

namespace {

constexpr std::uint32_t only_ok = 1; ///< OptionOk: there is nothing to choose

/// Whatever is wrong with an image file, the message is the same: "%hs is either not designed to run on
/// Windows or it contains an error".
Status told_as(Status status) {
    switch (status) {
    case Status::InvalidImageNotMz:
    case Status::InvalidImageProtect:
    case Status::InvalidImageNeFormat:
    case Status::InvalidImageLeFormat:
    case Status::InvalidImageWin16:
    case Status::ImageMachineTypeMismatch: return Status::InvalidImageFormat;
    default: return status;
    }
}

} // namespace

void LoadError::report() const {
    UnicodeString dll_string = string_of(dll.view());
    UnicodeString function_string = string_of(function.view());
    UnicodeString wanted_by_string = string_of(wanted_by.view());
    // Windows' messages: "%hs is missing [for %hs]", "the entry point %hs in %hs", "the ordinal %ld in %hs",
    // "%hs failed to initialize".
    Word parameters[2] = {reinterpret_cast<Word>(&dll_string), reinterpret_cast<Word>(&wanted_by_string)};
    std::uint32_t strings = 0x3;
    if (status == Status::EntrypointNotFound) {
        parameters[0] = reinterpret_cast<Word>(&function_string);
        parameters[1] = reinterpret_cast<Word>(&dll_string);
    } else if (status == Status::OrdinalNotFound) {
        parameters[0] = ordinal;
        parameters[1] = reinterpret_cast<Word>(&dll_string);
        strings = 0x2;
    }
    std::uint32_t response = 0;
    (void)NtRaiseHardError(told_as(status), 2, strings, parameters, only_ok, &response);
}

} // namespace oriel::rtl::ldr
