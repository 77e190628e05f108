// SPDX-License-Identifier: MIT
// modules.h: the guest's images, by what mm knows of them.
#pragma once

#include <ntdll-emu/mm/section.h>
#include <ntdll-emu/ps/process.h>

#include <string>
#include <vector>

namespace oriel::start {

/// The image that an address lies in; null base where it lies in none.
struct Module {
    Address base;
    std::string name;              ///< "prog.exe"
    std::string host_path;         ///< empty for a builtin DLL
    bool builtin = false;          ///< a DLL of Windows' own, not the program's
    ob::Ref<mm::Section> section;  ///< keeps the file open; null where mm has none
};
Module module_at(ps::Process& process, std::uint64_t address);
/// In the order of their addresses.
std::vector<Module> all_modules(ps::Process& process);

std::u16string last_component(const std::u16string& path);
std::string hex(std::uint64_t value);

} // namespace oriel::start
