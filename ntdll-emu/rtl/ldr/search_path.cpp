// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/search_path.h>

#include <ntdll-emu/rtl/ldr/names.h>

#include <nt/ldr.h>

namespace oriel::rtl::ldr {

namespace {

constexpr std::uint32_t explicit_options = nt::ldr_search_dll_load_dir | nt::ldr_search_application_dir
                                           | nt::ldr_search_user_dirs | nt::ldr_search_system32
                                           | nt::ldr_search_default_dirs;

bool add(Text& path, std::u16string_view folder) {
    if (folder.empty()) return true;
    return path.append(folder) && path.append(u";");
}

bool add_named_folders(const SearchInputs& inputs, std::uint32_t options, Text& path) {
    if ((options & nt::ldr_search_default_dirs) != 0)
        options |= nt::ldr_search_application_dir | nt::ldr_search_user_dirs | nt::ldr_search_system32;
    if ((options & nt::ldr_search_dll_load_dir) != 0 && !add(path, inputs.load_folder)) return false;
    if ((options & nt::ldr_search_application_dir) != 0 && !add(path, inputs.application_folder)) return false;
    if ((options & nt::ldr_search_user_dirs) != 0 && !add(path, inputs.user_directories)) return false;
    return (options & nt::ldr_search_system32) == 0 || add(path, system32_folder);
}

} // namespace

bool build_search_path(const SearchInputs& inputs, Text& path) {
    path.clear();
    if ((inputs.options & explicit_options) != 0) return add_named_folders(inputs, inputs.options, path);
    if (inputs.default_options != 0 && (inputs.options & nt::ldr_altered_search_path) == 0)
        return add_named_folders(inputs, inputs.default_options, path);

    const bool altered = (inputs.options & nt::ldr_altered_search_path) != 0 && !inputs.load_folder.empty();
    return add(path, altered ? inputs.load_folder : inputs.application_folder) && add(path, inputs.dll_directory)
           && add(path, system32_folder) && add(path, windows_folder)
           && (inputs.has_dll_directory || add(path, inputs.current_folder)) && add(path, inputs.path_variable);
}

std::u16string_view next_folder(std::u16string_view& path) {
    while (!path.empty()) {
        const auto semicolon = path.find(u';');
        auto folder = path.substr(0, semicolon);
        path.remove_prefix(folder.size() + (semicolon != std::u16string_view::npos ? 1 : 0));
        while (!folder.empty() && (folder.front() == u' ' || folder.front() == u'"')) folder.remove_prefix(1);
        while (!folder.empty() && (folder.back() == u' ' || folder.back() == u'"')) folder.remove_suffix(1);
        if (!folder.empty()) return folder;
    }
    return {};
}

std::u16string_view environment_value(const char16_t* block, std::u16string_view name) {
    while (block != nullptr && *block != 0) {
        const std::u16string_view line(block);
        if (line.size() > name.size() && line[name.size()] == u'=' && same_name(line.substr(0, name.size()), name))
            return block + name.size() + 1;
        block += line.size() + 1;
    }
    return {};
}

} // namespace oriel::rtl::ldr
