// SPDX-License-Identifier: MIT
// drive_device.h: \Device\HarddiskVolumeN, a drive as the object manager knows it.
//
// "\??\C:\x" reaches it with "\x". "\??\C:" alone is the volume itself: it can be asked for its size and
// name; its bytes are nobody's business here.
#pragma once

#include <ntdll-emu/io/device.h>
#include <ntdll-emu/io/file_system.h>

namespace oriel::io {

class DriveDevice final : public Device {
public:
    DriveDevice(FileSystem& files, const Drive& drive) : m_files(files), m_drive(drive) {}

    NtResult<Opened> open(std::u16string_view rest, const OpenRequest& request) override;
    NtResult<Found> locate(std::u16string_view rest, bool case_sensitive) override;

private:
    FileSystem& m_files;
    const Drive& m_drive;
};

/// Names that no server here can answer: \??\UNC\server (no network redirector) and \??\PIPE\name (nobody
/// has made the pipe). Each says so with the status that Windows has for it.
class UnreachableDevice final : public Device {
public:
    explicit UnreachableDevice(Status reason) : m_reason(reason) {}
    NtResult<Opened> open(std::u16string_view, const OpenRequest&) override { return m_reason; }
    NtResult<Found> locate(std::u16string_view, bool) override { return m_reason; }

private:
    Status m_reason;
};

} // namespace oriel::io
