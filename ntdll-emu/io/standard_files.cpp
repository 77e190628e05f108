// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/standard_files.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/io/console_device.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/inherited_file.h>
#include <ntdll-emu/io/null_device.h>
#include <ntdll-emu/io/stream_file.h>
#include <nt/file.h>

namespace oriel::io {

namespace {

OpenRequest standard_request(ke::Dispatcher* dispatcher) {
    OpenRequest request;
    request.access = nt::FILE_GENERIC_READ | nt::FILE_GENERIC_WRITE;
    request.sharing = {true, true, true};
    request.options.synchronous = true;
    request.dispatcher = dispatcher;
    return request;
}

ob::Ref<File> console_file(int descriptor, const OpenRequest& request) {
    Console& console = process_console();
    const bool is_input = descriptor == 0;
    if (is_input)
        console.use_input(descriptor);
    else
        console.use_output(descriptor);
    return ob::make<ConsoleFile>(console, is_input ? ConsoleSide::Input : ConsoleSide::Output, request);
}

bool is_null_device(int descriptor) {
    const auto path = hal::path_of(descriptor);
    return path && path.value() == "/dev/null";
}

} // namespace

NtResult<ob::Ref<File>> open_standard_file(int descriptor, ke::Dispatcher* dispatcher) {
    const auto stat = hal::stat_descriptor(descriptor);
    if (!stat) return Status::InvalidHandle;
    const OpenRequest request = standard_request(dispatcher);
    const auto kind = stat.value().kind;
    if (kind == hal::HostFileKind::Terminal) return console_file(descriptor, request);
    if (kind == hal::HostFileKind::CharacterDevice && is_null_device(descriptor))
        return ob::Ref<File>(ob::make<NullFile>(request));
    auto copy = TRY(from_host(hal::duplicate_descriptor(descriptor)));
    if (kind == hal::HostFileKind::Regular || kind == hal::HostFileKind::Directory)
        return ob::Ref<File>(ob::make<InheritedFile>(std::move(copy), request));
    return open_stream_file(std::move(copy), kind, request);
}

} // namespace oriel::io
