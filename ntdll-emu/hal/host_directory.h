// SPDX-License-Identifier: MIT
// host_directory.h: the names in a directory of the host, in the host's order.
#pragma once

#include <ntdll-emu/hal/host_result.h>

#include <cstdint>
#include <string>
#include <vector>

namespace oriel::hal {

struct HostEntry {
    std::string name; ///< any bytes but NUL and '/'
    std::uint64_t inode = 0;
};

/// Every entry but "." and "..". Starts at the beginning, whatever was read from `descriptor` before.
HostResult<std::vector<HostEntry>> read_directory(int descriptor);

/// Whether there is no entry but "." and "..".
HostResult<bool> directory_is_empty(int descriptor);

} // namespace oriel::hal
