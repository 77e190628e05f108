// SPDX-License-Identifier: MIT
// host_file.cpp: opening files, their bytes and their names. Metadata: host_file_metadata.cpp.
#include <ntdll-emu/hal/host_file.h>

#include <ntdll-emu/hal/host_call.h>
#include <ntdll-emu/hal/host_pipe.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <cstdio>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

namespace oriel::hal {

namespace {

int open_flags(const HostOpen& how) {
    int flags = O_CLOEXEC | O_NOCTTY;
    switch (how.mode) {
    case HostOpenMode::ReadOnly: flags |= O_RDONLY; break;
    case HostOpenMode::WriteOnly: flags |= O_WRONLY; break;
    case HostOpenMode::ReadWrite: flags |= O_RDWR; break;
    case HostOpenMode::PathOnly: flags |= O_PATH; break;
    }
    if (how.create) flags |= O_CREAT;
    if (how.exclusive) flags |= O_EXCL;
    if (how.directory) flags |= O_DIRECTORY;
    if (how.no_follow) flags |= O_NOFOLLOW;
    if (how.synchronous) flags |= O_DSYNC;
    if (how.append) flags |= O_APPEND;
    return flags;
}

} // namespace

void close_descriptor(int descriptor) {
    // Linux frees the number even when close answers EINTR: repeating would close somebody else's file.
    ::close(descriptor);
}

HostResult<HostDescriptor> open_file_at(int directory, const char* path, const HostOpen& how) {
    const int flags = open_flags(how) | (how.mode == HostOpenMode::PathOnly ? 0 : O_NONBLOCK);
    auto opened = host_call([&] { return ::openat(directory, path, flags, how.permissions); });
    if (!opened) return HostError{opened.error()};
    return HostDescriptor(opened.value());
}

HostResult<> make_blocking(int descriptor) {
    const auto flags = host_call([&] { return ::fcntl(descriptor, F_GETFL); });
    if (!flags) return HostError{flags.error()};
    return host_do([&] { return ::fcntl(descriptor, F_SETFL, flags.value() & ~O_NONBLOCK); });
}

HostResult<HostDescriptor> open_file(const char* path, const HostOpen& how) {
    return open_file_at(AT_FDCWD, path, how);
}

// An off_t that is negative as a signed number is EINVAL to Linux; io checks offsets before.
HostResult<std::size_t> read_at(int descriptor, void* to, std::size_t bytes, std::uint64_t offset) {
    auto answer = host_call([&] { return ::pread(descriptor, to, bytes, static_cast<off_t>(offset)); });
    if (!answer) return HostError{answer.error()};
    return static_cast<std::size_t>(answer.value());
}

HostResult<std::size_t> write_at(int descriptor, const void* from, std::size_t bytes, std::uint64_t offset) {
    auto answer = host_call([&] { return ::pwrite(descriptor, from, bytes, static_cast<off_t>(offset)); });
    if (!answer) return HostError{answer.error()};
    return static_cast<std::size_t>(answer.value());
}

// Whoever started us may have made a stream non-blocking: then we wait in its place.
HostResult<std::size_t> read_stream(int descriptor, void* to, std::size_t bytes) {
    for (;;) {
        auto answer = host_call([&] { return ::read(descriptor, to, bytes); });
        if (answer) return static_cast<std::size_t>(answer.value());
        if (answer.error() != EAGAIN) return HostError{answer.error()};
        (void)wait_for_stream(descriptor, true, false, -1);
    }
}

HostResult<std::size_t> write_stream(int descriptor, const void* from, std::size_t bytes) {
    for (;;) {
        auto answer = host_call([&] { return ::write(descriptor, from, bytes); });
        if (answer) return static_cast<std::size_t>(answer.value());
        if (answer.error() != EAGAIN) return HostError{answer.error()};
        (void)wait_for_stream(descriptor, false, true, -1);
    }
}

HostResult<std::uint64_t> get_position(int descriptor) {
    const auto answer = host_call([&] { return ::lseek(descriptor, 0, SEEK_CUR); });
    if (!answer) return HostError{answer.error()};
    return static_cast<std::uint64_t>(answer.value());
}

HostResult<> set_position(int descriptor, std::uint64_t position) {
    return host_do([&] { return ::lseek(descriptor, static_cast<off_t>(position), SEEK_SET); });
}

HostResult<> truncate(int descriptor, std::uint64_t size) {
    return host_do([&] { return ::ftruncate(descriptor, static_cast<off_t>(size)); });
}

HostResult<> allocate(int descriptor, std::uint64_t size) {
    if (size == 0) return {};
    return host_do([&] { return ::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size)); });
}

HostResult<> sync(int descriptor) {
    return host_do([&] { return ::fsync(descriptor); });
}

HostResult<> make_directory(const char* path, std::uint32_t permissions) {
    return host_do([&] { return ::mkdir(path, permissions); });
}

HostResult<> remove_file(const char* path) {
    return host_do([&] { return ::unlink(path); });
}

HostResult<> remove_directory(const char* path) {
    return host_do([&] { return ::rmdir(path); });
}

HostResult<> rename_file(const char* from, const char* to, bool replace) {
    if (replace) return host_do([&] { return ::rename(from, to); });
    auto answer = host_do([&] { return ::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE); });
    if (answer || (answer.error() != EINVAL && answer.error() != ENOSYS)) return answer;
    // This file system does not know the flag: look first. Somebody may create `to` in between.
    if (::faccessat(AT_FDCWD, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return HostError{EEXIST};
    return host_do([&] { return ::rename(from, to); });
}

HostResult<> make_hard_link(const char* from, const char* to) {
    return host_do([&] { return ::link(from, to); });
}

HostResult<std::string> read_symbolic_link(const char* path) {
    std::string target(PATH_MAX, '\0');
    auto answer = host_call([&] { return ::readlink(path, target.data(), target.size()); });
    if (!answer) return HostError{answer.error()};
    target.resize(static_cast<std::size_t>(answer.value()));
    return target;
}

HostResult<std::string> path_of(int descriptor) {
    char link[32];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    return read_symbolic_link(link);
}

} // namespace oriel::hal
