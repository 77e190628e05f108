// SPDX-License-Identifier: MIT
// waits.h: starting a wait, and tying a file to the pool (guest only).
#pragma once

#include <ntdll-emu/rtl/pool/pool.h>

namespace oriel::rtl::pool {

/// Under the lock, which is given back where a thread must be started. `due`: monotonic, INT64_MAX for ever.
/// False: no memory.
bool start_wait(NtTpMember& wait, void* object, std::int64_t due);

/// Ties the file to the port of all I/O objects (io.cpp); without the lock.
Status bind_file(void* file, NtTpMember& io);
/// The same for RtlSetIoCompletionCallback: the routine is called for every request that ends.
Status bind_file(void* file, void* routine);

} // namespace oriel::rtl::pool
