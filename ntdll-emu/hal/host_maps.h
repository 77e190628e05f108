// SPDX-License-Identifier: MIT
// host_maps.h: what Linux says is mapped in this process (/proc/self/maps).
//
// Read when the arena is made around foreign mappings, and by debug checks; never on a path that must be fast.
#pragma once

#include <ntdll-emu/hal/host_memory.h>

#include <string>

namespace oriel::hal {

struct HostMapLine {
    PageRange range;
    PageAccess access = PageAccess::None;
    Sharing sharing = Sharing::Private;
    std::uint64_t offset = 0;
    std::uint64_t inode = 0; ///< 0: anonymous
};

/// Every mapping that overlaps `range`, ascending. HostError when /proc is not there.
HostResult<std::vector<HostMapLine>> read_host_maps(PageRange range);

/// Reads one line of /proc/self/maps. None for a line of another form.
std::optional<HostMapLine> parse_host_map_line(const char* line);

/// How many mappings the host allows a process (vm.max_map_count); Linux' default where it does not say.
std::uint64_t most_host_mappings();

} // namespace oriel::hal
