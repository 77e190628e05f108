// SPDX-License-Identifier: MIT
// host_message.h: one message from one process of this machine to another, both of the same user.
//
// A Unix socket in the abstract name space: it has no file, so there is nothing to clean up and no permission to get
// wrong; who is at the other end, the kernel tells (SO_PEERCRED).
#pragma once

#include <ntdll-emu/hal/host_descriptor.h>
#include <ntdll-emu/hal/host_result.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace oriel::hal {

/// Waits for messages under a name that only one process has at a time. Errors: EADDRINUSE.
HostResult<HostDescriptor> listen_for_message(const std::string& name);
/// The message that process `from` sends within `milliseconds`; others are refused.
/// Errors: ETIMEDOUT; ECONNRESET, if the sender ended before its message; EMSGSIZE, if it is larger than `most`.
HostResult<std::string> receive_message(const HostDescriptor& listener, std::uint32_t from, std::uint32_t milliseconds, std::size_t most);
/// To the process `to`, which listens under that name. Errors: ECONNREFUSED (nobody listens), EPERM (another process
/// does, or another user's).
HostResult<> send_message(const std::string& name, std::uint32_t to, std::string_view message);

/// What can be told of another process before a signal is sent to it.
struct HostProcess {
    bool there = false;
    bool ours = false;         ///< it belongs to the same user
    std::string program;       ///< the file that it runs; empty where that cannot be told
    bool takes_signal = false; ///< it has a handler for the signal that was asked for
};
HostProcess look_at_process(std::uint32_t id, int signal);
/// Sends it a signal that tells who sent it.
HostResult<> signal_process(std::uint32_t id, int signal);

} // namespace oriel::hal
