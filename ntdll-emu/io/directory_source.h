// SPDX-License-Identifier: MIT
// directory_source.h: listings of the host's directories and of a view's folders.
#pragma once

#include <ntdll-emu/io/directory_scan.h>
#include <ntdll-emu/io/folded_directory.h>
#include <ntdll-emu/io/location.h>

namespace oriel::io {

/// A directory of the host. `folded` outlives it.
std::unique_ptr<DirectorySource> host_directory_source(FoldedDirectories& folded, std::string host_path,
                                                       bool is_root);
/// A folder that only a view has.
std::unique_ptr<DirectorySource> view_directory_source(const ViewNode& node, bool is_root);

} // namespace oriel::io
