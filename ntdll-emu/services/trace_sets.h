// SPDX-License-Identifier: MIT
// trace_sets.h: flags and enumerations by their names, for the trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oriel::services {

/// `value` of the set that a spec calls `set` (flags(AllocationType)): "MEM_COMMIT|MEM_RESERVE", or a number
/// where the set has no names for it.
std::string set_text(std::string_view set, std::uint32_t value);

} // namespace oriel::services
