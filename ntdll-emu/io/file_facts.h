// SPDX-License-Identifier: MIT
// file_facts.h: what can be known of a file and of its volume, before it takes the shape of one of NT's
// many information structures.
#pragma once

#include <ntdll-emu/io/file_time.h>

#include <cstdint>
#include <optional>
#include <string>

namespace oriel::io {

struct FileFacts {
    FileTime created = 0, accessed = 0, written = 0, changed = 0;
    std::uint32_t attributes = 0; ///< FILE_ATTRIBUTE_*, never 0
    std::uint64_t size = 0;
    std::uint64_t allocated = 0;
    std::uint32_t links = 1;
    bool directory = false;
    bool delete_pending = false;
    std::uint64_t id = 0; ///< unique on its volume
    std::uint64_t volume = 0;
    std::uint32_t reparse_tag = 0; ///< IO_REPARSE_TAG_*, if the attributes say so
};

/// FileBasicInformation in a set; what is absent stays.
struct BasicChange {
    std::optional<FileTime> created, accessed, written;
    std::optional<std::uint32_t> attributes;
};

struct VolumeFacts {
    std::u16string label;
    std::uint32_t serial = 0;
    std::u16string file_system; ///< u"NTFS"
    std::uint32_t flags = 0;    ///< FILE_CASE_PRESERVED_NAMES, ...
    std::uint32_t sector_bytes = 512;
    std::uint32_t sectors_per_unit = 8;
    std::uint64_t total_units = 0;
    std::uint64_t free_units = 0;
    std::uint64_t available_units = 0; ///< for this user
};

/// One name of a directory.
struct DirectoryEntry {
    std::u16string name;
    FileFacts facts;
};

} // namespace oriel::io
