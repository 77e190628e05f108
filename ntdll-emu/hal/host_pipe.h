// SPDX-License-Identifier: MIT
// host_pipe.h: anonymous pipes, and whether bytes wait in a stream.
#pragma once

#include <ntdll-emu/hal/host_descriptor.h>
#include <ntdll-emu/hal/host_result.h>

#include <cstddef>

namespace oriel::hal {

struct HostPipe {
    HostDescriptor read_end;
    HostDescriptor write_end;
};

/// `capacity` is a wish; the kernel rounds it and may refuse it silently.
HostResult<HostPipe> make_pipe(std::size_t capacity);

HostResult<HostDescriptor> duplicate_descriptor(int descriptor);

/// Bytes that can be read at once from a pipe, socket or terminal.
HostResult<std::size_t> bytes_waiting(int descriptor);
/// Copies what a read of a pipe would give next, and leaves it there. Never waits.
HostResult<std::size_t> peek_pipe(int descriptor, void* to, std::size_t bytes);

struct HostReadiness {
    bool readable = false;
    bool writable = false;
    bool hung_up = false; ///< the other end is gone
};
/// Waits up to `timeout_milliseconds` (-1: for ever) for one of the three; all false on timeout.
HostResult<HostReadiness> wait_for_stream(int descriptor, bool to_read, bool to_write, int timeout_milliseconds);

/// A write to a pipe without a reader, or beyond the limit of a file's size, shall answer EPIPE or EFBIG and not end the
/// process.
void ignore_write_signals();

} // namespace oriel::hal
