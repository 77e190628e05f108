// SPDX-License-Identifier: MIT
// host_command.h: what a program of the host prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace oriel::hal {

/// Runs a program found by PATH and takes its standard output; its input and its errors go nowhere. None if it cannot be
/// run, if it fails, or if it takes longer (then it is killed).
std::optional<std::string> output_of_command(const char* program, const std::vector<std::string>& arguments, unsigned milliseconds);

} // namespace oriel::hal
