// SPDX-License-Identifier: MIT
// stream_file.h: what has no position: pipes, sockets and character devices of the host.
//
// NT's words for a pipe whose other end is gone: a read answers STATUS_PIPE_BROKEN (ERROR_BROKEN_PIPE), a
// write STATUS_PIPE_CLOSING (ERROR_NO_DATA); there is no end of file. A character device that ends (a
// standard input from /dev/null) answers STATUS_END_OF_FILE.
//
// Linux answers a read of a pipe with whatever is there, one byte at least, as NT does for byte-mode pipes; a
// write returns when all bytes are written.
#pragma once

#include <ntdll-emu/hal/host_descriptor.h>
#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/file.h>

namespace oriel::io {

class StreamFile final : public File {
public:
    StreamFile(hal::HostDescriptor descriptor, hal::HostFileKind kind, const OpenRequest& request);

    NtResult<std::uint32_t> read(GuestBuffer to, FileOffset from) override;
    NtResult<std::uint32_t> write(GuestBuffer from, FileOffset to) override;
    NtResult<FileFacts> facts() override;
    [[nodiscard]] std::uint32_t device_type() const override;
    [[nodiscard]] std::u16string device_name() const override;
    NtResult<std::uint32_t> control(std::uint32_t code, GuestBuffer in, GuestBuffer out) override;

    [[nodiscard]] bool is_pipe() const;
    [[nodiscard]] int descriptor() const { return m_descriptor.get(); }

private:
    NtResult<std::uint32_t> peek(GuestBuffer out);

    hal::HostDescriptor m_descriptor;
    hal::HostFileKind m_kind;
};

ob::Ref<File> open_stream_file(hal::HostDescriptor descriptor, hal::HostFileKind kind, const OpenRequest& request);

/// The two ends of an anonymous pipe.
struct PipeEnds {
    ob::Ref<File> read_end;
    ob::Ref<File> write_end;
};
/// Synchronous, in byte mode. `capacity` 0: the host's choice.
NtResult<PipeEnds> make_pipe(std::uint32_t capacity, ke::Dispatcher& dispatcher);

} // namespace oriel::io
