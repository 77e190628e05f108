// SPDX-License-Identifier: MIT
// device_control.h: how NtDeviceIoControlFile and NtFsControlFile number their requests.
//
// A code holds the device type, the access that the handle needs, the function, and how buffers travel
// ("Defining I/O Control Codes").
#pragma once

#include <cstdint>

namespace nt {

enum class ControlMethod : std::uint32_t { Buffered = 0, InDirect = 1, OutDirect = 2, Neither = 3 };
inline constexpr std::uint32_t FILE_ANY_ACCESS = 0;
inline constexpr std::uint32_t FILE_READ_ACCESS = 1;
inline constexpr std::uint32_t FILE_WRITE_ACCESS = 2;

constexpr std::uint32_t control_code(std::uint32_t device, std::uint32_t function, ControlMethod method,
                                     std::uint32_t access) {
    return device << 16 | access << 14 | function << 2 | static_cast<std::uint32_t>(method);
}

// The file system controls that programs are seen to send ("[MS-FSCC] 2.3 FSCTL Structures").
inline constexpr std::uint32_t FSCTL_GET_COMPRESSION = 0x0009003C;
inline constexpr std::uint32_t FSCTL_SET_COMPRESSION = 0x0009C040;
inline constexpr std::uint32_t FSCTL_SET_SPARSE = 0x000900C4;
inline constexpr std::uint32_t FSCTL_GET_REPARSE_POINT = 0x000900A8;
inline constexpr std::uint32_t FSCTL_IS_VOLUME_MOUNTED = 0x00090028;
inline constexpr std::uint32_t FSCTL_PIPE_PEEK = 0x0011400C;

/// Output of FSCTL_PIPE_PEEK.
struct FILE_PIPE_PEEK_BUFFER {
    std::uint32_t NamedPipeState;
    std::uint32_t ReadDataAvailable;
    std::uint32_t NumberOfMessages;
    std::uint32_t MessageLength;
    char Data[1];
};
static_assert(sizeof(FILE_PIPE_PEEK_BUFFER) == 20);

inline constexpr std::uint32_t FILE_PIPE_CONNECTED_STATE = 3;
inline constexpr std::uint32_t FILE_PIPE_CLOSING_STATE = 4;
inline constexpr std::uint32_t FILE_PIPE_CLIENT_END = 0;
inline constexpr std::uint32_t FILE_PIPE_SERVER_END = 1;
inline constexpr std::uint32_t FILE_PIPE_INBOUND = 0;
inline constexpr std::uint32_t FILE_PIPE_OUTBOUND = 1;

} // namespace nt
