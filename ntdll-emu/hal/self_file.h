// SPDX-License-Identifier: MIT
// self_file.h: our own executable as a file, for what is carried inside it.
#pragma once

#include <ntdll-emu/hal/host_result.h>

#include <cstdint>

namespace oriel::hal {

/// A descriptor of our own executable, opened once and kept.
HostResult<int> self_descriptor();

/// Where in that file the byte lies that was loaded at `loaded`; none if it is not part of the file.
std::optional<std::uint64_t> offset_in_self(const void* loaded);

} // namespace oriel::hal
