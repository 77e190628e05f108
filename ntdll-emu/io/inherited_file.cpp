// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/inherited_file.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/disk_backing.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/host_facts.h>
#include <nt/file.h>
#include <nt/volume_information.h>

namespace oriel::io {

NtResult<std::uint32_t> InheritedFile::read(GuestBuffer to, FileOffset from) {
    if (to.bytes == 0) return 0u;
    if (!from.is_position()) TRY(set_position(from.value()));
    const auto bytes = TRY(from_host(hal::read_stream(m_descriptor.get(), to.for_host(), to.bytes)));
    if (bytes == 0) return Status::EndOfFile;
    return static_cast<std::uint32_t>(bytes);
}

NtResult<std::uint32_t> InheritedFile::write(GuestBuffer from, FileOffset to) {
    if (to.is_end())
        TRY(set_position(TRY(from_host(hal::stat_descriptor(m_descriptor.get()))).size));
    else if (!to.is_position())
        TRY(set_position(to.value()));
    std::uint32_t written = 0;
    while (written < from.bytes) {
        const GuestBuffer rest = from.from(written);
        written += static_cast<std::uint32_t>(
            TRY(from_host(hal::write_stream(m_descriptor.get(), rest.for_host(), rest.bytes))));
    }
    return written;
}

NtResult<> InheritedFile::flush() { return from_host(hal::sync(m_descriptor.get())); }

std::uint64_t InheritedFile::position() const {
    const auto now = hal::get_position(m_descriptor.get());
    return now ? now.value() : 0;
}

NtResult<> InheritedFile::set_position(std::uint64_t position) {
    return from_host(hal::set_position(m_descriptor.get(), position));
}

NtResult<FileFacts> InheritedFile::facts() {
    const auto stat = TRY(from_host(hal::stat_descriptor(m_descriptor.get())));
    return facts_of(stat, load_stored_facts(m_descriptor.get(), stat));
}

std::uint32_t InheritedFile::device_type() const { return nt::FILE_DEVICE_DISK; }

std::u16string InheritedFile::path() const {
    const auto path = hal::path_of(m_descriptor.get());
    return path ? FileSystem::nt_path_of(path.value()) : u"\\";
}

NtResult<> InheritedFile::change_basic(const BasicChange& change) {
    const hal::HostTime accessed = host_time(change.accessed.value_or(0)),
                        written = host_time(change.written.value_or(0));
    if (!change.accessed && !change.written) return {};
    return from_host(hal::set_times(m_descriptor.get(), change.accessed ? &accessed : nullptr,
                                    change.written ? &written : nullptr));
}

NtResult<> InheritedFile::set_size(std::uint64_t bytes) {
    return from_host(hal::truncate(m_descriptor.get(), bytes));
}

NtResult<std::shared_ptr<mm::FileBacking>> InheritedFile::backing() {
    const auto stat = TRY(from_host(hal::stat_descriptor(m_descriptor.get())));
    return make_disk_backing(m_descriptor.get(), {stat.device, stat.inode}, device_name() + path(), false);
}

} // namespace oriel::io
