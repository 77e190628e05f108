// SPDX-License-Identifier: MIT
// start.cpp: starting Windows Sockets, errors, events, byte orders, the machine's name.
//
// WSAStartup counts; as many WSACleanup end it. There are no sockets yet (no_sockets.cpp): a program that only
// initialises them goes on, and one that makes one is told that there is no such address family.
// Sources: "WSAStartup function", "WSACleanup function", "WSACreateEvent function", "gethostname function", "htonl
// function" (Microsoft documentation).
#include "ws2_32.h"

#include <atomic>

namespace {

constexpr int fault = 10014;                 // WSAEFAULT
constexpr int version_not_supported = 10092; // WSAVERNOTSUPPORTED
constexpr WORD newest = 0x0202;

constinit std::atomic<unsigned> starts{0};

/// WSADATA, whose fields are in another order on x64.
struct Data {
    WORD version;
    WORD highest;
#if defined(__x86_64__)
    WORD most_sockets;
    WORD largest_datagram;
    char* vendor;
    char description[257];
    char status[129];
#else
    char description[257];
    char status[129];
    WORD most_sockets;
    WORD largest_datagram;
    char* vendor;
#endif
};
static_assert(sizeof(Data) == (sizeof(void*) == 8 ? 408 : 400));

/// The newest that is not above what was asked for; what is above 2.2 is 2.2, and of the old ones 1.0 and 1.1 count.
WORD version_for(WORD wanted) {
    const unsigned major = wanted & 0xFF, minor = wanted >> 8;
    if (major > 2 || (major == 2 && minor > 2)) return newest;
    if (major == 1 && minor > 1) return 0x0101;
    return wanted;
}

} // namespace

bool ws2_32::started() { return starts.load(std::memory_order_relaxed) != 0; }

/// Answers the error itself.
WS_FUNCTION int WINAPI WSAStartup(WORD wanted, Data* data) {
    if ((wanted & 0xFF) == 0) return version_not_supported;
    if (!data) return fault;
    *data = {};
    data->version = version_for(wanted);
    data->highest = newest;
    __builtin_memcpy(data->description, "WinSock 2.0", sizeof "WinSock 2.0");
    __builtin_memcpy(data->status, "Running", sizeof "Running");
    if ((wanted & 0xFF) == 1) {
        data->most_sockets = 32767;
        data->largest_datagram = 65467;
    }
    starts.fetch_add(1, std::memory_order_relaxed);
    return 0;
}
WS_FUNCTION int WINAPI WSACleanup() {
    unsigned now = starts.load(std::memory_order_relaxed);
    do {
        if (now == 0) {
            SetLastError(ws2_32::not_initialised);
            return -1;
        }
    } while (!starts.compare_exchange_weak(now, now - 1, std::memory_order_relaxed));
    return 0;
}
WS_FUNCTION int WINAPI WSAGetLastError() { return static_cast<int>(GetLastError()); }
WS_FUNCTION void WINAPI WSASetLastError(int error) { SetLastError(static_cast<DWORD>(error)); }

// Events are NT's, with manual reset.
WS_FUNCTION HANDLE WINAPI WSACreateEvent() { return CreateEventW(nullptr, TRUE, FALSE, nullptr); }
WS_FUNCTION BOOL WINAPI WSACloseEvent(HANDLE event) { return CloseHandle(event); }
WS_FUNCTION BOOL WINAPI WSASetEvent(HANDLE event) { return SetEvent(event); }
WS_FUNCTION BOOL WINAPI WSAResetEvent(HANDLE event) { return ResetEvent(event); }
WS_FUNCTION DWORD WINAPI WSAWaitForMultipleEvents(DWORD count, const HANDLE* events, BOOL all, DWORD milliseconds,
                                                  BOOL alertable) {
    return WaitForMultipleObjectsEx(count, events, all, milliseconds, alertable);
}

WS_FUNCTION int WINAPI gethostname(char* name, int size) {
    DWORD room = size > 0 ? static_cast<DWORD>(size) : 0;
    if (!ws2_32::started()) SetLastError(ws2_32::not_initialised);
    else if (!name || !GetComputerNameExA(ComputerNameDnsHostname, name, &room)) SetLastError(fault);
    else return 0;
    return -1;
}

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
EXPORT_ORDINAL(gethostname, 8, 57);
EXPORT_PLAIN(WSASetEvent, 4);
EXPORT_ORDINAL(WSAGetLastError, 0, 111);
EXPORT_ORDINAL(WSASetLastError, 4, 112);
EXPORT_ORDINAL(WSAStartup, 8, 115);
EXPORT_ORDINAL(WSACleanup, 0, 116);
