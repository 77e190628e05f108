// SPDX-License-Identifier: MIT
// volume_facts.h: the host's file system as a volume of NT.
//
// Programs ask for "NTFS" to know whether long names, Unicode, hard links and files over 4 GiB are there:
// they are, so that is the answer, whatever the host's file system is called.
#pragma once

#include <ntdll-emu/io/drive.h>
#include <ntdll-emu/io/file_facts.h>
#include <oriel/nt_result.h>

namespace oriel::io {

/// Of the file system that `descriptor` lies on; -1 for what only a view has: full, and read-only.
NtResult<VolumeFacts> volume_facts(const Drive& drive, int descriptor);

/// NT gives a file its clusters when it becomes longer, and tells then that the disk is full; Linux makes a hole. This asks
/// whether there is room for a file of `bytes`, so that programs are told when NT tells them. Statuses: DiskFull.
NtResult<> require_room_for(int descriptor, std::uint64_t bytes);

} // namespace oriel::io
