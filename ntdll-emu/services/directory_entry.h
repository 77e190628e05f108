// SPDX-License-Identifier: MIT
// directory_entry.h: writing one directory entry in the shape of the class that was asked for.
#pragma once

#include <ntdll-emu/io/file_facts.h>
#include <nt/directory_information.h>
#include <nt/file_information.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace oriel::services {

/// Where the name begins in an entry of the class; none if it is not a directory class.
template<class Abi>
std::optional<std::uint32_t> entry_head_bytes(nt::FileInformationClass kind) {
    using Class = nt::FileInformationClass;
    switch (kind) {
    case Class::Directory: return offsetof(nt::FILE_DIRECTORY_INFORMATION<Abi>, FileName);
    case Class::FullDirectory: return offsetof(nt::FILE_FULL_DIR_INFORMATION<Abi>, FileName);
    case Class::IdFullDirectory: return offsetof(nt::FILE_ID_FULL_DIR_INFORMATION<Abi>, FileName);
    case Class::BothDirectory: return offsetof(nt::FILE_BOTH_DIR_INFORMATION<Abi>, FileName);
    case Class::IdBothDirectory: return offsetof(nt::FILE_ID_BOTH_DIR_INFORMATION<Abi>, FileName);
    case Class::IdExtdDirectory: return offsetof(nt::FILE_ID_EXTD_DIR_INFORMATION<Abi>, FileName);
    case Class::Names: return offsetof(nt::FILE_NAMES_INFORMATION<Abi>, FileName);
    default: return std::nullopt;
    }
}

/// What the class has besides the common head. Short names (8.3) do not exist here. EaSize of a link
/// holds its reparse tag ("FILE_FULL_DIR_INFORMATION structure").
template<class Entry>
void fill_entry(Entry& out, const io::DirectoryEntry& entry) {
    const io::FileFacts& facts = entry.facts;
    out.FileNameLength = static_cast<std::uint32_t>(entry.name.size() * sizeof(char16_t));
    if constexpr (requires { out.CreationTime; }) {
        out.CreationTime = facts.created;
        out.LastAccessTime = facts.accessed;
        out.LastWriteTime = facts.written;
        out.ChangeTime = facts.changed;
        out.EndOfFile = static_cast<std::int64_t>(facts.size);
        out.AllocationSize = static_cast<std::int64_t>(facts.allocated);
        out.FileAttributes = facts.attributes;
    }
    if constexpr (requires { out.ReparsePointTag; })
        out.ReparsePointTag = facts.reparse_tag;
    else if constexpr (requires { out.EaSize; })
        out.EaSize = facts.reparse_tag;
    if constexpr (requires { out.FileId; }) std::memcpy(&out.FileId, &facts.id, sizeof facts.id);
}

/// Writes the head and as much of the name as `to` holds. `to` has room for the head.
template<template<class> class Entry, class Abi>
void write_entry_as(std::span<std::byte> to, const io::DirectoryEntry& entry) {
    Entry<Abi> head{};
    fill_entry(head, entry);
    constexpr std::size_t head_bytes = offsetof(Entry<Abi>, FileName);
    std::memcpy(to.data(), &head, head_bytes);
    const std::size_t name_bytes = std::min(to.size() - head_bytes, entry.name.size() * sizeof(char16_t));
    std::memcpy(to.data() + head_bytes, entry.name.data(), name_bytes);
}

template<class Abi>
void write_entry(nt::FileInformationClass kind, std::span<std::byte> to, const io::DirectoryEntry& entry) {
    using Class = nt::FileInformationClass;
    switch (kind) {
    case Class::Directory: return write_entry_as<nt::FILE_DIRECTORY_INFORMATION, Abi>(to, entry);
    case Class::FullDirectory: return write_entry_as<nt::FILE_FULL_DIR_INFORMATION, Abi>(to, entry);
    case Class::IdFullDirectory: return write_entry_as<nt::FILE_ID_FULL_DIR_INFORMATION, Abi>(to, entry);
    case Class::BothDirectory: return write_entry_as<nt::FILE_BOTH_DIR_INFORMATION, Abi>(to, entry);
    case Class::IdBothDirectory: return write_entry_as<nt::FILE_ID_BOTH_DIR_INFORMATION, Abi>(to, entry);
    case Class::IdExtdDirectory: return write_entry_as<nt::FILE_ID_EXTD_DIR_INFORMATION, Abi>(to, entry);
    default: return write_entry_as<nt::FILE_NAMES_INFORMATION, Abi>(to, entry);
    }
}

} // namespace oriel::services
