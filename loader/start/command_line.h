// SPDX-License-Identifier: MIT
// command_line.h: an argument vector as the one string that Windows programs get.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oriel::start {

/// Joins arguments so that a program that splits them by Microsoft's rules ("Parsing C command-line
/// arguments") gets the same ones back, character for character. The first is the program's name, which is
/// split by simpler rules: no escapes inside quotation marks.
std::u16string join_command_line(const std::vector<std::u16string>& arguments);

} // namespace oriel::start
