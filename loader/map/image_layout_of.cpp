// SPDX-License-Identifier: MIT
#include <loader/map/image_layout_of.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace oriel::map {

namespace {

constexpr std::uint32_t page_bytes = 0x1000;
/// Where ImageBase stands in the optional header, which follows the signature and the file header.
constexpr std::uint32_t image_base_in_optional_32 = 28;
constexpr std::uint32_t image_base_in_optional_64 = 24;
constexpr std::uint32_t optional_header = 24;

/// Headers larger than this are read in a second go; few files have them.
constexpr std::size_t usual_headers = 4096;
/// No linker makes larger ones (65,535 sections need 2.6 MB).
constexpr std::size_t largest_headers = 4U << 20;

mm::ImageSection section_of(const pe::Section& section) {
    mm::ImageSection to;
    to.name = std::string(section.name);
    to.rva = section.rva;
    to.virtual_size = section.virtual_bytes;
    to.file_offset = section.raw_offset;
    to.file_size = section.raw_bytes;
    // x86 page tables have no "write only" and no "execute only": NT's table of protections for the eight
    // combinations makes both readable as well.
    to.readable = section.readable() || section.writable() || section.executable();
    to.writable = section.writable();
    to.executable = section.executable();
    to.shared = section.shared();
    return to;
}

/// A flat image is one piece: the whole file, as it is, copy on write and executable, headers included.
/// Its sections cannot have protections of their own, because they share pages.
void lay_out_flat(mm::ImageLayout& layout, const pe::Headers& headers, std::uint64_t file_bytes) {
    mm::ImageSection whole;
    whole.name = "(flat)";
    whole.virtual_size = headers.size_of_image;
    whole.file_size = static_cast<std::uint32_t>(std::min<std::uint64_t>(file_bytes, headers.size_of_image));
    whole.readable = whole.writable = whole.executable = true;
    layout.size_of_headers = 0;
    layout.section_alignment = page_bytes;
    layout.sections.push_back(std::move(whole));
}

void copy_facts(mm::ImageLayout& layout, const pe::Headers& headers) {
    layout.is_64 = headers.is_64;
    layout.entry_point_rva = headers.entry_rva;
    layout.stack_reserve = headers.stack_reserve;
    layout.stack_commit = headers.stack_commit;
    layout.subsystem = static_cast<std::uint16_t>(headers.subsystem);
    layout.subsystem_major = headers.subsystem_major;
    layout.subsystem_minor = headers.subsystem_minor;
    layout.operating_system_major = headers.os_major;
    layout.operating_system_minor = headers.os_minor;
    layout.characteristics = headers.characteristics;
    layout.dll_characteristics = headers.dll_characteristics;
    layout.machine = static_cast<std::uint16_t>(headers.machine);
    layout.loader_flags = headers.loader_flags;
    layout.check_sum = headers.checksum;
    layout.contains_code =
        std::any_of(headers.sections.begin(), headers.sections.end(), [](const pe::Section& section) {
            return (section.characteristics & nt::section_code) != 0 || section.executable();
        });
}

void copy_relocations(mm::ImageLayout& layout, const pe::Headers& headers) {
    layout.relocations_stripped = headers.relocations_stripped();
    const auto directory = headers.directory(nt::ImageDirectory::BaseRelocation);
    if (directory.VirtualAddress == 0 || directory.Size == 0) {
        // Nothing to relocate, and not stripped: such an image (resources only) may lie anywhere.
        return;
    }
    // A directory that leaves the image is refused when it is used, not before: as on NT, an image that gets
    // its preferred base never looks at it.
    layout.relocations_rva = directory.VirtualAddress;
    layout.relocations_size = directory.Size;
}

} // namespace

NtResult<mm::ImageLayout> layout_of(const pe::Headers& headers, std::uint64_t file_bytes) {
    const bool known = headers.machine == nt::ImageMachine::Amd64 || headers.machine == nt::ImageMachine::I386;
    if (!known) return Status::InvalidImageFormat;
    if (headers.is_64 != (headers.machine == nt::ImageMachine::Amd64)) return Status::InvalidImageFormat;

    mm::ImageLayout layout;
    layout.preferred_base = headers.image_base;
    layout.size_of_image = headers.size_of_image;
    layout.size_of_headers = headers.size_of_headers;
    layout.section_alignment = headers.section_alignment;
    layout.file_alignment = headers.file_alignment;
    layout.file_size =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(file_bytes, std::numeric_limits<std::uint32_t>::max()));
    layout.image_base_offset = headers.nt_headers_offset + optional_header
                               + (headers.is_64 ? image_base_in_optional_64 : image_base_in_optional_32);
    copy_facts(layout, headers);
    copy_relocations(layout, headers);
    if (headers.is_flat()) {
        lay_out_flat(layout, headers, file_bytes);
    } else {
        layout.sections.reserve(headers.sections.size());
        for (const pe::Section& section : headers.sections)
            if (section.virtual_bytes != 0) layout.sections.push_back(section_of(section));
    }
    return layout;
}

NtResult<mm::ImageLayout> layout_of_file(mm::FileBacking& file) {
    const std::uint64_t file_bytes = TRY(file.size());
    if (file_bytes == 0) return Status::InvalidFileForSection;
    std::vector<std::byte> head(static_cast<std::size_t>(std::min<std::uint64_t>(file_bytes, usual_headers)));
    head.resize(TRY(file.read(0, head)));
    auto headers = pe::Headers::parse(head, file_bytes);
    if (!headers && head.size() < file_bytes) {
        // The headers may go on beyond what was read; a file that is wrong anyway is read again in vain.
        head.resize(static_cast<std::size_t>(std::min<std::uint64_t>(file_bytes, largest_headers)));
        head.resize(TRY(file.read(0, head)));
        headers = pe::Headers::parse(head, file_bytes);
    }
    if (!headers) return headers.error().status();
    return layout_of(*headers, file_bytes);
}

} // namespace oriel::map
