// SPDX-License-Identifier: MIT
// file_backing.h: what the memory manager asks of a file.
//
// mm lies below io, so it owns this interface and io implements it (DESIGN 3). A section keeps its backing
// alive (NT: the section's file object), also after the guest has closed its file handle.
//
// Always: mm holds no lock while it calls any of these, except host_window() and identity(), which only
// return what is stored.
#pragma once

#include <oriel/nt_result.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace oriel::mm {

/// Where the file's bytes can be mapped from: a host file descriptor that stays open as long as the
/// backing lives, and the offset at which this file begins in it (a DLL inside the release binary
/// begins elsewhere than at 0). Always: `offset` is a multiple of the page size.
struct HostWindow {
    int descriptor = -1;
    std::uint64_t offset = 0;
    bool writable = false; ///< the descriptor allows shared writing
};

/// Two backings with equal identities are the same file (NtAreMappedFilesTheSame).
struct FileIdentity {
    std::uint64_t volume = 0;
    std::uint64_t file = 0;
    bool operator==(const FileIdentity&) const = default;
};

class FileBacking {
public:
    virtual ~FileBacking() = default;

    /// The file's size in bytes, now.
    virtual NtResult<std::uint64_t> size() = 0;
    /// Reads up to buffer.size() bytes at `offset`; answers how many there were (fewer only at the end).
    virtual NtResult<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) = 0;
    /// Makes the file at least `bytes` long. Statuses: AccessDenied, DiskFull, ...
    virtual NtResult<> extend(std::uint64_t bytes) = 0;
    /// Writes what views have changed through to the disk (NtFlushVirtualMemory).
    virtual NtResult<> flush(std::uint64_t offset, std::uint64_t bytes) = 0;

    /// None when the host cannot map the file (a pipe, a device).
    [[nodiscard]] virtual std::optional<HostWindow> host_window() const = 0;
    [[nodiscard]] virtual FileIdentity identity() const = 0;
    /// NT's name of the file, as NtQueryVirtualMemory(MemoryMappedFilenameInformation) tells it:
    /// "\Device\HarddiskVolume1\dir\file".
    [[nodiscard]] virtual std::u16string nt_name() const = 0;
};

} // namespace oriel::mm
