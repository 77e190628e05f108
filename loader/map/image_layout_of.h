// SPDX-License-Identifier: MIT
// image_layout_of.h: from the checked headers of a PE image to what mm needs in order to map it.
//
// loader/pe knows the format and nothing of memory; mm knows pages and nothing of the format. This is the
// one place where both are known. NtCreateSection(SEC_IMAGE) calls layout_of_file; whoever has the whole
// file in memory already (the start, the tests) calls layout_of.
#pragma once

#include <loader/pe/headers.h>

#include <ntdll-emu/mm/file_backing.h>
#include <ntdll-emu/mm/image_layout.h>

#include <oriel/nt_result.h>

namespace oriel::map {

/// The layout of an image whose headers were parsed in the file layout.
/// Statuses: InvalidImageFormat (a CPU that we do not run, PE32+ for i386, PE32 for x64).
NtResult<mm::ImageLayout> layout_of(const pe::Headers& headers, std::uint64_t file_bytes);

/// Reads the headers of `file` and no more of it. Statuses: those of layout_of, those of the rules in
/// loader/pe/rules.inc (InvalidImageNotMz, InvalidImageProtect, InvalidImageWin16, InvalidImageFormat, ...),
/// and what reading the file answers.
NtResult<mm::ImageLayout> layout_of_file(mm::FileBacking& file);

} // namespace oriel::map
