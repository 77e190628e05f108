// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/stream_file.h>

#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/io/errno_status.h>
#include <oriel/user_ptr.h>
#include <nt/device_control.h>
#include <nt/file.h>
#include <nt/volume_information.h>

#include <algorithm>

namespace oriel::io {

StreamFile::StreamFile(hal::HostDescriptor descriptor, hal::HostFileKind kind, const OpenRequest& request)
    : File(request), m_descriptor(std::move(descriptor)), m_kind(kind) {}

bool StreamFile::is_pipe() const { return m_kind == hal::HostFileKind::Pipe || m_kind == hal::HostFileKind::Socket; }

NtResult<std::uint32_t> StreamFile::read(GuestBuffer to, FileOffset) {
    if (to.bytes == 0) return 0u;
    const auto bytes = TRY(from_host(hal::read_stream(descriptor(), to.for_host(), to.bytes)));
    if (bytes == 0) return is_pipe() ? Status::PipeBroken : Status::EndOfFile;
    return static_cast<std::uint32_t>(bytes);
}

NtResult<std::uint32_t> StreamFile::write(GuestBuffer from, FileOffset) {
    std::uint32_t written = 0;
    while (written < from.bytes) {
        const GuestBuffer rest = from.from(written);
        const auto bytes = hal::write_stream(descriptor(), rest.for_host(), rest.bytes);
        if (!bytes) return status_of_errno(bytes.error());
        written += static_cast<std::uint32_t>(bytes.value());
    }
    return written;
}

NtResult<FileFacts> StreamFile::facts() {
    FileFacts facts;
    facts.attributes = nt::FILE_ATTRIBUTE_NORMAL;
    return facts;
}

std::uint32_t StreamFile::device_type() const {
    return is_pipe() ? nt::FILE_DEVICE_NAMED_PIPE : nt::FILE_DEVICE_SERIAL_PORT;
}

std::u16string StreamFile::device_name() const {
    return is_pipe() ? u"\\Device\\NamedPipe" : u"\\Device\\HostStream";
}

NtResult<std::uint32_t> StreamFile::control(std::uint32_t code, GuestBuffer, GuestBuffer out) {
    if (!is_pipe() || code != nt::FSCTL_PIPE_PEEK) return Status::InvalidDeviceRequest;
    return peek(out);
}

/// The head, and as much of the data as there is room for.
NtResult<std::uint32_t> StreamFile::peek(GuestBuffer out) {
    constexpr std::uint32_t head = offsetof(nt::FILE_PIPE_PEEK_BUFFER, Data);
    if (out.bytes < head) return Status::BufferTooSmall;
    const auto waiting = TRY(from_host(hal::bytes_waiting(descriptor())));
    const auto ready = TRY(from_host(hal::wait_for_stream(descriptor(), true, false, 0)));
    if (waiting == 0 && ready.hung_up) return Status::PipeBroken;
    nt::FILE_PIPE_PEEK_BUFFER answer{};
    answer.NamedPipeState = nt::FILE_PIPE_CONNECTED_STATE;
    answer.ReadDataAvailable = static_cast<std::uint32_t>(waiting);
    TRY(copy_to_guest(out.address, &answer, head));
    std::byte data[4096];
    const std::size_t room = std::min<std::size_t>({out.bytes - head, waiting, sizeof data});
    if (room == 0) return head;
    const std::size_t copied = TRY(from_host(hal::peek_pipe(descriptor(), data, room)));
    TRY(copy_to_guest(out.address + head, data, copied));
    return head + static_cast<std::uint32_t>(copied);
}

ob::Ref<File> open_stream_file(hal::HostDescriptor descriptor, hal::HostFileKind kind, const OpenRequest& request) {
    return ob::make<StreamFile>(std::move(descriptor), kind, request);
}

NtResult<PipeEnds> make_pipe(std::uint32_t capacity, ke::Dispatcher& dispatcher) {
    auto ends = TRY(from_host(hal::make_pipe(capacity)));
    OpenRequest reading, writing;
    reading.access = nt::FILE_GENERIC_READ | nt::FILE_WRITE_ATTRIBUTES;
    writing.access = nt::FILE_GENERIC_WRITE | nt::FILE_READ_ATTRIBUTES;
    reading.options.synchronous = writing.options.synchronous = true;
    reading.dispatcher = writing.dispatcher = &dispatcher;
    return PipeEnds{open_stream_file(std::move(ends.read_end), hal::HostFileKind::Pipe, reading),
                    open_stream_file(std::move(ends.write_end), hal::HostFileKind::Pipe, writing)};
}

} // namespace oriel::io
