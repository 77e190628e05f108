// SPDX-License-Identifier: MIT
// image_parts.h: an image as the memory manager sees it: its headers and sections, alike.
//
// The headers are the first part: read-only, at RVA 0. Each PE section is a part. A part has some bytes from the
// file and is zero after them, and has one protection. NT's word for a part is "subsection".
#pragma once

#include <ntdll-emu/mm/file_backing.h>
#include <ntdll-emu/mm/image_layout.h>
#include <ntdll-emu/mm/protection.h>

#include <cstddef>
#include <span>
#include <vector>

namespace oriel::mm {

struct ImagePart {
    std::uint32_t rva = 0;
    std::uint32_t pages = 0; ///< that it covers in the image
    std::uint32_t file_offset = 0;
    std::uint32_t file_bytes = 0; ///< not more than its pages hold
    Protection protection;
    bool shared = false; ///< writable, and one for all views

    [[nodiscard]] std::uint64_t end() const { return rva + std::uint64_t{pages} * page_size; }
};

/// Checks the layout's promises. Statuses: InvalidImageFormat.
NtResult<std::vector<ImagePart>> image_parts(const ImageLayout& layout);

/// Reads a part's bytes into `to`, which is zero and as long as part.file_bytes.
NtResult<> read_part(FileBacking& file, const ImagePart& part, std::span<std::byte> to);
/// A part's bytes from the file; zero where the file is shorter than its headers say.
NtResult<std::vector<std::byte>> read_part(FileBacking& file, const ImagePart& part);

/// What NT gives to a section with these characteristics: writable pages are copied on write, except in shared
/// sections.
Protection image_protection(const ImageSection& section);

} // namespace oriel::mm
