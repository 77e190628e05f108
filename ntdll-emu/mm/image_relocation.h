// SPDX-License-Identifier: MIT
// image_relocation.h: an image's bytes as they must be at another base than the preferred one.
//
// Since Windows Vista the memory manager relocates images itself, once for all processes, and writes the
// new base into the header. Here the parts that hold relocations are read, changed in the host's own memory, and
// handed to the view as a copy; the other parts are mapped from the file all the same. Nothing is ever written
// into guest memory, so no guest thread can see a half-relocated page.
// Source: "Windows Internals", part 1, chapter 5, "Image randomization"; "PE Format", ".reloc".
#pragma once

#include <ntdll-emu/mm/image_parts.h>

#include <optional>

namespace oriel::mm {

/// The bytes of each part that differs from the file, by the part's index; the others are empty.
using PatchedParts = std::vector<std::optional<std::vector<std::byte>>>;

/// Statuses: ConflictingAddresses (the image can only lie at its preferred base), InvalidImageFormat (a bad
/// relocation directory), and what reading the file answers.
NtResult<PatchedParts> relocate_image(FileBacking& file, const ImageLayout& layout,
                                      const std::vector<ImagePart>& parts, Address base);

} // namespace oriel::mm
