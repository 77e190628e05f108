// SPDX-License-Identifier: MIT
// image_layout.h: what the memory manager must know of a PE image to map it. Data only.
//
// In NT the memory manager reads the PE headers itself when a SEC_IMAGE section is made (MiCreateImageFileMap).
// Here the reading of the format is loader/pe's, whole and alone; loader/map turns its checked view of the
// headers into this structure, and mm never looks at a header again, with two exceptions that belong to
// mapping: it applies the base relocations when a view is not at the preferred base, and then writes the
// new base into the header (image_relocation.h).
//
// Always (whoever fills it answers for this; Section::create_image checks it again and answers
// STATUS_INVALID_IMAGE_FORMAT): sections stand in ascending order, do not overlap each other or the headers,
// begin on section_alignment, and end inside size_of_image.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oriel::mm {

/// One PE section. Pages from `file_size` to `virtual_size` are zero; `file_size` is already cut down to what
/// NT maps (not beyond virtual_size rounded up to pages) and to what the file holds.
struct ImageSection {
    std::string name;
    std::uint32_t rva = 0;
    std::uint32_t virtual_size = 0; ///< bytes, not rounded (rounded up to pages when mapped)
    std::uint32_t file_offset = 0;
    std::uint32_t file_size = 0;
    bool readable = false;
    bool writable = false;
    bool executable = false;
    bool shared = false; ///< IMAGE_SCN_MEM_SHARED: one copy for every view
};

struct ImageLayout {
    std::uint64_t preferred_base = 0;
    std::uint32_t size_of_image = 0;   ///< bytes, rounded up to pages when mapped
    std::uint32_t size_of_headers = 0; ///< mapped read-only at RVA 0 from file offset 0
    std::uint32_t section_alignment = 0x1000;
    std::uint32_t file_alignment = 0x200;
    std::vector<ImageSection> sections;

    // Base relocations (the .reloc directory), and where the header keeps ImageBase.
    bool relocations_stripped = false; ///< IMAGE_FILE_RELOCS_STRIPPED: only the preferred base will do
    std::uint32_t relocations_rva = 0;
    std::uint32_t relocations_size = 0;
    std::uint32_t image_base_offset = 0; ///< file offset (= RVA) of OptionalHeader.ImageBase
    bool is_64 = true;                   ///< PE32+: ImageBase is 8 bytes wide

    // What NtQuerySection(SectionImageInformation) tells.
    std::uint32_t entry_point_rva = 0; ///< 0: none
    std::uint64_t stack_reserve = 0x100000;
    std::uint64_t stack_commit = 0x1000;
    std::uint16_t subsystem = 3;
    std::uint16_t subsystem_major = 4;
    std::uint16_t subsystem_minor = 0;
    std::uint16_t operating_system_major = 4;
    std::uint16_t operating_system_minor = 0;
    std::uint16_t characteristics = 0;     ///< IMAGE_FILE_*
    std::uint16_t dll_characteristics = 0; ///< IMAGE_DLLCHARACTERISTICS_*
    std::uint16_t machine = 0x8664;        ///< IMAGE_FILE_MACHINE_*
    std::uint32_t loader_flags = 0;
    std::uint32_t check_sum = 0;
    std::uint32_t file_size = 0;
    bool contains_code = true;

    [[nodiscard]] bool is_dll() const { return (characteristics & 0x2000) != 0; }
    [[nodiscard]] bool is_large_address_aware() const { return (characteristics & 0x0020) != 0; }
    /// IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE: the system may choose another base.
    [[nodiscard]] bool may_move() const { return (dll_characteristics & 0x0040) != 0; }
};

} // namespace oriel::mm
