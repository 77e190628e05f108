// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/view_file.h>

#include <ntdll-emu/io/directory_source.h>
#include <ntdll-emu/io/disk_backing.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/host_facts.h>
#include <ntdll-emu/io/volume_facts.h>
#include <nt/volume_information.h>

#include <algorithm>

namespace oriel::io {

ViewFile::ViewFile(FileSystem& files, Location where, const OpenRequest& request)
    : File(request), m_files(files), m_where(std::move(where)) {
    if (m_where.node->is_folder())
        m_scan = std::make_unique<DirectoryScan>(view_directory_source(*m_where.node, m_where.path == u"\\"));
}

NtResult<Opened> ViewFile::open_below(std::u16string_view rest, const OpenRequest& request) {
    return m_files.open_below(m_where, rest, request);
}

NtResult<Found> ViewFile::locate_below(std::u16string_view rest, bool case_sensitive) {
    return m_files.locate_below(m_where, rest, case_sensitive);
}

NtResult<std::uint32_t> ViewFile::read(GuestBuffer to, FileOffset from) {
    const BuiltinFile* file = m_where.node->builtin;
    if (file == nullptr) return Status::InvalidDeviceRequest;
    if (to.bytes == 0) return 0u;
    const std::uint64_t offset = from.is_position() ? position() : from.value();
    if (offset >= file->bytes) return Status::EndOfFile;
    const std::uint64_t wanted = std::min<std::uint64_t>(to.bytes, file->bytes - offset);
    const auto bytes = TRY(from_host(hal::read_at(file->descriptor, to.for_host(), wanted, file->offset + offset)));
    if (options().synchronous) m_position.store(offset + bytes, std::memory_order_relaxed);
    return static_cast<std::uint32_t>(bytes);
}

NtResult<> ViewFile::set_position(std::uint64_t position) {
    m_position.store(position, std::memory_order_relaxed);
    return {};
}

NtResult<FileFacts> ViewFile::facts() { return facts_of(*m_where.node); }
NtResult<VolumeFacts> ViewFile::volume() { return volume_facts(*m_where.drive, -1); }
std::uint32_t ViewFile::device_type() const { return nt::FILE_DEVICE_DISK; }
std::uint32_t ViewFile::device_characteristics() const { return nt::FILE_DEVICE_IS_MOUNTED; }
std::optional<Location> ViewFile::location() const { return m_where; }

NtResult<std::shared_ptr<mm::FileBacking>> ViewFile::backing() {
    if (m_where.node->builtin == nullptr) return Status::InvalidFileForSection;
    return make_builtin_backing(*m_where.node->builtin, device_name() + path());
}

} // namespace oriel::io
