// SPDX-License-Identifier: MIT
// host_environment.h: what this process was given by whoever started it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oriel::hal {

/// NAME=value, in the environment's order.
std::vector<std::string> environment_variables();
/// Absolute; "/" where it cannot be told.
std::string current_directory();

/// Of this process; no other that runs at the same time has it.
std::uint32_t host_process_id();

} // namespace oriel::hal
