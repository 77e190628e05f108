// SPDX-License-Identifier: MIT
// reparse_point.h: a symbolic link of the host as FSCTL_GET_REPARSE_POINT tells it.
//
// NT keeps two names: what the object manager shall go on with ("\??\Z:\etc", or a relative path), and what
// a user shall read ("Z:\etc").
// Source: "[MS-FSCC] 2.1.2.4 Symbolic Link Reparse Data Buffer".
#pragma once

#include <ntdll-emu/io/guest_buffer.h>
#include <oriel/nt_result.h>

#include <string>

namespace oriel::io {

/// Bytes written. Statuses: BufferTooSmall, NotAReparsePoint.
NtResult<std::uint32_t> give_reparse_point(const std::string& host_path, GuestBuffer out);

} // namespace oriel::io
