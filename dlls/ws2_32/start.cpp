// SPDX-License-Identifier: MIT
// start.cpp: Windows Sockets without a network: WSAStartup says that it is not ready, byte orders are turned.
//
// Sockets come with a later issue. A program that only initialises them goes on without.
// Sources: "WSAStartup function", "htonl function" (Microsoft documentation).
#include "ws2_32.h"

namespace {
constexpr int not_ready = 10091;       // WSASYSNOTREADY
constexpr int not_initialised = 10093; // WSANOTINITIALISED
} // namespace

/// Answers the error itself.
WS_FUNCTION int WINAPI WSAStartup(WORD, void*) {
    oriel_undone_call("ws2_32", "WSAStartup");
    return not_ready;
}
WS_FUNCTION int WINAPI WSACleanup() {
    SetLastError(not_initialised);
    return -1;
}
WS_FUNCTION int WINAPI WSAGetLastError() { return static_cast<int>(GetLastError()); }
WS_FUNCTION void WINAPI WSASetLastError(int error) { SetLastError(static_cast<DWORD>(error)); }

WS_FUNCTION std::uint32_t WINAPI htonl(std::uint32_t value) { return __builtin_bswap32(value); }
WS_FUNCTION std::uint32_t WINAPI ntohl(std::uint32_t value) { return __builtin_bswap32(value); }
WS_FUNCTION std::uint16_t WINAPI htons(std::uint16_t value) { return __builtin_bswap16(value); }
WS_FUNCTION std::uint16_t WINAPI ntohs(std::uint16_t value) { return __builtin_bswap16(value); }

/// "1.2.3.4", with fewer parts and other bases as inet_addr knows them; INADDR_NONE for anything else.
WS_FUNCTION std::uint32_t WINAPI inet_addr(const char* text) {
    constexpr std::uint32_t none = 0xFFFFFFFF;
    std::uint32_t parts[4];
    unsigned count = 0;
    for (;;) {
        if (count == 4 || *text < '0' || *text > '9') return none;
        unsigned base = 10;
        if (*text == '0' && (text[1] | 0x20) == 'x') {
            base = 16;
            text += 2;
        } else if (*text == '0') {
            base = 8;
        }
        std::uint64_t value = 0;
        for (;; ++text) {
            const char c = static_cast<char>(*text | 0x20);
            const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                                   : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                                                          : 99;
            if (digit >= base) break;
            value = value * base + digit;
            if (value > none) return none;
        }
        parts[count++] = static_cast<std::uint32_t>(value);
        if (*text != '.') break;
        ++text;
    }
    if (*text && *text != ' ') return none;
    std::uint32_t address = parts[count - 1]; // the last part fills what is left
    for (unsigned i = 0; i + 1 < count; ++i) {
        if (parts[i] > 0xFF) return none;
        address |= parts[i] << (24 - 8 * i);
    }
    if (count > 1 && parts[count - 1] >> (8 * (5 - count))) return none;
    return __builtin_bswap32(address);
}

EXPORT_ORDINAL(htonl, 4, 8);
EXPORT_ORDINAL(htons, 4, 9);
EXPORT_ORDINAL(inet_addr, 4, 11);
EXPORT_ORDINAL(ntohl, 4, 14);
EXPORT_ORDINAL(ntohs, 4, 15);
EXPORT_ORDINAL(WSAGetLastError, 0, 111);
EXPORT_ORDINAL(WSASetLastError, 4, 112);
EXPORT_ORDINAL(WSAStartup, 8, 115);
EXPORT_ORDINAL(WSACleanup, 0, 116);
