// SPDX-License-Identifier: MIT
// words.h: names and numbers as all the formats write them.
#pragma once

#include <loader/observe/snapshot.h>

#include <string>
#include <string_view>

namespace oriel::observe {

std::string_view word(BlockState state);  ///< "busy", "free", "front-end busy", "front-end free"
std::string_view word(RegionState state); ///< "free", "reserved", "committed"
std::string_view word(RegionType type);   ///< "free", "private", "mapped", "image"
std::string_view word(RegionUse use);     ///< "heap", "stack", ...
std::string_view word(LockOutcome outcome); ///< "taken", "none", "refused"

/// "HEAP_GROWABLE", "HEAP_NO_SERIALIZE | HEAP_GROWABLE"; "0" for none.
std::string heap_flags(std::uint32_t flags);
/// "PAGE_READWRITE", "PAGE_READWRITE | PAGE_GUARD"; empty for 0.
std::string protection_name(std::uint32_t protection);

/// "0x2A", for JSON and prose.
std::string hex(std::uint64_t value);
/// Sixteen digits for 64-bit programs, eight for 32-bit ones.
std::string address(std::uint64_t value, unsigned bits);
/// "1,234,567"
std::string grouped(std::uint64_t value);
/// "512 B", "60.0 KB", "1.5 GB"
std::string bytes(std::uint64_t value);

} // namespace oriel::observe
