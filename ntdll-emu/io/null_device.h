// SPDX-License-Identifier: MIT
// null_device.h: \Device\Null (NUL): takes every write, and is at its end for every read.
#pragma once

#include <ntdll-emu/io/device.h>

namespace oriel::io {

class NullDevice final : public Device {
public:
    NtResult<Opened> open(std::u16string_view rest, const OpenRequest& request) override;
};

class NullFile final : public File {
public:
    explicit NullFile(const OpenRequest& request) : File(request) {}

    NtResult<std::uint32_t> read(GuestBuffer to, FileOffset from) override;
    NtResult<std::uint32_t> write(GuestBuffer from, FileOffset to) override;
    NtResult<FileFacts> facts() override;
    NtResult<> set_position(std::uint64_t) override { return {}; }
    NtResult<> set_size(std::uint64_t) override { return {}; }
    [[nodiscard]] std::uint32_t device_type() const override;
    [[nodiscard]] std::u16string device_name() const override { return u"\\Device\\Null"; }
};

} // namespace oriel::io
