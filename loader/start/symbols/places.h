// SPDX-License-Identifier: MIT
// places.h: addresses of the guest in words.
#pragma once

#include "modules.h"

#include <optional>

namespace oriel::start {

/// The function that an address lies in, by its image's exports and symbol table.
struct FunctionName {
    std::string name;
    std::uint64_t offset = 0;  ///< from its beginning
    bool is_exported = false;
};
std::optional<FunctionName> function_at(const Module& module, std::uint64_t address);

/// An address as far as the images tell.
struct Place {
    std::uint64_t address = 0;
    std::string module;       ///< empty: in no image
    bool builtin = false;     ///< of Windows' own
    std::uint64_t offset = 0; ///< from the module's base
    std::string symbol;       ///< empty: nothing names the function
    std::uint64_t symbol_offset = 0;

    /// "msvcrt.dll!malloc+0x12", "prog.exe+0x1466", "0x7FFE0000"
    [[nodiscard]] std::string text() const;
};
Place place_of(ps::Process& process, std::uint64_t address);
/// The same, of a return address: what counts is the call before it.
Place caller_place(ps::Process& process, std::uint64_t return_address);

} // namespace oriel::start
