// SPDX-License-Identifier: MIT
// search_path.h: in which folders a DLL is looked for that was asked for by name alone.
//
// Without options ("safe DLL search mode"): the program's folder (or, with LOAD_WITH_ALTERED_SEARCH_PATH,
// the loaded DLL's own), SetDllDirectory's folder, System32, Windows, the current folder (not if
// SetDllDirectory was called), PATH. With LOAD_LIBRARY_SEARCH_* options, or SetDefaultDllDirectories: only
// the folders that the options name.
// Source: "Dynamic-Link Library Search Order" and "LoadLibraryExW function", Microsoft documentation.
#pragma once

#include <ntdll-emu/rtl/ldr/memory.h>

#include <cstdint>
#include <string_view>

namespace oriel::rtl::ldr {

inline constexpr std::u16string_view system32_folder = u"C:\\Windows\\System32\\";
inline constexpr std::u16string_view windows_folder = u"C:\\Windows\\";

/// What the folders depend on. Folders may end in a separator or not; empty ones are left out.
struct SearchInputs {
    std::uint32_t options = 0;            ///< nt::LdrSearchOptions of this call
    std::uint32_t default_options = 0;    ///< of SetDefaultDllDirectories
    std::u16string_view application_folder;
    std::u16string_view load_folder;      ///< where the asked-for DLL lies, if it was asked for with a path
    std::u16string_view current_folder;
    std::u16string_view path_variable;
    std::u16string_view dll_directory;    ///< of SetDllDirectory
    bool has_dll_directory = false;       ///< SetDllDirectory("") empties the folder and still bars the current one
    std::u16string_view user_directories; ///< of AddDllDirectory, separated by semicolons
};

/// The folders, separated by semicolons. False: no memory.
[[nodiscard]] bool build_search_path(const SearchInputs& inputs, Text& path);

/// Cuts the first folder off `path` (empty ones are skipped), without quotes. Empty at the end.
std::u16string_view next_folder(std::u16string_view& path);

/// A variable's value in an environment block; empty if it is not there.
std::u16string_view environment_value(const char16_t* block, std::u16string_view name);

} // namespace oriel::rtl::ldr
