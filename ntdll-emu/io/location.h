// SPDX-License-Identifier: MIT
// location.h: where a name leads: to the host, or to a node that only a drive's view has.
#pragma once

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/drive.h>

#include <optional>
#include <string>

namespace oriel::io {

struct Location {
    const Drive* drive = nullptr;
    /// Below the drive, in the case that the directory has: u"\\Users\\me\\a.txt"; the root is u"\\".
    std::u16string path;
    std::string host_path;          ///< empty if only the view has it
    const ViewNode* node = nullptr; ///< set if only the view has it
    bool is_mount = false;          ///< a folder of the host whose name here is the view's: it stays

    [[nodiscard]] bool on_host() const { return node == nullptr; }
};

/// A name that was looked up.
struct Found {
    Location where;
    /// What stands there: the link itself where it is a symbolic link. None: nothing does, but its folder
    /// exists, so it can be created. Views: none too.
    std::optional<hal::HostFileStat> stat;
    bool exists = false;
};

} // namespace oriel::io
