// SPDX-License-Identifier: MIT
// names.h: all that names code in an image: its exports, and the symbol table in its file, if it has one.
//
// Both are read when a report first needs them, and kept. A file that was changed since it was mapped gives wrong names at
// worst: every count and offset in it is checked (loader/pe).
#pragma once

#include "modules.h"

#include <vector>

namespace oriel::start {

struct Name {
    std::uint32_t rva = 0;
    std::string text;         ///< as the table has it: short_name() is for who shows it
    bool is_exported = false;
};
/// In the order of their RVAs, one each.
using Names = std::vector<Name>;
const Names& names_of(const Module& module);

} // namespace oriel::start
