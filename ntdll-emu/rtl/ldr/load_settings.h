// SPDX-License-Identifier: MIT
// load_settings.h: what a program has set about where DLLs are looked for.
#pragma once

#include <ntdll-emu/rtl/ldr/memory.h>
#include <ntdll-emu/rtl/ldr/own_process.h>

namespace oriel::rtl::ldr {

/// All of it under the loader lock.
struct LoadSettings {
    std::uint32_t default_options = 0; ///< SetDefaultDllDirectories
    Text dll_directory;                ///< SetDllDirectory
    bool has_dll_directory = false;

    struct UserDirectory {
        UserDirectory* next;
        Text folder;
    };
    UserDirectory* user_directories = nullptr; ///< AddDllDirectory, newest first
};

extern LoadSettings load_settings;

/// One call's wish.
struct LoadRequest {
    std::u16string_view name;
    std::uint32_t options = 0;            ///< nt::LdrSearchOptions
    std::u16string_view explicit_path;    ///< LdrLoadDll with a path: these folders only
    bool dont_resolve = false;            ///< DONT_RESOLVE_DLL_REFERENCES
};

/// The folders to look for `request` in. False: no memory.
[[nodiscard]] bool search_path_of(const LoadRequest& request, Text& path);

} // namespace oriel::rtl::ldr
