// SPDX-License-Identifier: MIT
// file_system.h: what the openings of all disk files have in common: the drives, the look-up of names,
// and who has what open.
#pragma once

#include <ntdll-emu/io/device.h>
#include <ntdll-emu/io/drive.h>
#include <ntdll-emu/io/path_resolver.h>
#include <ntdll-emu/io/shared_file.h>

#include <deque>

namespace oriel::io {

struct DiskOpening;

class FileSystem {
public:
    /// `builtins` must outlive the file system.
    FileSystem(const HostFolders& folders, const std::vector<BuiltinFile>& builtins);

    [[nodiscard]] const std::deque<Drive>& drives() const { return m_drives; }
    /// Null if there is none. Case does not count.
    [[nodiscard]] const Drive* drive(char16_t letter) const;

    PathResolver& names() { return m_names; }
    OpenFiles& open_files() { return m_open_files; }

    /// Opens or creates what `path` names below `drive`.
    NtResult<Opened> open(const Drive& drive, std::u16string_view path, const OpenRequest& request);
    /// The same relative to a directory that is open; an empty name is that directory itself.
    NtResult<Opened> open_below(const Location& directory, std::u16string_view rest, const OpenRequest& request);
    NtResult<Found> locate_below(const Location& directory, std::u16string_view rest, bool case_sensitive);
    /// The facts of what a name leads to, without opening it: a symbolic link's own.
    /// Statuses: ObjectNameNotFound.
    static NtResult<FileFacts> facts(const Found& found);

    /// The name below a drive under which a path of the host is known: always Z:, the whole host.
    /// `host_path` is absolute.
    static std::u16string nt_path_of(std::string_view host_path);

private:
    NtResult<Opened> open_found(Found found, const OpenRequest& request);
    NtResult<Opened> open_for(Found found, const OpenRequest& request);
    NtResult<Opened> open_view(const Found& found, const OpenRequest& request);
    NtResult<Opened> open_existing(Found found, const OpenRequest& request);
    NtResult<Opened> create(Found found, const OpenRequest& request);
    NtResult<Opened> finish(DiskOpening opening, const OpenRequest& request, OpenOutcome outcome);

    std::deque<Drive> m_drives;
    PathResolver m_names;
    OpenFiles m_open_files;
};

} // namespace oriel::io
