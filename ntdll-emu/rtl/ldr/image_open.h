// SPDX-License-Identifier: MIT
// image_open.h: from a DLL's name to a mapped image.
//
// Builtin DLLs lie ready as sections in the object directory \KnownDlls; other DLLs are files, of which a
// section is made. mm maps both, and relocates what could not lie at its preferred base.
#pragma once

#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

struct OpenedImage {
    void* base = nullptr;
    Text full_name; ///< a DOS path
    bool builtin = false;
    bool moved = false; ///< not at its preferred base
};

/// The section \KnownDlls\`name`. Statuses: ObjectNameNotFound, what mapping answers.
Status open_builtin(std::u16string_view name, OpenedImage& opened);
/// The file at `dos_path`, absolute. Statuses: what opening it, making a section of it and mapping that answer.
Status open_file(std::u16string_view dos_path, OpenedImage& opened);
/// `name` (with its extension) in the folders of `search_path`, System32 standing for the builtin DLLs too.
/// Statuses: DllNotFound.
Status open_in_path(std::u16string_view name, std::u16string_view search_path, OpenedImage& opened);

/// Whether a status means "is not there", so that the search goes on.
bool is_not_found(Status status);

/// `name` made absolute, as a DOS path.
Status full_path(std::u16string_view name, Text& path);

void unmap(void* base);

} // namespace oriel::rtl::ldr
