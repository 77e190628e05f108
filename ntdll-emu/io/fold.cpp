// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/fold.h>

#include <generated/nls_tables.h>

#include <algorithm>

namespace oriel::io {

char16_t upcase(char16_t unit) {
    // The table has what to add, modulo 2^16.
    return static_cast<char16_t>(unit + nls::upcase_blocks[nls::upcase_index[unit >> 8] * 256 + (unit & 0xFF)]);
}

std::u16string folded(std::u16string_view name) {
    std::u16string answer(name);
    std::transform(answer.begin(), answer.end(), answer.begin(), upcase);
    return answer;
}

bool equal_without_case(std::u16string_view left, std::u16string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char16_t a, char16_t b) { return a == b || upcase(a) == upcase(b); });
}

} // namespace oriel::io
