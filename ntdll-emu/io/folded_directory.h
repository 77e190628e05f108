// SPDX-License-Identifier: MIT
// folded_directory.h: finding "README" in a directory that has "ReadMe".
//
// Linux compares names byte by byte. A name that is not there exactly is looked for in a folded copy of the
// directory, which is kept and believed as long as the directory's time of modification has not changed.
//
// That time has the grain of the kernel's tick (up to 10 ms), so a copy made in the tick of the last change
// may lack a later one ("racily clean"). Such a copy is read anew, with one exception: while this process
// itself creates names one after the other, it adds them to the copy, and reads the directory anew only
// when the burst is over. Without that, unpacking n files into one folder would read it n times.
//
// Always: a name that the cache finds is only a proposal: the caller opens it and sees.
#pragma once

#include <ntdll-emu/hal/host_file.h>
#include <oriel/guarded.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace oriel::io {

class FoldedDirectories {
public:
    /// The name in `directory` (a host path) that equals `name` but for case. None: there is none, or the
    /// directory cannot be read. Of several, the first by bytes.
    std::optional<std::string> find(const std::string& directory, std::u16string_view name);

    /// This process has just created a name there, after find() had not found it.
    void note_created(const std::string& directory, const std::string& host_name);

private:
    struct Copy {
        hal::HostTime modified; ///< of the directory, when it was read
        std::uint64_t inode = 0;
        bool in_tick = false; ///< `modified` was younger than a tick then
        bool own = false;     ///< the last change was this process's, and is in the copy
        std::unordered_map<std::u16string, std::string> names; ///< folded -> as it is

        [[nodiscard]] bool is_current(const hal::HostFileStat& directory) const;
        void add(const std::string& host_name);
    };
    using Copies = std::unordered_map<std::string, Copy>;

    static std::optional<Copy> read(const std::string& directory);

    Guarded<Copies> m_copies;
};

} // namespace oriel::io
