// SPDX-License-Identifier: MIT
// disk_file.h: a file or directory of the host, opened.
//
//   disk_file.cpp        opening's end, facts, names
//   disk_file_bytes.cpp  reading, writing, position, size
//   disk_file_name.cpp   deletion, renaming, links
//   disk_open.cpp        how one is opened or created
//
// NT deletes a file when its last handle closes; the name is taken until then, and nobody can open it.
// Linux takes the name away at once and keeps the bytes. We do as NT: the name goes when the last file
// object of this process loses its last handle.
//
// A time of last write that was set through an opening stays, whatever is written through it afterwards,
// as on NTFS: it is set once more when the opening ends.
#pragma once

#include <ntdll-emu/hal/host_descriptor.h>
#include <ntdll-emu/io/directory_scan.h>
#include <ntdll-emu/io/file.h>
#include <ntdll-emu/io/location.h>
#include <ntdll-emu/io/shared_file.h>

#include <atomic>

namespace oriel::io {

class FileSystem;

/// Where a file is to be known from now on.
struct RenameRequest {
    Found target;
    std::u16string name;  ///< its last component as it was asked for
    bool replace = false; ///< an existing file there gives way
    bool even_read_only = false;
};

struct DiskOpening {
    Location where;
    hal::HostDescriptor descriptor;
    std::shared_ptr<SharedFile> shared;
    ShareHold hold; ///< of this opening in `shared`
    bool is_directory = false;
    bool is_link = false; ///< a symbolic link itself (FILE_OPEN_REPARSE_POINT)
};

class DiskFile final : public File {
public:
    DiskFile(FileSystem& files, DiskOpening opening, const OpenRequest& request);
    void last_handle_closed() override;

    NtResult<Opened> open_below(std::u16string_view rest, const OpenRequest& request) override;
    NtResult<Found> locate_below(std::u16string_view rest, bool case_sensitive) override;

    NtResult<std::uint32_t> read(GuestBuffer to, FileOffset from) override;
    NtResult<std::uint32_t> write(GuestBuffer from, FileOffset to) override;
    NtResult<> flush() override;
    [[nodiscard]] std::uint64_t position() const override { return m_position.load(std::memory_order_relaxed); }
    NtResult<> set_position(std::uint64_t position) override;

    NtResult<FileFacts> facts() override;
    NtResult<VolumeFacts> volume() override;
    [[nodiscard]] std::uint32_t device_type() const override;
    [[nodiscard]] std::uint32_t device_characteristics() const override;
    [[nodiscard]] std::u16string path() const override;
    [[nodiscard]] std::u16string device_name() const override;
    [[nodiscard]] std::optional<Location> location() const override;

    NtResult<> change_basic(const BasicChange& change) override;
    NtResult<> set_size(std::uint64_t bytes) override;
    NtResult<> set_allocation(std::uint64_t bytes) override;
    NtResult<> set_deletion(DeleteMode mode, bool even_read_only) override;
    NtResult<> rename(const RenameRequest& request) override;
    NtResult<> make_link(const RenameRequest& request) override;

    [[nodiscard]] DirectoryScan* scan() override { return m_scan.get(); }
    NtResult<> lock(const LockRange& range, bool exclusive) override;
    NtResult<> unlock(const LockRange& range) override;
    NtResult<std::uint32_t> control(std::uint32_t code, GuestBuffer in, GuestBuffer out) override;
    NtResult<std::shared_ptr<mm::FileBacking>> backing() override;

private:
    friend class FileSystem;
    using PositionLock = ke::RankedLock<ke::LockRank::File>;

    NtResult<std::uint32_t> read_here(GuestBuffer to, std::uint64_t offset);
    NtResult<std::uint32_t> write_here(GuestBuffer from, std::uint64_t offset);
    NtResult<std::uint64_t> size_now() const;
    NtResult<> may_delete(bool even_read_only);
    void remove_name();
    NtResult<> change_attributes(std::uint32_t attributes, const hal::HostFileStat& stat);
    [[nodiscard]] int descriptor() const { return m_opening.descriptor.get(); }
    [[nodiscard]] std::string host_path() const;

    FileSystem& m_files;
    DiskOpening m_opening;                 ///< `where`: under m_lock
    std::unique_ptr<DirectoryScan> m_scan; ///< of a directory
    bool m_appends_only;                   ///< FILE_APPEND_DATA without FILE_WRITE_DATA
    mutable PositionLock m_lock;
    std::atomic<std::uint64_t> m_position{0};
    std::atomic<bool> m_delete_on_close;
    std::atomic<bool> m_name_is_gone{false};
    std::atomic<FileTime> m_kept_write_time{0}; ///< 0: none was set
    std::atomic<bool> m_written_since{false};
    std::atomic<bool> m_is_sparse{false}; ///< FSCTL_SET_SPARSE came through this opening
};

} // namespace oriel::io
