// SPDX-License-Identifier: MIT
// describe.h: an image in words, for `oriel doctor program.exe` and for people who learn the format.
#pragma once

#include <loader/pe/image.h>

#include <string>

namespace oriel::pe {

/// Several lines: headers, sections, directories, and each import and export. What is broken is said where
/// it stands; nothing here fails.
std::string describe(const Image& image);
/// Only headers and sections.
std::string describe_headers(const Image& image);

} // namespace oriel::pe
