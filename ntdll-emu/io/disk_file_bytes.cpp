// SPDX-License-Identifier: MIT
// disk_file_bytes.cpp: reading and writing go from the host's file to guest memory without a stop.
#include <ntdll-emu/io/disk_file.h>

#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/volume_facts.h>

#include <limits>
#include <mutex>

namespace oriel::io {

namespace {

constexpr std::uint64_t greatest_offset = std::numeric_limits<std::int64_t>::max();

} // namespace

NtResult<std::uint64_t> DiskFile::size_now() const { return TRY(from_host(hal::stat_descriptor(descriptor()))).size; }

NtResult<std::uint32_t> DiskFile::read(GuestBuffer to, FileOffset from) {
    if (m_opening.is_directory) return Status::InvalidDeviceRequest;
    if (!from.is_position()) {
        const std::uint32_t bytes = TRY(read_here(to, from.value()));
        // A file with a position moves it even when the offset was given ("NtReadFile function").
        if (options().synchronous) m_position.store(from.value() + bytes, std::memory_order_relaxed);
        return bytes;
    }
    const std::lock_guard hold(m_lock);
    const std::uint64_t offset = m_position.load(std::memory_order_relaxed);
    const std::uint32_t bytes = TRY(read_here(to, offset));
    m_position.store(offset + bytes, std::memory_order_relaxed);
    return bytes;
}

NtResult<std::uint32_t> DiskFile::read_here(GuestBuffer to, std::uint64_t offset) {
    if (to.bytes == 0) return 0u;
    if (offset > greatest_offset) return Status::InvalidParameter;
    const bool locked = m_opening.shared->state().with(
        [&](SharedState& state) { return !state.locks.empty() && !state.locks.may_read(this, offset, to.bytes); });
    if (locked) return Status::FileLockConflict;
    const auto bytes = TRY(from_host(hal::read_at(descriptor(), to.for_host(), to.bytes, offset)));
    if (bytes == 0) return Status::EndOfFile;
    return static_cast<std::uint32_t>(bytes);
}

NtResult<std::uint32_t> DiskFile::write(GuestBuffer from, FileOffset to) {
    if (m_opening.is_directory) return Status::InvalidDeviceRequest;
    if (!to.is_position() && !to.is_end() && !m_appends_only) {
        const std::uint32_t bytes = TRY(write_here(from, to.value()));
        if (options().synchronous) m_position.store(to.value() + bytes, std::memory_order_relaxed);
        return bytes;
    }
    const std::lock_guard hold(m_lock);
    const bool at_end = to.is_end() || m_appends_only;
    const std::uint64_t offset = at_end ? TRY(size_now()) : m_position.load(std::memory_order_relaxed);
    const std::uint32_t bytes = TRY(write_here(from, offset));
    m_position.store(offset + bytes, std::memory_order_relaxed);
    return bytes;
}

NtResult<std::uint32_t> DiskFile::write_here(GuestBuffer from, std::uint64_t offset) {
    if (from.bytes == 0) return 0u;
    if (offset > greatest_offset) return Status::InvalidParameter;
    const bool locked = m_opening.shared->state().with(
        [&](SharedState& state) { return !state.locks.empty() && !state.locks.may_write(this, offset, from.bytes); });
    if (locked) return Status::FileLockConflict;
    std::uint32_t written = 0;
    // Linux may write less than asked where the disk becomes full; asking for the rest tells why.
    while (written < from.bytes) {
        const GuestBuffer rest = from.from(written);
        const auto bytes = hal::write_at(descriptor(), rest.for_host(), rest.bytes, offset + written);
        if (!bytes) return status_of_errno(bytes.error());
        written += static_cast<std::uint32_t>(bytes.value());
    }
    if (m_kept_write_time.load(std::memory_order_relaxed) != 0) m_written_since.store(true);
    return written;
}

NtResult<> DiskFile::flush() {
    if (m_opening.is_directory) return {};
    return from_host(hal::sync(descriptor()));
}

NtResult<> DiskFile::set_position(std::uint64_t position) {
    if (position > greatest_offset) return Status::InvalidParameter;
    m_position.store(position, std::memory_order_relaxed);
    return {};
}

NtResult<> DiskFile::set_size(std::uint64_t bytes) {
    if (m_opening.is_directory || bytes > greatest_offset) return Status::InvalidParameter;
    // The pages of a view must not lose what they show ("SetEndOfFile function": unmap first).
    if (m_opening.shared->is_mapped() && bytes < TRY(size_now())) return Status::UserMappedFile;
    if (!m_is_sparse.load()) TRY(require_room_for(descriptor(), bytes));
    TRY(from_host(hal::truncate(descriptor(), bytes)));
    if (m_kept_write_time.load() != 0) m_written_since.store(true);
    return {};
}

NtResult<> DiskFile::set_allocation(std::uint64_t bytes) {
    if (m_opening.is_directory || bytes > greatest_offset) return Status::InvalidParameter;
    // Less room than the file has bytes cuts it ("[MS-FSA] 2.1.5.15.1 FileAllocationInformation").
    if (bytes < TRY(size_now())) return set_size(bytes);
    const NtResult<> allocated = from_host(hal::allocate(descriptor(), bytes));
    return allocated.error() == Status::NotSupported ? NtResult<>() : allocated;
}

} // namespace oriel::io
