// SPDX-License-Identifier: MIT
// symbols.h: addresses of the guest in words, and its stacks.
#pragma once

#include <ntdll-emu/ps/process.h>

#include <span>
#include <string>
#include <vector>

namespace oriel::start {

/// The image that an address lies in; null base where it lies in none.
struct Module {
    Address base;
    std::string name;
    bool builtin = false; ///< a DLL of Windows' own, not the program's
};
Module module_at(ps::Process& process, std::uint64_t address);

/// An address as far as the images tell: the module, and the export at or before it.
struct Place {
    std::uint64_t address = 0;
    std::string module;       ///< empty: in no image
    bool builtin = false;     ///< of Windows' own
    std::uint64_t offset = 0; ///< from the module's base
    std::string symbol;       ///< empty: the module exports nothing before it
    std::uint64_t symbol_offset = 0;

    /// "msvcrt.dll!malloc+0x12", "prog.exe+0x1466", "0x7FFE0000"
    [[nodiscard]] std::string text() const;
};
Place place_of(ps::Process& process, std::uint64_t address);
/// The same, of a return address: what counts is the call before it.
Place caller_place(ps::Process& process, std::uint64_t return_address);

/// The return addresses of a stack, from `context` out, its own RIP first. Reads the guest through fault-safe copies: a
/// destroyed stack ends the walk.
std::vector<std::uint64_t> walk_stack(ps::Process& process, const nt::Context64& context, unsigned most);

std::string hex(std::uint64_t value);

} // namespace oriel::start
