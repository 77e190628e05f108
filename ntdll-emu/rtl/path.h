// SPDX-License-Identifier: MIT
// path.h: what a DOS path means.
//
// A DOS path is short for an NT name: it may be relative to the current directory, to a drive's current
// directory, or to the root; it has '.', '..', doubled and forward slashes, trailing dots and spaces; and a
// few of its last names (NUL, CON, COM1, ...) are devices wherever they stand. All that is settled here, as
// text; nothing asks the file system. ("Naming Files, Paths, and Namespaces" and ".NET: File path formats on
// Windows systems", Microsoft documentation.)
#pragma once

#include <nt/rtl_path.h>
#include <ntdll-emu/rtl/strings/text.h>

namespace oriel::rtl {

using PathType = nt::RtlPathType;

inline bool is_separator(char16_t c) { return c == u'\\' || c == u'/'; }

PathType path_type(Text path);

struct DeviceName {
    std::size_t offset = 0, length = 0; ///< in characters; length 0: no device
    [[nodiscard]] bool found() const { return length != 0; }
};
/// NUL, CON, PRN, AUX, COM1 to COM9, LPT1 to LPT9, CONIN$, CONOUT$, as the last name of a path, with any
/// extension, with trailing spaces, dots and a colon.
DeviceName dos_device_name(Text path);

/// What relative paths are relative to.
class PathContext {
public:
    virtual Text current_directory() const = 0; ///< with a trailing backslash
    /// The current directory of a drive other than the current one ("=C:"); empty: its root.
    virtual Text drive_directory(char16_t drive) const = 0;

protected:
    ~PathContext() = default;
};

/// Characters that full_path() may write at most, the NUL included.
std::size_t full_path_bound(Text path, const PathContext& context);
/// The absolute, normalised path into `to`, with a NUL; answers its characters without it. 0: no path at all
/// (empty, or only blanks).
std::size_t full_path(Text path, const PathContext& context, char16_t* to);

/// The part behind the last backslash of a full path; npos if it ends in one or is a device.
std::size_t file_part(Text full);

/// The prefix of the NT name and how much of the (full) path it replaces: C:\x -> \??\C:\x,
/// \\server\x -> \??\UNC\server\x, \\.\x -> \??\x.
struct NtPrefix {
    Text prefix;
    std::size_t skip;
};
NtPrefix nt_prefix(Text full);
/// \\?\x and \??\x are NT names already: not normalised.
bool is_verbatim(Text path);

} // namespace oriel::rtl
