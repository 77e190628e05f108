// SPDX-License-Identifier: MIT
// headers.h: the headers of a PE image, read and checked, in one form for PE32 and PE32+.
//
// The checks are those that NT's memory manager makes when a section is created from a file with
// SEC_IMAGE: it refuses a file with STATUS_INVALID_IMAGE_FORMAT before anything of it runs. The directories
// (imports, exports, ...) are not looked at here; those are the loader's business, later.
//
// Sources: "PE Format", Microsoft documentation; "Windows Internals", part 2, "Section objects"; what
// Windows accepts at the edges follows the published collections of small and odd PE files.
#pragma once

#include <loader/pe/bytes.h>
#include <loader/pe/error.h>

#include <nt/image.h>

#include <array>
#include <string>
#include <vector>

namespace oriel::pe {

/// How the bytes lie: as in the file (sections at PointerToRawData) or as in memory (at VirtualAddress).
enum class Layout : std::uint8_t { File, Mapped };

struct Section {
    std::string_view name;           ///< of the bytes; at most 8 characters
    std::uint32_t rva = 0;
    std::uint32_t virtual_bytes = 0; ///< whole pages (exact in a flat image)
    std::uint32_t raw_offset = 0;    ///< rounded down to 512, as NT does
    std::uint32_t raw_bytes = 0;     ///< what of it is mapped: not above virtual_bytes; 0 for .bss
    std::uint32_t characteristics = 0;

    [[nodiscard]] bool readable() const { return (characteristics & nt::section_read) != 0; }
    [[nodiscard]] bool writable() const { return (characteristics & nt::section_write) != 0; }
    [[nodiscard]] bool executable() const { return (characteristics & nt::section_execute) != 0; }
    [[nodiscard]] bool shared() const { return (characteristics & nt::section_shared) != 0; }
};

struct Headers {
    bool is_64 = false; ///< PE32+
    nt::ImageMachine machine{};
    nt::ImageSubsystem subsystem{};
    std::uint16_t characteristics = 0;     ///< nt::ImageCharacteristics
    std::uint16_t dll_characteristics = 0; ///< nt::ImageDllCharacteristics
    std::uint32_t time_stamp = 0;
    std::uint64_t image_base = 0;
    std::uint32_t entry_rva = 0;
    std::uint32_t section_alignment = 0;
    std::uint32_t file_alignment = 0;
    std::uint32_t size_of_image = 0;   ///< rounded up to pages
    std::uint32_t size_of_headers = 0;
    std::uint32_t checksum = 0;
    std::uint32_t loader_flags = 0;
    std::uint16_t os_major = 0, os_minor = 0;
    std::uint16_t subsystem_major = 0, subsystem_minor = 0;
    std::uint8_t linker_major = 0, linker_minor = 0;
    std::uint64_t stack_reserve = 0, stack_commit = 0;
    std::uint64_t heap_reserve = 0, heap_commit = 0;
    std::uint32_t nt_headers_offset = 0;
    std::array<nt::IMAGE_DATA_DIRECTORY, nt::image_directory_count> directories{}; ///< absent ones are zero
    std::vector<Section> sections; ///< in ascending, contiguous order of their RVAs

    [[nodiscard]] bool is_dll() const { return (characteristics & nt::image_dll) != 0; }
    /// SectionAlignment is below a page: NT maps the file as it is, in one piece.
    [[nodiscard]] bool is_flat() const;
    [[nodiscard]] bool relocations_stripped() const {
        return (characteristics & nt::image_relocations_stripped) != 0;
    }
    [[nodiscard]] nt::IMAGE_DATA_DIRECTORY directory(nt::ImageDirectory which) const {
        return directories[static_cast<std::uint32_t>(which)];
    }

    /// Reads and checks the headers. `bytes` must hold them, and may hold more; `file_bytes` is the size of
    /// the whole file, against which the sections' data are checked (in the mapped layout: the view's size).
    /// Section names are views of `bytes`.
    static Parsed<Headers> parse(Bytes bytes, std::uint64_t file_bytes, Layout layout = Layout::File);
};

/// The largest SizeOfImage that NT maps, and that we do.
inline constexpr std::uint32_t largest_image = 0x77000000;

} // namespace oriel::pe
