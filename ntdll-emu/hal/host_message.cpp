// SPDX-License-Identifier: MIT
// host_message.cpp: a length of eight bytes, then as many bytes.
#include "host_message.h"

#include "host_call.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>

namespace oriel::hal {
namespace {

struct Name {
    sockaddr_un address = {};
    socklen_t length = 0;
};
/// The byte 0 before it makes the name abstract.
Name abstract_name(const std::string& name) {
    Name made;
    made.address.sun_family = AF_UNIX;
    const std::size_t bytes = std::min(name.size(), sizeof made.address.sun_path - 1);
    std::memcpy(made.address.sun_path + 1, name.data(), bytes);
    made.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + bytes);
    return made;
}

HostResult<HostDescriptor> make_socket() {
    const auto made = host_call([] { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); });
    if (!made) return HostError{made.error()};
    return HostDescriptor(made.value());
}

/// The process at the other end, if it is the same user's; 0 else.
std::uint32_t peer_of(int descriptor) {
    ucred peer = {};
    socklen_t length = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid()) return 0;
    return static_cast<std::uint32_t>(peer.pid);
}

using Clock = std::chrono::steady_clock;

HostResult<> wait_readable(int descriptor, Clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return HostError{ETIMEDOUT};
        pollfd waited{descriptor, POLLIN, 0};
        const auto ready = host_call([&] { return poll(&waited, 1, static_cast<int>(left)); });
        if (!ready) return HostError{ready.error()};
        if (ready.value() > 0) return {};
    }
}

HostResult<> receive_all(int descriptor, void* to, std::size_t bytes, Clock::time_point deadline) {
    auto* at = static_cast<char*>(to);
    while (bytes > 0) {
        if (const auto waited = wait_readable(descriptor, deadline); !waited) return waited;
        const auto got = host_call([&] { return recv(descriptor, at, bytes, 0); });
        if (!got) return HostError{got.error()};
        if (got.value() == 0) return HostError{ECONNRESET};
        at += got.value();
        bytes -= static_cast<std::size_t>(got.value());
    }
    return {};
}

HostResult<> send_all(int descriptor, const void* from, std::size_t bytes) {
    const auto* at = static_cast<const char*>(from);
    while (bytes > 0) {
        const auto sent = host_call([&] { return send(descriptor, at, bytes, MSG_NOSIGNAL); });
        if (!sent) return HostError{sent.error()};
        at += sent.value();
        bytes -= static_cast<std::size_t>(sent.value());
    }
    return {};
}

/// Whether the process has a handler for the signal: /proc/ID/status, "SigCgt:", a mask in hexadecimal.
bool has_handler(std::uint32_t id, int signal) {
    const std::string path = "/proc/" + std::to_string(id) + "/status";
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (!file) return false;
    char line[256];
    unsigned long long caught = 0;
    while (std::fgets(line, sizeof line, file)) std::sscanf(line, "SigCgt: %llx", &caught);
    std::fclose(file);
    return (caught >> (signal - 1) & 1) != 0;
}

} // namespace

HostResult<HostDescriptor> listen_for_message(const std::string& name) {
    auto made = make_socket();
    if (!made) return made;
    const Name bound = abstract_name(name);
    const int descriptor = made.value().get();
    const auto done = host_do([&] { return bind(descriptor, reinterpret_cast<const sockaddr*>(&bound.address), bound.length); });
    if (!done) return HostError{done.error()};
    const auto listening = host_do([&] { return listen(descriptor, 4); });
    if (!listening) return HostError{listening.error()};
    return made;
}

HostResult<std::string> receive_message(const HostDescriptor& listener, std::uint32_t from, std::uint32_t milliseconds, std::size_t most) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
        if (const auto waited = wait_readable(listener.get(), deadline); !waited) return HostError{waited.error()};
        const auto accepted = host_call([&] { return accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC); });
        if (!accepted) return HostError{accepted.error()};
        const HostDescriptor connection(accepted.value());
        if (peer_of(connection.get()) != from) continue;
        std::uint64_t length = 0;
        if (const auto got = receive_all(connection.get(), &length, sizeof length, deadline); !got) return HostError{got.error()};
        if (length > most) return HostError{EMSGSIZE};
        std::string message(length, '\0');
        if (const auto got = receive_all(connection.get(), message.data(), length, deadline); !got) return HostError{got.error()};
        return message;
    }
}

HostResult<> send_message(const std::string& name, std::uint32_t to, std::string_view message) {
    const auto made = make_socket();
    if (!made) return HostError{made.error()};
    const int descriptor = made.value().get();
    const timeval patience{.tv_sec = 20, .tv_usec = 0}; // for a receiver that has stopped reading
    (void)setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const Name target = abstract_name(name);
    const auto connected = host_do([&] { return connect(descriptor, reinterpret_cast<const sockaddr*>(&target.address), target.length); });
    if (!connected) return connected;
    if (peer_of(descriptor) != to) return HostError{EPERM};
    const std::uint64_t length = message.size();
    if (const auto sent = send_all(descriptor, &length, sizeof length); !sent) return sent;
    return send_all(descriptor, message.data(), message.size());
}

HostProcess look_at_process(std::uint32_t id, int signal) {
    HostProcess process;
    const std::string folder = "/proc/" + std::to_string(id);
    struct stat facts = {};
    if (stat(folder.c_str(), &facts) != 0) return process;
    process.there = true;
    process.ours = facts.st_uid == geteuid();
    char target[4096];
    const ssize_t length = readlink((folder + "/exe").c_str(), target, sizeof target);
    if (length > 0) process.program.assign(target, static_cast<std::size_t>(length));
    process.takes_signal = has_handler(id, signal);
    return process;
}

HostResult<> signal_process(std::uint32_t id, int signal) {
    return host_do([&] { return sigqueue(static_cast<pid_t>(id), signal, sigval{}); });
}

} // namespace oriel::hal
