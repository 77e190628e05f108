// SPDX-License-Identifier: MIT
// end.h: the host process's end.
#pragma once

#include <cstdint>
#include <string>

namespace oriel::start {

/// Writes the exit code's 32 bits to `file` if one is named, and ends at once with its low 8 bits: no
/// destructor runs, because guest threads may still be running.
[[noreturn]] void end_host_process(std::uint32_t exit_code, const std::string& file);

} // namespace oriel::start
