// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/strings/text.h>

#include <algorithm>

namespace oriel::rtl {

int compare(Text left, Text right, Case sensitivity) {
    const std::size_t common = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < common; ++i) {
        char16_t a = left[i], b = right[i];
        if (a == b) continue;
        if (sensitivity == Case::Insensitive) {
            a = upcase(a);
            b = upcase(b);
        }
        if (a != b) return static_cast<int>(a) - static_cast<int>(b);
    }
    return static_cast<int>(left.size()) - static_cast<int>(right.size());
}

std::uint32_t hash_x65599(Text text, Case sensitivity) {
    std::uint32_t hash = 0;
    for (const char16_t c : text) hash = hash * 65599 + (sensitivity == Case::Insensitive ? upcase(c) : c);
    return hash;
}

} // namespace oriel::rtl
