// SPDX-License-Identifier: MIT
// names.h: DLL names: compared without case, with ".dll" where the extension is left out.
#pragma once

#include <ntdll-emu/rtl/ldr/memory.h>

#include <string_view>

namespace oriel::rtl::ldr {

/// NT's upper case of one character (RtlUpcaseUnicodeChar; natively ASCII only).
char16_t upcase(char16_t c);

bool same_name(std::u16string_view a, std::u16string_view b);
/// Equal for names that are the same without case.
std::uint32_t hash_name(std::u16string_view name);

constexpr bool is_separator(char16_t c) { return c == u'\\' || c == u'/'; }
/// Whether the name says where the file is (a drive, a folder), and not only what it is called.
bool has_path(std::u16string_view name);
/// What follows the last separator.
std::u16string_view base_name(std::u16string_view path);
/// Up to and with the last separator; empty if there is none.
std::u16string_view folder_of(std::u16string_view path);

/// LoadLibrary's rule: without a dot in the base name ".dll" is added; a dot at the end is dropped and means
/// "no extension". False: no memory.
[[nodiscard]] bool complete_name(std::u16string_view name, Text& to);

} // namespace oriel::rtl::ldr
