// SPDX-License-Identifier: MIT
// builtin_images.h: the DLLs that this program carries.
//
// They lie page-aligned in our own ELF file (tools/specgen/embed.py), so the guest's views of them are
// mapped straight out of /proc/self/exe: shared between all oriel processes, and nothing to install
// (DESIGN 13). With --dll-path they come from a folder instead.
#pragma once

#include <ntdll-emu/io/view_node.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace oriel::start {

enum class GuestMachine : std::uint16_t { X64 = 0x8664, X86 = 0x014C };

/// The builtin DLLs of a CPU. Where `dll_path` is not empty, those that the folder has come from there;
/// throws std::system_error if it is not a folder.
std::vector<io::BuiltinFile> builtin_images(GuestMachine machine, const std::string& dll_path);

/// The bytes of one of them, for what the host itself must know of it (ntdll's entry points). From our own file
/// they are where they were loaded; from a folder they are read into `storage`. Empty if they cannot be had.
std::span<const std::byte> bytes_of(const io::BuiltinFile& file, std::vector<std::byte>& storage);

} // namespace oriel::start
