// SPDX-License-Identifier: MIT
#include <ntdll-emu/hal/host_pipe.h>

#include <ntdll-emu/hal/host_call.h>
#include <ntdll-emu/hal/host_file.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace oriel::hal {

HostResult<HostPipe> make_pipe(std::size_t capacity) {
    int ends[2];
    const auto made = host_do([&] { return ::pipe2(ends, O_CLOEXEC); });
    if (!made) return HostError{made.error()};
    if (capacity != 0) (void)::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(capacity));
    return HostPipe{HostDescriptor(ends[0]), HostDescriptor(ends[1])};
}

HostResult<HostDescriptor> duplicate_descriptor(int descriptor) {
    const auto copy = host_call([&] { return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0); });
    if (!copy) return HostError{copy.error()};
    return HostDescriptor(copy.value());
}

HostResult<std::size_t> bytes_waiting(int descriptor) {
    int bytes = 0;
    const auto asked = host_do([&] { return ::ioctl(descriptor, FIONREAD, &bytes); });
    if (!asked) return HostError{asked.error()};
    return static_cast<std::size_t>(bytes);
}

HostResult<HostReadiness> wait_for_stream(int descriptor, bool to_read, bool to_write, int timeout_milliseconds) {
    pollfd wanted{descriptor, 0, 0};
    if (to_read) wanted.events |= POLLIN;
    if (to_write) wanted.events |= POLLOUT;
    const auto ready = host_call([&] { return ::poll(&wanted, 1, timeout_milliseconds); });
    if (!ready) return HostError{ready.error()};
    return HostReadiness{(wanted.revents & POLLIN) != 0, (wanted.revents & POLLOUT) != 0,
                         (wanted.revents & (POLLHUP | POLLERR)) != 0};
}

void ignore_write_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

// Linux has no peek for pipes, but tee(2) copies a pipe's content into another pipe without consuming it.
HostResult<std::size_t> peek_pipe(int descriptor, void* to, std::size_t bytes) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return HostError{errno};
    const HostDescriptor read_end(ends[0]), write_end(ends[1]);
    const auto copied = host_call([&] { return ::tee(descriptor, write_end.get(), bytes, SPLICE_F_NONBLOCK); });
    if (!copied) return copied.error() == EAGAIN ? HostResult<std::size_t>(0) : HostError{copied.error()};
    return read_stream(read_end.get(), to, std::min(bytes, static_cast<std::size_t>(copied.value())));
}

} // namespace oriel::hal
