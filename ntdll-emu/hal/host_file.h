// SPDX-License-Identifier: MIT
// host_file.h: files of the host, as io needs them.
//
// Linux and NT agree that a file is a run of bytes with a name, and on little else. This header speaks
// Linux only: descriptors, bytes of names, errno values. What it hides: EINTR (every call is repeated),
// the thread's errno (answers are HostResult), and the system's structures.
//
// Buffers may be guest memory. The kernel answers EFAULT for pages that are not there, but it may have
// taken bytes from a pipe by then: mm makes the pages writable first (DESIGN 6).
#pragma once

#include <ntdll-emu/hal/host_descriptor.h>
#include <ntdll-emu/hal/host_result.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace oriel::hal {

enum class HostFileKind { Regular, Directory, SymbolicLink, Pipe, Terminal, CharacterDevice, BlockDevice, Socket };

/// A point in time: nanoseconds since 1970-01-01 UTC; 64 bits reach from 1677 to 2262.
struct HostTime {
    std::int64_t nanoseconds = 0;
    bool operator==(const HostTime&) const = default;
};

struct HostFileStat {
    HostFileKind kind = HostFileKind::Regular;
    std::uint32_t mode = 0; ///< permission bits
    std::uint32_t links = 1;
    std::uint64_t size = 0;      ///< bytes
    std::uint64_t allocated = 0; ///< bytes on disk
    std::uint64_t inode = 0;
    std::uint64_t device = 0; ///< of the file system
    HostTime accessed, modified, changed;
    HostTime born; ///< the same as `modified` where the file system keeps no birth time
    bool has_birth_time = false;
};

enum class HostOpenMode { ReadOnly, WriteOnly, ReadWrite, PathOnly };

struct HostOpen {
    HostOpenMode mode = HostOpenMode::ReadOnly;
    bool create = false;
    bool exclusive = false;   ///< with create: fail with EEXIST
    bool directory = false;   ///< fail with ENOTDIR
    bool no_follow = false;   ///< fail with ELOOP on a symbolic link
    bool synchronous = false; ///< O_DSYNC
    bool append = false;      ///< every write goes to the end, whatever its offset
    std::uint32_t permissions = 0666;
};

/// Opening never waits for the partner of a FIFO, never makes a terminal the controlling one. For that the
/// descriptor is non-blocking, which means nothing for files and directories; streams want make_blocking().
HostResult<HostDescriptor> open_file(const char* path, const HostOpen& how);
HostResult<HostDescriptor> open_file_at(int directory, const char* path, const HostOpen& how);
HostResult<> make_blocking(int descriptor);

HostResult<HostFileStat> stat_file(const char* path, bool follow = true);
HostResult<HostFileStat> stat_descriptor(int descriptor);
HostResult<bool> may_write(const char* path);

HostResult<std::size_t> read_at(int descriptor, void* to, std::size_t bytes, std::uint64_t offset);
HostResult<std::size_t> write_at(int descriptor, const void* from, std::size_t bytes, std::uint64_t offset);
/// For pipes, sockets and terminals, and files with the host's own position.
HostResult<std::size_t> read_stream(int descriptor, void* to, std::size_t bytes);
HostResult<std::size_t> write_stream(int descriptor, const void* from, std::size_t bytes);

/// The host's own position, which processes that inherited the file share.
HostResult<std::uint64_t> get_position(int descriptor);
HostResult<> set_position(int descriptor, std::uint64_t position);

HostResult<> truncate(int descriptor, std::uint64_t size);
/// Makes room for `size` bytes without changing the size.
HostResult<> allocate(int descriptor, std::uint64_t size);
HostResult<> sync(int descriptor);

HostResult<> make_directory(const char* path, std::uint32_t permissions = 0777);
HostResult<> remove_file(const char* path);
HostResult<> remove_directory(const char* path);
HostResult<> rename_file(const char* from, const char* to, bool replace);
HostResult<> make_hard_link(const char* from, const char* to);
HostResult<std::string> read_symbolic_link(const char* path);
/// The path of an open file now, whoever renamed it since.
HostResult<std::string> path_of(int descriptor);

HostResult<> set_permissions(int descriptor, std::uint32_t permissions);
/// Null leaves a time as it is.
HostResult<> set_times(int descriptor, const HostTime* accessed, const HostTime* modified);

HostResult<> set_attribute(int descriptor, const char* name, std::string_view value);
HostResult<std::string> get_attribute(int descriptor, const char* name);
HostResult<std::string> get_attribute(const char* path, const char* name);
HostResult<> remove_attribute(int descriptor, const char* name);

struct HostVolume {
    std::uint64_t unit_bytes = 4096;
    std::uint64_t total_units = 0;
    std::uint64_t free_units = 0;      ///< for root
    std::uint64_t available_units = 0; ///< for this user
    std::uint32_t longest_name = 255;  ///< bytes
    bool read_only = false;
    std::uint64_t identity = 0;
};
HostResult<HostVolume> volume_of(int descriptor);

} // namespace oriel::hal
