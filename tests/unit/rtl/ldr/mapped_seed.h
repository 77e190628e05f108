// SPDX-License-Identifier: MIT
// mapped_seed.h: a PE file of tests/fuzz/seeds, laid out as the memory manager would map it.
#pragma once

#include <nt/image.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace oriel::rtl::ldr::test {

class MappedSeed {
public:
    explicit MappedSeed(const std::string& name) {
        std::ifstream stream(std::string(ORIEL_PE_SEEDS) + name, std::ios::binary);
        m_file.assign(std::istreambuf_iterator<char>(stream), {});
        const auto& headers = *reinterpret_cast<const nt::IMAGE_NT_HEADERS<nt::Nt64>*>(m_file.data() + 64);
        const auto& section = *reinterpret_cast<const nt::IMAGE_SECTION_HEADER*>(&headers + 1);
        m_memory.resize(headers.OptionalHeader.SizeOfImage);
        std::memcpy(m_memory.data(), m_file.data(), headers.OptionalHeader.SizeOfHeaders);
        std::memcpy(m_memory.data() + section.VirtualAddress, m_file.data() + section.PointerToRawData,
                    section.SizeOfRawData);
    }
    /// As mapped for execution.
    [[nodiscard]] void* base() { return m_memory.data(); }
    /// As mapped for data: the file's bytes.
    [[nodiscard]] void* file() { return m_file.data(); }

private:
    std::vector<char> m_file;
    std::vector<char> m_memory;
};

} // namespace oriel::rtl::ldr::test
