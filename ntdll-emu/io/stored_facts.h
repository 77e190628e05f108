// SPDX-License-Identifier: MIT
// stored_facts.h: what NT knows of a file and Linux has no place for.
//
// Hidden, system and archive attributes and a creation time that was set are kept in an extended attribute of the
// file, "user.oriel", as text:
//     attributes=0x26 created=133500000000000000
// It exists only where something differs from what everybody assumes: a fresh file has ARCHIVE, a
// directory nothing, and the creation time is the file system's time of birth. A file system that has no
// user attributes drops both (the set succeeds); so do symbolic links.
//
// Read-only is not kept here but in the permission bits of a file: without any "w" it is read-only. A
// directory's READONLY is only a mark in NT and would be a lock on Linux, so that is kept here.
#pragma once

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/file_time.h>

#include <cstdint>
#include <optional>

namespace oriel::io {

struct StoredFacts {
    std::optional<std::uint32_t> attributes; ///< of `storable_attributes`
    std::optional<FileTime> created;
};

/// The FILE_ATTRIBUTE_* bits that are kept here for a file of that kind.
std::uint32_t storable_attributes(bool directory);
/// What they are when nothing is stored.
std::uint32_t default_attributes(bool directory);

StoredFacts load_stored_facts(int descriptor, const hal::HostFileStat& stat);
StoredFacts load_stored_facts(const char* path, const hal::HostFileStat& stat);
/// Removes the attribute where nothing differs from the default.
void save_stored_facts(int descriptor, bool directory, const StoredFacts& facts);

} // namespace oriel::io
