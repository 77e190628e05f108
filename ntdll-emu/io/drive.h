// SPDX-License-Identifier: MIT
// drive.h: a drive letter: a tree of folders with a volume's name.
//
// Two drives, made at start and never changed (DESIGN 10: no prefix, no set-up):
//   Z:   the host's "/"
//   C:   Windows\System32            the builtin DLLs, read only (Windows\SysWOW64: the 32-bit ones)
//        Windows\Temp                the host's TMPDIR, or /tmp
//        Users\<name>                the host's HOME
//        Program Files, ProgramData  empty
// What is only in the view cannot be written to: STATUS_ACCESS_DENIED, as for an ordinary user of Windows.
//
// NT knows a drive by its device: \??\Z: is a symbolic link to \Device\HarddiskVolume26. Volumes are
// numbered by their letter, so names stay the same from run to run.
#pragma once

#include <ntdll-emu/io/view_node.h>

#include <cstdint>
#include <string>
#include <vector>

namespace oriel::io {

struct Drive {
    char16_t letter = u'Z';
    std::u16string label;
    std::uint32_t serial = 0;
    ViewNode root;

    /// u"\\Device\\HarddiskVolume26"
    [[nodiscard]] std::u16string device_name() const;
};

/// What of the host a drive shows.
struct HostFolders {
    std::string home; ///< empty: none
    std::string temporary;
    std::u16string user; ///< the name of the folder below C:\Users
};
/// From HOME, USER and TMPDIR.
HostFolders host_folders();

Drive make_root_drive();
/// `builtins` must outlive the drive.
Drive make_system_drive(const HostFolders& folders, const std::vector<BuiltinFile>& builtins);

} // namespace oriel::io
