// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/load_settings.h>

#include <ntdll-emu/rtl/ldr/names.h>
#include <ntdll-emu/rtl/ldr/search_path.h>

namespace oriel::rtl::ldr {

[[clang::no_destroy]] constinit LoadSettings load_settings;

bool search_path_of(const LoadRequest& request, Text& path) {
    if (!request.explicit_path.empty()) return path.assign(request.explicit_path);

    Text user_directories;
    for (auto* user = load_settings.user_directories; user != nullptr; user = user->next)
        if (!user_directories.append(user->folder.view()) || !user_directories.append(u";")) return false;

    const auto& parameters = *own_peb().ProcessParameters.get();
    SearchInputs inputs;
    inputs.options = request.options;
    inputs.default_options = load_settings.default_options;
    inputs.application_folder = folder_of(view_of(parameters.ImagePathName));
    inputs.load_folder = folder_of(request.name);
    inputs.current_folder = view_of(parameters.CurrentDirectory.DosPath);
    inputs.path_variable = environment_value(parameters.Environment, u"PATH");
    inputs.dll_directory = load_settings.dll_directory.view();
    inputs.has_dll_directory = load_settings.has_dll_directory;
    inputs.user_directories = user_directories.view();
    return build_search_path(inputs, path);
}

} // namespace oriel::rtl::ldr
