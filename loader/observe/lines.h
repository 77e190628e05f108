// SPDX-License-Identifier: MIT
// lines.h: printf onto a stream, for tables.
#pragma once

#include <cstdio>
#include <ostream>

namespace oriel::observe {

/// One line, at most 511 characters long.
template<class... Arguments>
void line(std::ostream& out, const char* pattern, Arguments... arguments) {
    char text[512];
    int length;
    if constexpr (sizeof...(arguments) == 0) length = std::snprintf(text, sizeof text, "%s", pattern);
    else length = std::snprintf(text, sizeof text, pattern, arguments...);
    if (length >= static_cast<int>(sizeof text)) length = sizeof text - 1;
    out.write(text, length);
    out.put('\n');
}

using Wide = unsigned long long; ///< what %llu and %llx take

} // namespace oriel::observe
