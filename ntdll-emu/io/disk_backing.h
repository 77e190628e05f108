// SPDX-License-Identifier: MIT
// disk_backing.h: an open file as mm maps it (mm/file_backing.h). It has a descriptor of its own, so a
// section outlives the handle that it was made from.
#pragma once

#include <ntdll-emu/io/shared_file.h>
#include <ntdll-emu/io/view_node.h>
#include <ntdll-emu/mm/file_backing.h>

#include <memory>
#include <string_view>

namespace oriel::io {

/// `kept` lives as long as the backing.
NtResult<std::shared_ptr<mm::FileBacking>> make_disk_backing(int descriptor, FileKey key, std::u16string nt_name,
                                                             bool writable, std::shared_ptr<void> kept = nullptr);
/// A program file that the host opened; `host_path` is absolute.
NtResult<std::shared_ptr<mm::FileBacking>> make_image_backing(int descriptor, std::string_view host_path);
/// The builtin's bytes end before the host file does, and begin in its middle.
std::shared_ptr<mm::FileBacking> make_builtin_backing(const BuiltinFile& file, std::u16string nt_name);

} // namespace oriel::io
