// SPDX-License-Identifier: MIT
// address_text.cpp: addresses as text and back: inet_ntop and its kin.
//
// IPv6 is written as RFC 5952 wants it: lower case, no leading zeros, the longest run of two or more zero groups (the
// first of equals) as "::", and an IPv4 address at the end where it is one that is mapped or compatible.
// Sources: "inet_ntop function", "InetPtonW function", "inet_ntoa function" (Microsoft documentation).
#include "ws2_32.h"

namespace {

constexpr int family_4 = 2, family_6 = 23;
constexpr int no_such_family = 10047; // WSAEAFNOSUPPORT
constexpr int fault = 10014;          // WSAEFAULT
constexpr std::size_t longest = 46;

using Byte = std::uint8_t;

char* put_number(char* to, unsigned value, unsigned base) {
    char digits[8];
    unsigned count = 0;
    do digits[count++] = "0123456789abcdef"[value % base];
    while (value /= base);
    while (count) *to++ = digits[--count];
    return to;
}

char* put_4(char* to, const Byte* address) {
    for (unsigned i = 0; i < 4; ++i) {
        if (i) *to++ = '.';
        to = put_number(to, address[i], 10);
    }
    return to;
}

unsigned group(const Byte* address, unsigned index) { return unsigned{address[2 * index]} << 8 | address[2 * index + 1]; }

struct Run {
    unsigned begin = 8, length = 0;
};
Run longest_zeros(const Byte* address, unsigned groups) {
    Run best, now;
    for (unsigned i = 0; i < groups; ++i) {
        if (group(address, i) != 0) {
            now = {};
            continue;
        }
        if (now.length++ == 0) now.begin = i;
        if (now.length > best.length) best = now;
    }
    return best.length >= 2 ? best : Run{};
}

/// ::ffff:1.2.3.4 and ::1.2.3.4, but not :: and ::1.
bool ends_in_4(const Byte* address) {
    for (unsigned i = 0; i < 5; ++i)
        if (group(address, i) != 0) return false;
    return group(address, 5) == 0xFFFF || (group(address, 5) == 0 && group(address, 6) != 0);
}

char* put_6(char* to, const Byte* address) {
    const bool mixed = ends_in_4(address);
    const unsigned groups = mixed ? 6 : 8;
    const Run zeros = longest_zeros(address, groups);
    for (unsigned i = 0; i < groups;) {
        if (i == zeros.begin) {
            *to++ = ':';
            *to++ = ':';
            i += zeros.length;
            continue;
        }
        if (i && i != zeros.begin + zeros.length) *to++ = ':';
        to = put_number(to, group(address, i), 16);
        ++i;
    }
    if (!mixed) return to;
    if (to[-1] != ':') *to++ = ':';
    return put_4(to, address + 12);
}

/// Four decimal numbers up to 255, nothing more; null if it is not that. Answers where it ends.
template<class Char>
const Char* read_4(const Char* text, Byte* address) {
    for (unsigned i = 0; i < 4; ++i) {
        if (i && *text++ != '.') return nullptr;
        unsigned value = 0, digits = 0;
        for (; *text >= '0' && *text <= '9'; ++text, ++digits) value = value * 10 + static_cast<unsigned>(*text - '0');
        if (digits == 0 || digits > 3 || value > 255) return nullptr;
        address[i] = static_cast<Byte>(value);
    }
    return text;
}

template<class Char>
int hex_digit(Char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

template<class Char>
bool read_6(const Char* text, Byte* address) {
    Byte bytes[16] = {};
    unsigned count = 0, gap = 16; // bytes; where "::" stands
    if (*text == ':' && *++text != ':') return false;
    while (*text) {
        if (*text == ':') {
            if (gap != 16) return false;
            gap = count;
            ++text;
            continue;
        }
        if (count == 16) return false;
        if (count <= 12) {
            if (const Char* const end = read_4(text, bytes + count); end && !*end) {
                count += 4;
                break;
            }
        }
        unsigned value = 0, digits = 0;
        for (int digit; (digit = hex_digit(*text)) >= 0; ++text, ++digits) value = value << 4 | static_cast<unsigned>(digit);
        if (digits == 0 || digits > 4) return false;
        bytes[count++] = static_cast<Byte>(value >> 8);
        bytes[count++] = static_cast<Byte>(value);
        if (!*text) break;
        if (*text++ != ':' || !*text) return false;
    }
    if (gap == 16 ? count != 16 : count > 14) return false;
    const unsigned moved = gap == 16 ? 0 : count - gap;
    __builtin_memmove(bytes + 16 - moved, bytes + count - moved, moved);
    if (gap != 16) __builtin_memset(bytes + gap, 0, 16 - moved - gap);
    __builtin_memcpy(address, bytes, sizeof bytes);
    return true;
}

/// 1; 0 for text that is no address; -1 with the last error.
template<class Char>
int read_address(int family, const Char* text, void* address) {
    if (!text || !address) {
        SetLastError(fault);
        return -1;
    }
    if (family == family_4) {
        Byte bytes[4];
        const Char* const end = read_4(text, bytes);
        if (!end || *end) return 0;
        __builtin_memcpy(address, bytes, sizeof bytes);
        return 1;
    }
    if (family == family_6) return read_6(text, static_cast<Byte*>(address));
    SetLastError(no_such_family);
    return -1;
}

template<class Char>
const Char* write_address(int family, const void* address, Char* to, std::size_t room) {
    char text[longest + 2];
    char* end;
    if (family == family_4) end = put_4(text, static_cast<const Byte*>(address));
    else if (family == family_6) end = put_6(text, static_cast<const Byte*>(address));
    else {
        SetLastError(no_such_family);
        return nullptr;
    }
    const auto length = static_cast<std::size_t>(end - text);
    if (!to || room <= length) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    for (std::size_t i = 0; i < length; ++i) to[i] = static_cast<Char>(text[i]);
    to[length] = 0;
    return to;
}

void WINAPI free_text(void* text) { HeapFree(GetProcessHeap(), 0, text); }

/// Where inet_ntoa puts its text: of the calling thread, until it ends.
char* own_text() {
    static constinit INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    static constinit DWORD slot = FLS_OUT_OF_INDEXES;
    BOOL first = FALSE;
    if (!InitOnceBeginInitialize(&once, 0, &first, nullptr)) return nullptr;
    if (first) {
        slot = FlsAlloc(free_text);
        InitOnceComplete(&once, 0, nullptr);
    }
    if (slot == FLS_OUT_OF_INDEXES) return nullptr;
    void* text = FlsGetValue(slot);
    if (!text && (text = HeapAlloc(GetProcessHeap(), 0, 16))) FlsSetValue(slot, text);
    return static_cast<char*>(text);
}

} // namespace

WS_FUNCTION const char* WINAPI inet_ntop(int family, const void* address, char* to, std::size_t room) {
    return write_address(family, address, to, room);
}
WS_FUNCTION const WCHAR* WINAPI InetNtopW(int family, const void* address, WCHAR* to, std::size_t room) {
    return write_address(family, address, to, room);
}
WS_FUNCTION int WINAPI inet_pton(int family, const char* text, void* address) { return read_address(family, text, address); }
WS_FUNCTION int WINAPI InetPtonW(int family, const WCHAR* text, void* address) { return read_address(family, text, address); }

/// The address is an argument by value, its bytes in the network's order.
WS_FUNCTION char* WINAPI inet_ntoa(std::uint32_t address) {
    char* const text = own_text();
    if (!text) return nullptr;
    Byte bytes[4];
    __builtin_memcpy(bytes, &address, sizeof bytes);
    *put_4(text, bytes) = 0;
    return text;
}

EXPORT_ORDINAL(inet_ntoa, 4, 12);
EXPORT_PLAIN(inet_ntop, 16);
EXPORT_PLAIN(inet_pton, 12);
EXPORT_PLAIN(InetNtopW, 16);
EXPORT_PLAIN(InetPtonW, 12);
