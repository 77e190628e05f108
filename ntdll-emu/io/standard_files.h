// SPDX-License-Identifier: MIT
// standard_files.h: descriptors that oriel was started with, as files of the program.
//
//   a terminal                the console: its input side for descriptor 0, its output side for others
//   a pipe or a socket        a byte-mode pipe
//   a file or directory       a disk file on Z:, whose position stays the host's: "(a; b) > log" shares it
//   /dev/null                 \Device\Null
//   another device            a character stream
#pragma once

#include <ntdll-emu/io/file.h>

namespace oriel::io {

/// `descriptor` 0, 1 or 2; it stays open. Statuses: InvalidHandle if it is closed.
NtResult<ob::Ref<File>> open_standard_file(int descriptor, ke::Dispatcher* dispatcher = nullptr);

} // namespace oriel::io
