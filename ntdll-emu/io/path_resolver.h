// SPDX-License-Identifier: MIT
// path_resolver.h: from a name below a drive to a place on the host.
//
//     \users\ME\Notes.TXT  on C:   ->   /home/me/notes.txt
//
// The drive's view is walked first; where it meets a folder of the host, the rest of the name is the
// host's. There the whole name is tried exactly as it is written; only if that fails, it is walked component by
// component, each looked up without regard to case (folded_directory.h). Symbolic links of the host in the
// middle of a name are followed by the host.
#pragma once

#include <ntdll-emu/io/folded_directory.h>
#include <ntdll-emu/io/location.h>
#include <oriel/nt_result.h>

#include <string_view>

namespace oriel::io {

class PathResolver {
public:
    /// `path` begins with a backslash, or is empty for the drive itself. `case_sensitive`: exactly as it is
    /// written (NtCreateFile without OBJ_CASE_INSENSITIVE, or FILE_FLAG_POSIX_SEMANTICS).
    /// Statuses: ObjectNameInvalid, ObjectPathNotFound (a folder on the way is missing), NameTooLong,
    /// AccessDenied. A missing last component is not a failure: Found::exists is false.
    NtResult<Found> find(const Drive& drive, std::u16string_view path, bool case_sensitive);

    FoldedDirectories& folded() { return m_folded; }

private:
    NtResult<Found> find_on_host(Location at, std::u16string_view rest, bool case_sensitive);
    NtResult<Found> walk(Location at, std::u16string_view rest);

    FoldedDirectories m_folded;
};

/// Appends u"\\name" or "/name", minding the roots, which end in a slash already.
void append_component(std::u16string& path, std::u16string_view name);
void append_component(std::string& path, std::string_view name);
/// The folder and the last component of a host path.
std::string parent_of(const std::string& host_path);
std::string last_component_of(const std::string& host_path);

} // namespace oriel::io
