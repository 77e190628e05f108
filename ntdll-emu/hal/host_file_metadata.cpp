// SPDX-License-Identifier: MIT
// host_file_metadata.cpp: what Linux says about a file without reading it: statx, times, permissions,
// extended attributes, and the volume it lies on.
#include <ntdll-emu/hal/host_file.h>

#include <ntdll-emu/hal/host_call.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdio>

namespace oriel::hal {

namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

HostTime host_time(const struct statx_timestamp& time) {
    return {time.tv_sec * nanoseconds_per_second + time.tv_nsec};
}

timespec time_for_host(const HostTime* time) {
    timespec answer{};
    if (time == nullptr) {
        answer.tv_nsec = UTIME_OMIT;
        return answer;
    }
    answer.tv_sec = time->nanoseconds / nanoseconds_per_second;
    answer.tv_nsec = time->nanoseconds % nanoseconds_per_second;
    if (answer.tv_nsec < 0) { // before 1970
        answer.tv_nsec += nanoseconds_per_second;
        answer.tv_sec -= 1;
    }
    return answer;
}

/// A descriptor that was opened by path only (O_PATH) cannot be changed through itself, but through this.
struct DescriptorLink {
    char path[32];
};
DescriptorLink link_to(int descriptor) {
    DescriptorLink link;
    std::snprintf(link.path, sizeof link.path, "/proc/self/fd/%d", descriptor);
    return link;
}

HostFileKind kind_of(std::uint32_t mode, std::uint32_t rdev_major) {
    constexpr std::uint32_t tty_majors[] = {4, 5, 136, 137, 138, 139, 140, 141, 142, 143};
    switch (mode & S_IFMT) {
    case S_IFDIR: return HostFileKind::Directory;
    case S_IFLNK: return HostFileKind::SymbolicLink;
    case S_IFIFO: return HostFileKind::Pipe;
    case S_IFSOCK: return HostFileKind::Socket;
    case S_IFBLK: return HostFileKind::BlockDevice;
    case S_IFCHR:
        for (const auto major : tty_majors)
            if (rdev_major == major) return HostFileKind::Terminal;
        return HostFileKind::CharacterDevice;
    default: return HostFileKind::Regular;
    }
}

HostResult<HostFileStat> stat_with(int directory, const char* path, int flags) {
    struct statx answer {};
    const auto done =
        host_do([&] { return ::statx(directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, &answer); });
    if (!done) return HostError{done.error()};
    HostFileStat stat;
    stat.kind = kind_of(answer.stx_mode, answer.stx_rdev_major);
    stat.mode = answer.stx_mode & 07777;
    stat.links = answer.stx_nlink;
    stat.size = answer.stx_size;
    stat.allocated = answer.stx_blocks * 512;
    stat.inode = answer.stx_ino;
    stat.device = makedev(answer.stx_dev_major, answer.stx_dev_minor);
    stat.accessed = host_time(answer.stx_atime);
    stat.modified = host_time(answer.stx_mtime);
    stat.changed = host_time(answer.stx_ctime);
    stat.has_birth_time = (answer.stx_mask & STATX_BTIME) != 0;
    stat.born = stat.has_birth_time ? host_time(answer.stx_btime) : stat.modified;
    return stat;
}

HostResult<std::string> attribute_value(HostResult<ssize_t> length, std::string& buffer) {
    if (!length) return HostError{length.error()};
    buffer.resize(static_cast<std::size_t>(length.value()));
    return std::move(buffer);
}

} // namespace

HostResult<HostFileStat> stat_file(const char* path, bool follow) {
    return stat_with(AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW);
}

HostResult<HostFileStat> stat_descriptor(int descriptor) { return stat_with(descriptor, "", AT_EMPTY_PATH); }

HostResult<bool> may_write(const char* path) {
    const auto answer = host_do([&] { return ::faccessat(AT_FDCWD, path, W_OK, AT_EACCESS); });
    if (answer) return true;
    if (answer.error() == EACCES || answer.error() == EROFS || answer.error() == EPERM) return false;
    return HostError{answer.error()};
}

HostResult<> set_permissions(int descriptor, std::uint32_t permissions) {
    const auto done = host_do([&] { return ::fchmod(descriptor, permissions); });
    if (done || done.error() != EBADF) return done;
    return host_do([&] { return ::chmod(link_to(descriptor).path, permissions); });
}

HostResult<> set_times(int descriptor, const HostTime* accessed, const HostTime* modified) {
    const timespec times[2] = {time_for_host(accessed), time_for_host(modified)};
    const auto done = host_do([&] { return ::futimens(descriptor, times); });
    if (done || done.error() != EBADF) return done;
    return host_do([&] { return ::utimensat(AT_FDCWD, link_to(descriptor).path, times, 0); });
}

HostResult<> set_attribute(int descriptor, const char* name, std::string_view value) {
    return host_do([&] { return ::fsetxattr(descriptor, name, value.data(), value.size(), 0); });
}

HostResult<std::string> get_attribute(int descriptor, const char* name) {
    std::string buffer(64, '\0');
    return attribute_value(host_call([&] { return ::fgetxattr(descriptor, name, buffer.data(), buffer.size()); }),
                           buffer);
}

HostResult<std::string> get_attribute(const char* path, const char* name) {
    std::string buffer(64, '\0');
    return attribute_value(host_call([&] { return ::getxattr(path, name, buffer.data(), buffer.size()); }), buffer);
}

HostResult<> remove_attribute(int descriptor, const char* name) {
    return host_do([&] { return ::fremovexattr(descriptor, name); });
}

HostResult<HostVolume> volume_of(int descriptor) {
    struct statvfs answer {};
    const auto done = host_do([&] { return ::fstatvfs(descriptor, &answer); });
    if (!done) return HostError{done.error()};
    HostVolume volume;
    volume.unit_bytes = answer.f_frsize != 0 ? answer.f_frsize : answer.f_bsize;
    volume.total_units = answer.f_blocks;
    volume.free_units = answer.f_bfree;
    volume.available_units = answer.f_bavail;
    volume.longest_name = static_cast<std::uint32_t>(answer.f_namemax);
    volume.read_only = (answer.f_flag & ST_RDONLY) != 0;
    volume.identity = answer.f_fsid;
    return volume;
}

} // namespace oriel::hal
