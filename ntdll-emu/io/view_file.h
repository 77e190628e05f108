// SPDX-License-Identifier: MIT
// view_file.h: a folder or a builtin file that only a drive's view has, opened. Nothing can be changed.
#pragma once

#include <ntdll-emu/io/directory_scan.h>
#include <ntdll-emu/io/file.h>
#include <ntdll-emu/io/location.h>

#include <atomic>

namespace oriel::io {

class FileSystem;

class ViewFile final : public File {
public:
    /// `where.node` is set.
    ViewFile(FileSystem& files, Location where, const OpenRequest& request);

    NtResult<Opened> open_below(std::u16string_view rest, const OpenRequest& request) override;
    NtResult<Found> locate_below(std::u16string_view rest, bool case_sensitive) override;
    NtResult<std::uint32_t> read(GuestBuffer to, FileOffset from) override;
    [[nodiscard]] std::uint64_t position() const override { return m_position.load(std::memory_order_relaxed); }
    NtResult<> set_position(std::uint64_t position) override;
    NtResult<FileFacts> facts() override;
    NtResult<VolumeFacts> volume() override;
    [[nodiscard]] std::uint32_t device_type() const override;
    [[nodiscard]] std::uint32_t device_characteristics() const override;
    [[nodiscard]] std::u16string path() const override { return m_where.path; }
    [[nodiscard]] std::u16string device_name() const override { return m_where.drive->device_name(); }
    [[nodiscard]] std::optional<Location> location() const override;
    [[nodiscard]] DirectoryScan* scan() override { return m_scan.get(); }
    NtResult<std::shared_ptr<mm::FileBacking>> backing() override;

private:
    FileSystem& m_files;
    Location m_where;
    std::unique_ptr<DirectoryScan> m_scan; ///< of a folder
    std::atomic<std::uint64_t> m_position{0};
};

} // namespace oriel::io
