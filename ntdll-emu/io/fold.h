// SPDX-License-Identifier: MIT
// fold.h: the letters that file names are compared by.
//
// NT compares names unit by unit after raising each UTF-16 unit by one fixed table (NTFS keeps its copy
// in the file $UpCase), the same in every language: no locale, no normal forms, 'ß' stays 'ß'.
// Source: "[MS-FSA] 2.1.5.1.2.1 Algorithm for Determining if a FileName Is in an Expression" and
// RtlUpcaseUnicodeChar.
#pragma once

#include <string>
#include <string_view>

namespace oriel::io {

char16_t upcase(char16_t unit);
std::u16string folded(std::u16string_view name);
bool equal_without_case(std::u16string_view left, std::u16string_view right);

} // namespace oriel::io
