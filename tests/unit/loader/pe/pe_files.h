// SPDX-License-Identifier: MIT
// pe_files.h: the small PE files of tests/fuzz/seeds, and ways to spoil them.
#pragma once

#include <loader/pe/image.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace oriel::pe::test {

using File = std::vector<char>;

inline File read_seed(const std::string& name) {
    std::ifstream stream(std::string(ORIEL_PE_SEEDS) + name, std::ios::binary);
    return File(std::istreambuf_iterator<char>(stream), {});
}

inline Bytes bytes_of(const File& file) { return std::as_bytes(std::span(file)); }

template<class T>
void poke(File& file, std::size_t offset, T value) {
    std::memcpy(file.data() + offset, &value, sizeof value);
}

// Where things are in the seeds: the NT headers follow the DOS header.
inline constexpr std::size_t nt_headers = 64;
inline constexpr std::size_t file_header = nt_headers + 4;
inline constexpr std::size_t optional_header = nt_headers + 24;
inline constexpr std::size_t section_table_64 = optional_header + 240;

/// The rule that `file` breaks.
inline Rule broken_rule(const File& file) {
    const auto image = Image::parse(bytes_of(file));
    return image.ok() ? Rule{255} : image.error().rule;
}

} // namespace oriel::pe::test
