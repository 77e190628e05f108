// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/disk_file.h>

#include <ntdll-emu/io/directory_source.h>
#include <ntdll-emu/io/disk_backing.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/host_facts.h>
#include <ntdll-emu/io/reparse_point.h>
#include <ntdll-emu/io/volume_facts.h>
#include <oriel/user_ptr.h>
#include <nt/device_control.h>
#include <nt/file.h>
#include <nt/volume_information.h>

#include <mutex>

namespace oriel::io {

DiskFile::DiskFile(FileSystem& files, DiskOpening opening, const OpenRequest& request)
    : File(request), m_files(files), m_opening(std::move(opening)),
      m_appends_only((request.access & nt::FILE_APPEND_DATA) && !(request.access & nt::FILE_WRITE_DATA)),
      m_delete_on_close(request.options.delete_on_close) {
    if (m_opening.is_directory && !m_opening.is_link)
        m_scan = std::make_unique<DirectoryScan>(
            host_directory_source(files.names().folded(), m_opening.where.host_path, m_opening.where.path == u"\\"));
}

void DiskFile::last_handle_closed() {
    if (m_written_since.load() && m_kept_write_time.load() != 0) {
        const hal::HostTime written = host_time(m_kept_write_time.load());
        (void)hal::set_times(descriptor(), nullptr, &written);
    }
    if (m_opening.hold.close(this, m_delete_on_close.load())) remove_name();
}

NtResult<Opened> DiskFile::open_below(std::u16string_view rest, const OpenRequest& request) {
    return m_files.open_below(*location(), rest, request);
}

NtResult<Found> DiskFile::locate_below(std::u16string_view rest, bool case_sensitive) {
    return m_files.locate_below(*location(), rest, case_sensitive);
}

std::string DiskFile::host_path() const {
    const std::lock_guard hold(m_lock);
    return m_opening.where.host_path;
}

std::u16string DiskFile::path() const {
    const std::lock_guard hold(m_lock);
    return m_opening.where.path;
}

std::u16string DiskFile::device_name() const { return m_opening.where.drive->device_name(); }

std::optional<Location> DiskFile::location() const {
    const std::lock_guard hold(m_lock);
    return m_opening.where;
}

NtResult<FileFacts> DiskFile::facts() {
    const auto stat = TRY(from_host(hal::stat_descriptor(descriptor())));
    FileFacts facts = m_opening.is_link ? facts_at(host_path().c_str(), stat)
                                        : facts_of(stat, load_stored_facts(descriptor(), stat));
    facts.delete_pending = m_opening.shared->state().with([](SharedState& state) { return state.delete_pending; });
    facts.delete_pending |= m_name_is_gone.load();
    if (facts.delete_pending && facts.links > 0 && !m_name_is_gone.load()) facts.links -= 1;
    return facts;
}

NtResult<VolumeFacts> DiskFile::volume() { return volume_facts(*m_opening.where.drive, descriptor()); }

std::uint32_t DiskFile::device_type() const { return nt::FILE_DEVICE_DISK; }
std::uint32_t DiskFile::device_characteristics() const { return nt::FILE_DEVICE_IS_MOUNTED; }

NtResult<> DiskFile::change_attributes(std::uint32_t attributes, const hal::HostFileStat& stat) {
    const bool directory = stat.kind == hal::HostFileKind::Directory;
    if (!directory && (attributes & nt::FILE_ATTRIBUTE_DIRECTORY)) return Status::InvalidParameter;
    if (!directory) {
        const bool read_only = (attributes & nt::FILE_ATTRIBUTE_READONLY) != 0;
        const bool was_read_only = (stat.mode & 0222) == 0;
        // Clearing gives the owner alone the right to write: who else had it is not known any more.
        if (read_only != was_read_only)
            TRY(from_host(hal::set_permissions(descriptor(), read_only ? stat.mode & ~0222u : stat.mode | 0200u)));
    }
    StoredFacts stored = load_stored_facts(descriptor(), stat);
    stored.attributes = attributes & storable_attributes(directory);
    save_stored_facts(descriptor(), directory, stored);
    return {};
}

NtResult<> DiskFile::change_basic(const BasicChange& change) {
    const auto stat = TRY(from_host(hal::stat_descriptor(descriptor())));
    if (change.attributes) TRY(change_attributes(*change.attributes, stat));
    if (change.created) {
        StoredFacts stored = load_stored_facts(descriptor(), stat);
        stored.created = change.created;
        if (*change.created == file_time(stat.born)) stored.created.reset(); // the file system's own
        save_stored_facts(descriptor(), stat.kind == hal::HostFileKind::Directory, stored);
    }
    if (!change.accessed && !change.written) return {};
    const hal::HostTime accessed = host_time(change.accessed.value_or(0));
    const hal::HostTime written = host_time(change.written.value_or(0));
    TRY(from_host(
        hal::set_times(descriptor(), change.accessed ? &accessed : nullptr, change.written ? &written : nullptr)));
    if (change.written) {
        m_kept_write_time.store(*change.written);
        m_written_since.store(false);
    }
    return {};
}

NtResult<> DiskFile::lock(const LockRange& range, bool exclusive) {
    if (m_opening.is_directory) return Status::InvalidParameter;
    return m_opening.shared->state().with(
        [&](SharedState& state) { return state.locks.lock(this, range, exclusive); });
}

NtResult<> DiskFile::unlock(const LockRange& range) {
    if (m_opening.is_directory) return Status::InvalidParameter;
    return m_opening.shared->state().with([&](SharedState& state) { return state.locks.unlock(this, range); });
}

NtResult<std::uint32_t> DiskFile::control(std::uint32_t code, GuestBuffer, GuestBuffer out) {
    switch (code) {
    case nt::FSCTL_IS_VOLUME_MOUNTED: return 0u;
    case nt::FSCTL_SET_SPARSE: // every file of the host may have holes; this opening does not ask for room any more
        m_is_sparse.store(true);
        return 0u;
    case nt::FSCTL_GET_COMPRESSION: {
        if (out.bytes < 2) return Status::InvalidParameter;
        TRY(UserPtr<std::uint16_t>(out.address).store(0)); // COMPRESSION_FORMAT_NONE
        return 2u;
    }
    case nt::FSCTL_GET_REPARSE_POINT:
        if (!m_opening.is_link) return Status::NotAReparsePoint;
        return give_reparse_point(host_path(), out);
    default: return Status::InvalidDeviceRequest;
    }
}

NtResult<std::shared_ptr<mm::FileBacking>> DiskFile::backing() {
    if (m_opening.is_directory) return Status::InvalidFileForSection;
    return make_disk_backing(descriptor(), m_opening.shared->key(), device_name() + path(),
                             (access() & nt::FILE_WRITE_DATA) != 0, std::make_shared<MappingHold>(m_opening.shared));
}

} // namespace oriel::io
