// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/null_device.h>

#include <nt/file.h>
#include <nt/volume_information.h>

namespace oriel::io {

NtResult<Opened> NullDevice::open(std::u16string_view rest, const OpenRequest& request) {
    if (!rest.empty()) return Status::ObjectNameNotFound;
    if (request.options.directory) return Status::NotADirectory;
    return Opened{ob::make<NullFile>(request), OpenOutcome::Opened};
}

NtResult<std::uint32_t> NullFile::read(GuestBuffer, FileOffset) { return Status::EndOfFile; }
NtResult<std::uint32_t> NullFile::write(GuestBuffer from, FileOffset) { return from.bytes; }

NtResult<FileFacts> NullFile::facts() {
    FileFacts facts;
    facts.attributes = nt::FILE_ATTRIBUTE_NORMAL;
    return facts;
}

std::uint32_t NullFile::device_type() const { return nt::FILE_DEVICE_NULL; }

} // namespace oriel::io
