// SPDX-License-Identifier: MIT
// api_set.h: names of contracts, which stand for the DLLs that fulfil them.
//
// "api-ms-win-core-file-l1-2-0.dll" is no file: the loader turns such a name into the DLL that hosts the
// functions ("Windows API sets", Microsoft documentation). Windows has a map of some 800 names; ours goes by
// rule, the longest fitting beginning wins. A contract of the kinds that we know always has a host; a name
// that begins like a contract and is of no kind we know is a file's name like any other, as on Windows.
#pragma once

#include <string_view>

namespace oriel::rtl::ldr {

/// Whether `name` (with or without ".dll", any case) has the form of a contract.
bool is_api_set(std::u16string_view name);

/// The host's file name ("kernelbase.dll"); empty if there is none.
std::u16string_view api_set_host(std::u16string_view name);

/// `name`, or the host if it is a contract's name that has one. (A file may be called like a contract, too.)
std::u16string_view without_api_set(std::u16string_view name);

/// DLLs that Windows takes from System32 before it looks anywhere else (HKLM\...\Session Manager\KnownDLLs and
/// what those import). Other builtin DLLs give way to a file in the program's folder.
bool is_known_dll(std::u16string_view name);

} // namespace oriel::rtl::ldr
