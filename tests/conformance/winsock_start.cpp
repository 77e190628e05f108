// SPDX-License-Identifier: MIT
// winsock_start.cpp: starting Windows Sockets, errors before that, events, addresses as text.
// Sources: "WSAStartup function", "WSACleanup function", "inet_ntop function", "inet_pton function", "inet_ntoa
// function", Microsoft documentation; RFC 5952.
#include <gtest/gtest.h>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <string>

namespace {

HMODULE library() {
    static const HMODULE module = LoadLibraryW(L"ws2_32.dll");
    return module;
}
template<class F>
F function(const char* name) {
    return reinterpret_cast<F>(reinterpret_cast<void*>(GetProcAddress(library(), name)));
}
#define WS(name) function<decltype(&name)>(#name)

TEST(WindowsSockets, Count_how_often_they_were_started) {
    EXPECT_EQ(WS(WSACleanup)(), SOCKET_ERROR);
    EXPECT_EQ(WS(WSAGetLastError)(), WSANOTINITIALISED);
    EXPECT_EQ(WS(socket)(AF_INET, SOCK_STREAM, 0), INVALID_SOCKET);
    EXPECT_EQ(WS(WSAGetLastError)(), WSANOTINITIALISED);
    WSADATA data;
    EXPECT_EQ(WS(WSAStartup)(MAKEWORD(2, 2), &data), 0);
    EXPECT_EQ(data.wVersion, MAKEWORD(2, 2));
    EXPECT_EQ(data.wHighVersion, MAKEWORD(2, 2));
    EXPECT_EQ(WS(WSAStartup)(MAKEWORD(1, 1), &data), 0);
    EXPECT_EQ(data.wVersion, MAKEWORD(1, 1));
    EXPECT_EQ(WS(WSAStartup)(MAKEWORD(9, 9), &data), 0);
    EXPECT_EQ(data.wVersion, MAKEWORD(2, 2));
    EXPECT_EQ(WS(WSAStartup)(MAKEWORD(0, 1), &data), WSAVERNOTSUPPORTED);
    EXPECT_EQ(WS(WSAStartup)(MAKEWORD(2, 2), nullptr), WSAEFAULT);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(WS(WSACleanup)(), 0);
    EXPECT_EQ(WS(WSACleanup)(), SOCKET_ERROR);
}

TEST(WindowsSockets, Have_errors_and_events_of_their_own_names) {
    WS(WSASetLastError)(WSAEINTR);
    EXPECT_EQ(GetLastError(), DWORD{WSAEINTR});
    WSADATA data;
    ASSERT_EQ(WS(WSAStartup)(MAKEWORD(2, 2), &data), 0);
    WSAEVENT event = WS(WSACreateEvent)();
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(WS(WSAWaitForMultipleEvents)(1, &event, FALSE, 0, FALSE), DWORD{WSA_WAIT_TIMEOUT});
    EXPECT_TRUE(WS(WSASetEvent)(event));
    EXPECT_EQ(WS(WSAWaitForMultipleEvents)(1, &event, FALSE, 0, FALSE), DWORD{WSA_WAIT_EVENT_0});
    EXPECT_TRUE(WS(WSAResetEvent)(event));
    EXPECT_TRUE(WS(WSACloseEvent)(event));
    char name[256];
    EXPECT_EQ(WS(gethostname)(name, sizeof name), 0);
    EXPECT_GT(strlen(name), 0u);
    EXPECT_EQ(WS(closesocket)(INVALID_SOCKET), SOCKET_ERROR);
    EXPECT_EQ(WS(WSAGetLastError)(), WSAENOTSOCK);
    WS(WSACleanup)();
}

std::string text_of(int family, const std::string& text) {
    unsigned char address[16];
    char back[64] = "?";
    if (function<int(WSAAPI*)(int, const char*, void*)>("inet_pton")(family, text.c_str(), address) != 1) return "no address";
    function<const char*(WSAAPI*)(int, const void*, char*, size_t)>("inet_ntop")(family, address, back, sizeof back);
    return back;
}

TEST(Addresses, Of_IPv4_have_four_numbers) {
    EXPECT_EQ(text_of(AF_INET, "127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(text_of(AF_INET, "255.255.255.255"), "255.255.255.255");
    for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "a.b.c.d"})
        EXPECT_EQ(text_of(AF_INET, text), "no address") << text;
    in_addr address;
    address.s_addr = 0x0100007F;
    EXPECT_STREQ(function<char*(WSAAPI*)(in_addr)>("inet_ntoa")(address), "127.0.0.1");
}

TEST(Addresses, Of_IPv6_are_written_as_shortly_as_can_be) {
    const struct {
        const char *given, *expected;
    } rows[] = {{"::", "::"},
                {"::1", "::1"},
                {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
                {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
                {"fe80:0:0:0:0:0:0:0", "fe80::"},
                {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
                {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
                {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"}};
    for (const auto& row : rows) EXPECT_EQ(text_of(AF_INET6, row.given), row.expected);
    for (const char* text : {"", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "1:", "::1.2.3"})
        EXPECT_EQ(text_of(AF_INET6, text), "no address") << text;
}

} // namespace
