// SPDX-License-Identifier: MIT
// ws2_32.h: what the sources of ws2_32 start with: no winsock.h, whose prototypes we define ourselves, and exports
// with Windows' numbers (see oleaut32/oleaut32.h).
#pragma once

#define _WINSOCK2API_
#define _WINSOCKAPI_
#define WIN32_LEAN_AND_MEAN
#include <dlls/win32_dll.h>

#if defined(__i386__)
#define EXPORT_ORDINAL(name, bytes, ordinal)                                                                         \
    __asm__(".section .drectve,\"yn\"\n.ascii \" -export:" #name "=" #name "@" #bytes ",@" #ordinal "\"\n.text")
#define EXPORT_PLAIN(name, bytes)                                                                                    \
    __asm__(".section .drectve,\"yn\"\n.ascii \" -export:" #name "=" #name "@" #bytes "\"\n.text")
#else
#define EXPORT_ORDINAL(name, bytes, ordinal)                                                                         \
    __asm__(".section .drectve,\"yn\"\n.ascii \" -export:" #name ",@" #ordinal "\"\n.text")
#define EXPORT_PLAIN(name, bytes) __asm__(".section .drectve,\"yn\"\n.ascii \" -export:" #name "\"\n.text")
#endif
#define WS_FUNCTION extern "C"

namespace ws2_32 {

inline constexpr int not_initialised = 10093; // WSANOTINITIALISED
/// Whether WSAStartup has been called more often than WSACleanup.
bool started();

} // namespace ws2_32
