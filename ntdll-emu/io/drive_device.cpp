// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/drive_device.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/volume_facts.h>
#include <nt/device_control.h>
#include <nt/file.h>
#include <nt/volume_information.h>

namespace oriel::io {

namespace {

/// The volume itself, opened.
class VolumeFile final : public File {
public:
    VolumeFile(const Drive& drive, const OpenRequest& request) : File(request), m_drive(drive) {}

    NtResult<std::uint32_t> read(GuestBuffer, FileOffset) override { return Status::AccessDenied; }
    NtResult<std::uint32_t> write(GuestBuffer, FileOffset) override { return Status::AccessDenied; }
    NtResult<VolumeFacts> volume() override {
        if (!m_drive.root.is_host()) return volume_facts(m_drive, -1);
        const auto root = hal::open_file(m_drive.root.host_path.c_str(), {});
        return volume_facts(m_drive, root ? root.value().get() : -1);
    }
    std::uint32_t device_type() const override { return nt::FILE_DEVICE_DISK; }
    std::uint32_t device_characteristics() const override { return nt::FILE_DEVICE_IS_MOUNTED; }
    std::u16string device_name() const override { return m_drive.device_name(); }
    NtResult<std::uint32_t> control(std::uint32_t code, GuestBuffer, GuestBuffer) override {
        if (code == nt::FSCTL_IS_VOLUME_MOUNTED) return 0u;
        return Status::InvalidDeviceRequest;
    }

private:
    const Drive& m_drive;
};

} // namespace

NtResult<Opened> DriveDevice::open(std::u16string_view rest, const OpenRequest& request) {
    if (!rest.empty()) return m_files.open(m_drive, rest, request);
    if (request.options.directory) return Status::NotADirectory;
    if (request.disposition == Disposition::Create) return Status::ObjectNameCollision;
    constexpr ob::AccessMask changes = nt::FILE_WRITE_DATA | nt::FILE_APPEND_DATA;
    if (request.access & changes) return Status::AccessDenied;
    return Opened{ob::make<VolumeFile>(m_drive, request), OpenOutcome::Opened};
}

NtResult<Found> DriveDevice::locate(std::u16string_view rest, bool case_sensitive) {
    return m_files.names().find(m_drive, rest, case_sensitive);
}

} // namespace oriel::io
