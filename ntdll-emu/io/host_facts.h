// SPDX-License-Identifier: MIT
// host_facts.h: the host's stat as NT would tell it.
#pragma once

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/file_facts.h>
#include <ntdll-emu/io/location.h>
#include <ntdll-emu/io/stored_facts.h>

namespace oriel::io {

FileFacts facts_of(const hal::HostFileStat& stat, const StoredFacts& stored);
/// Of the file that a host path names: the link itself where it is a symbolic link (with
/// FILE_ATTRIBUTE_REPARSE_POINT, and FILE_ATTRIBUTE_DIRECTORY if it leads to a directory). `stat` is
/// the link's own.
FileFacts facts_at(const char* host_path, const hal::HostFileStat& stat);
/// Of a folder or builtin file that only a drive's view has.
FileFacts facts_of(const ViewNode& node);

} // namespace oriel::io
