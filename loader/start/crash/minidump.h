// SPDX-License-Identifier: MIT
// minidump.h: a crashed guest as a minidump (--dump-on-crash).
#pragma once

#include <ntdll-emu/ps/process.h>

#include <string>

namespace oriel::start::crash {

/// Stops the other guest threads for as long as it takes. False: the file could not be written.
bool write_minidump(const std::string& path, ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context);

} // namespace oriel::start::crash
