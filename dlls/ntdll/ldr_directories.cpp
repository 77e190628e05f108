// SPDX-License-Identifier: MIT
// ldr_directories.cpp: ntdll's exports for where DLLs are looked for: SetDllDirectory, AddDllDirectory and kin.
#include <ntdll-emu/rtl/ldr/image_open.h>
#include <ntdll-emu/rtl/ldr/load_settings.h>
#include <ntdll-emu/rtl/ldr/names.h>

using namespace oriel::rtl::ldr;
using nt::Status;

NT_EXPORT Status NT_API LdrGetDllDirectory(NtLdrUnicodeString* Directory) {
    const HoldLoaderLock held;
    const auto folder = load_settings.dll_directory.view();
    const std::size_t bytes = (folder.size() + 1) * sizeof(char16_t);
    Directory->Length = static_cast<std::uint16_t>(bytes - sizeof(char16_t));
    if (Directory->MaximumLength < bytes) {
        Directory->Length = static_cast<std::uint16_t>(bytes);
        return Status::BufferTooSmall;
    }
    std::memcpy(Directory->Buffer.get(), load_settings.dll_directory.c_str(), bytes);
    return Status::Success;
}

/// A null buffer goes back to the standard search; an empty string bars the current folder.
NT_EXPORT Status NT_API LdrSetDllDirectory(const NtLdrUnicodeString* Directory) {
    const HoldLoaderLock held;
    if (Directory == nullptr || !Directory->Buffer) {
        load_settings.has_dll_directory = false;
        load_settings.dll_directory.clear();
        return Status::Success;
    }
    if (!load_settings.dll_directory.assign(view_of(*Directory))) return Status::NoMemory;
    load_settings.has_dll_directory = true;
    return Status::Success;
}

/// The folder must be a full path. The cookie is for LdrRemoveDllDirectory.
NT_EXPORT Status NT_API LdrAddDllDirectory(const NtLdrUnicodeString* Directory, void** Cookie) {
    if (Directory == nullptr || Cookie == nullptr) return Status::InvalidParameter;
    const auto folder = view_of(*Directory);
    const bool has_drive = folder.size() >= 3 && folder[1] == u':' && is_separator(folder[2]);
    const bool is_unc = folder.size() >= 3 && is_separator(folder[0]) && is_separator(folder[1]);
    if (!has_drive && !is_unc) return Status::InvalidParameter;

    const HoldLoaderLock held;
    void* memory = allocate(sizeof(LoadSettings::UserDirectory));
    if (memory == nullptr) return Status::NoMemory;
    auto* user = new (memory) LoadSettings::UserDirectory{load_settings.user_directories, {}};
    if (!user->folder.assign(folder)) {
        release(memory);
        return Status::NoMemory;
    }
    load_settings.user_directories = user;
    *Cookie = user;
    return Status::Success;
}

NT_EXPORT Status NT_API LdrRemoveDllDirectory(void* Cookie) {
    const HoldLoaderLock held;
    for (auto** link = &load_settings.user_directories; *link != nullptr; link = &(*link)->next) {
        auto* user = *link;
        if (user != Cookie) continue;
        *link = user->next;
        user->~UserDirectory();
        release(user);
        return Status::Success;
    }
    return Status::InvalidParameter;
}

NT_EXPORT Status NT_API LdrSetDefaultDllDirectories(std::uint32_t Options) {
    constexpr std::uint32_t allowed = nt::ldr_search_application_dir | nt::ldr_search_user_dirs |
                                      nt::ldr_search_system32 | nt::ldr_search_default_dirs;
    if (Options == 0 || (Options & ~allowed) != 0) return Status::InvalidParameter;
    const HoldLoaderLock held;
    load_settings.default_options = Options;
    return Status::Success;
}
