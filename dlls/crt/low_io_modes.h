// SPDX-License-Identifier: MIT
// low_io_modes.h: small steps that the descriptor functions share.
#pragma once

#include <dlls/crt/low_io.h>

namespace oriel::crt {

/// lseek's and fseek's origins.
enum SeekOrigin : int { SEEK_SET_ORIGIN = 0, SEEK_CUR_ORIGIN = 1, SEEK_END_ORIGIN = 2 };

/// _O_TEXT or _O_BINARY: what _fmode says.
int file_mode_default();

/// ReadFile without translation: bytes read, 0 at the end (a broken pipe is one), -1 with errno.
int read_raw(Descriptor& descriptor, void* buffer, unsigned bytes);

/// Makes the file end at `size`, growing it with zeros; 0 or errno.
int truncate_locked(int fd, Descriptor& descriptor, long long size);

} // namespace oriel::crt
