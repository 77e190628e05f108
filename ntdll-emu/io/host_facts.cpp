// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/host_facts.h>

#include <nt/file.h>

#include <oriel/address.h>

#include <algorithm>

namespace oriel::io {

namespace {

constexpr std::uint32_t any_write_bit = 0222;
constexpr std::uint64_t cluster = 4096; // the least that NTFS would allocate; Linux may not have allocated yet

std::uint32_t attributes_of(const hal::HostFileStat& stat, const StoredFacts& stored) {
    const bool directory = stat.kind == hal::HostFileKind::Directory;
    std::uint32_t attributes = stored.attributes.value_or(default_attributes(directory));
    if (directory)
        attributes |= nt::FILE_ATTRIBUTE_DIRECTORY;
    else if ((stat.mode & any_write_bit) == 0)
        attributes |= nt::FILE_ATTRIBUTE_READONLY;
    return attributes != 0 ? attributes : nt::FILE_ATTRIBUTE_NORMAL;
}

/// A view is as old as the volume is to say: the first day of NT's own calendar would puzzle programs
/// that take small numbers for errors.
constexpr FileTime view_time = unix_epoch + 15'778'368'000'000'000; // 2020-01-01

} // namespace

FileFacts facts_of(const hal::HostFileStat& stat, const StoredFacts& stored) {
    FileFacts facts;
    facts.created = stored.created.value_or(file_time(stat.born));
    facts.accessed = file_time(stat.accessed);
    facts.written = file_time(stat.modified);
    facts.changed = file_time(stat.changed);
    facts.attributes = attributes_of(stat, stored);
    facts.directory = stat.kind == hal::HostFileKind::Directory;
    facts.size = facts.directory ? 0 : stat.size;
    facts.allocated = facts.directory ? 0 : std::max(stat.allocated, align_up(stat.size, cluster));
    facts.links = facts.directory ? 1 : stat.links;
    facts.id = stat.inode;
    facts.volume = stat.device;
    return facts;
}

FileFacts facts_at(const char* host_path, const hal::HostFileStat& stat) {
    if (stat.kind != hal::HostFileKind::SymbolicLink) return facts_of(stat, load_stored_facts(host_path, stat));
    FileFacts facts = facts_of(stat, {});
    const auto target = hal::stat_file(host_path, true);
    facts.directory = target && target.value().kind == hal::HostFileKind::Directory;
    facts.attributes = nt::FILE_ATTRIBUTE_REPARSE_POINT | nt::FILE_ATTRIBUTE_ARCHIVE;
    if (facts.directory) facts.attributes = nt::FILE_ATTRIBUTE_REPARSE_POINT | nt::FILE_ATTRIBUTE_DIRECTORY;
    facts.size = 0;
    facts.allocated = 0;
    facts.reparse_tag = nt::IO_REPARSE_TAG_SYMLINK;
    return facts;
}

FileFacts facts_of(const ViewNode& node) {
    FileFacts facts;
    facts.created = facts.accessed = facts.written = facts.changed = view_time;
    facts.directory = node.is_folder();
    facts.attributes = nt::FILE_ATTRIBUTE_DIRECTORY;
    // The node's address is its identity: views do not change.
    facts.id = reinterpret_cast<std::uintptr_t>(&node);
    if (node.builtin == nullptr) return facts;
    facts.attributes = nt::FILE_ATTRIBUTE_ARCHIVE;
    facts.size = node.builtin->bytes;
    facts.allocated = align_up(facts.size, cluster);
    return facts;
}

} // namespace oriel::io
