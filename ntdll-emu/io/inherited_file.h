// SPDX-License-Identifier: MIT
// inherited_file.h: a disk file that oriel was given as an open descriptor. Others may write through the
// same opening, so the position is the host's, and appending stays appending.
#pragma once

#include <ntdll-emu/hal/host_descriptor.h>
#include <ntdll-emu/io/file.h>

namespace oriel::io {

class InheritedFile final : public File {
public:
    InheritedFile(hal::HostDescriptor descriptor, const OpenRequest& request)
        : File(request), m_descriptor(std::move(descriptor)) {}

    NtResult<std::uint32_t> read(GuestBuffer to, FileOffset from) override;
    NtResult<std::uint32_t> write(GuestBuffer from, FileOffset to) override;
    NtResult<> flush() override;
    [[nodiscard]] std::uint64_t position() const override;
    NtResult<> set_position(std::uint64_t position) override;
    NtResult<FileFacts> facts() override;
    [[nodiscard]] std::uint32_t device_type() const override;
    [[nodiscard]] std::u16string path() const override;
    [[nodiscard]] std::u16string device_name() const override { return u"\\Device\\HarddiskVolume26"; }
    NtResult<> change_basic(const BasicChange& change) override;
    NtResult<> set_size(std::uint64_t bytes) override;
    NtResult<std::shared_ptr<mm::FileBacking>> backing() override;

private:
    hal::HostDescriptor m_descriptor;
};

} // namespace oriel::io
