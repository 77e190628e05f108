// SPDX-License-Identifier: MIT
// known_dlls.h: \KnownDlls, where the loader of ntdll finds the system's DLLs without a search.
//
// On NT the session manager makes a section of each DLL listed in the registry at boot, and every process
// maps those. Ours are the builtin DLLs. A section is made when it is first opened, so a program pays only
// for the DLLs that it uses.
#pragma once

#include <ntdll-emu/hal/host_memory.h>
#include <ntdll-emu/io/view_node.h>
#include <ntdll-emu/mm/section.h>
#include <ntdll-emu/ob/namespace.h>

#include <vector>

namespace oriel::start {

/// Enters all of `builtins` (which outlive the namespace) below \KnownDlls, or \KnownDlls32 for 32-bit ones.
void add_known_dlls(ob::Namespace& names, hal::HostMemory& host, const std::vector<io::BuiltinFile>& builtins);

/// The image section of a builtin DLL. Statuses: those of loader/map and mm.
NtResult<ob::Ref<mm::Section>> make_builtin_section(hal::HostMemory& host, const io::BuiltinFile& file);

} // namespace oriel::start
