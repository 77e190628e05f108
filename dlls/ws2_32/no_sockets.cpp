// SPDX-License-Identifier: MIT
// no_sockets.cpp: what asks for a socket, and there are none yet.
//
// Before WSAStartup each function fails with WSANOTINITIALISED, as on Windows. After it, socket() says that there is no
// such address family (WSAEAFNOSUPPORT), what is given a socket that it is none (WSAENOTSOCK), and names are not found
// (WSAHOST_NOT_FOUND): answers that programs know from machines without a network. Programs import many of these by
// number, so the numbers are Windows'.
// Source: "Windows Sockets Error Codes" (Microsoft documentation).
#include "ws2_32.h"

namespace {

constexpr int no_such_family = 10047; // WSAEAFNOSUPPORT
constexpr int not_a_socket = 10038;   // WSAENOTSOCK
constexpr int not_found = 11001;      // WSAHOST_NOT_FOUND
constexpr int not_supported = 10045;  // WSAEOPNOTSUPP

std::intptr_t failed(std::intptr_t answer, int error) {
    SetLastError(static_cast<DWORD>(ws2_32::started() ? error : ws2_32::not_initialised));
    return answer;
}
/// For functions that answer the error itself.
std::intptr_t error_itself(int error) { return ws2_32::started() ? error : ws2_32::not_initialised; }

using Word = std::intptr_t; // an argument, whatever its type

} // namespace

#define FAILS_1(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word) { return failed(answer, error); }
#define FAILS_2(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word, Word) { return failed(answer, error); }
#define FAILS_3(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word, Word, Word) { return failed(answer, error); }
#define FAILS_4(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word) { return failed(answer, error); }
#define FAILS_5(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word) { return failed(answer, error); }
#define FAILS_6(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word, Word) { return failed(answer, error); }
#define FAILS_7(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word, Word, Word) { return failed(answer, error); }
#define FAILS_9(name, answer, error)                                                                                 \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word, Word, Word, Word, Word) { return failed(answer, error); }

// INVALID_SOCKET
FAILS_3(accept, -1, not_a_socket)
FAILS_3(socket, -1, no_such_family)
FAILS_6(WSASocketW, -1, no_such_family)
FAILS_6(WSASocketA, -1, no_such_family)

// SOCKET_ERROR
FAILS_3(bind, -1, not_a_socket)
FAILS_1(closesocket, -1, not_a_socket)
FAILS_3(connect, -1, not_a_socket)
FAILS_3(getpeername, -1, not_a_socket)
FAILS_3(getsockname, -1, not_a_socket)
FAILS_5(getsockopt, -1, not_a_socket)
FAILS_3(ioctlsocket, -1, not_a_socket)
FAILS_2(listen, -1, not_a_socket)
FAILS_4(recv, -1, not_a_socket)
FAILS_6(recvfrom, -1, not_a_socket)
FAILS_5(select, -1, not_a_socket)
FAILS_4(send, -1, not_a_socket)
FAILS_6(sendto, -1, not_a_socket)
FAILS_5(setsockopt, -1, not_a_socket)
FAILS_2(shutdown, -1, not_a_socket)
FAILS_2(GetHostNameW, -1, not_a_socket)
FAILS_9(WSAIoctl, -1, not_a_socket)
FAILS_7(WSASend, -1, not_a_socket)
FAILS_7(WSARecv, -1, not_a_socket)
FAILS_9(WSASendTo, -1, not_a_socket)
FAILS_9(WSARecvFrom, -1, not_a_socket)
FAILS_3(WSADuplicateSocketW, -1, not_a_socket)
FAILS_3(WSAEventSelect, -1, not_a_socket)
FAILS_3(WSAEnumNetworkEvents, -1, not_a_socket)
FAILS_3(WSAEnumProtocolsW, -1, not_supported)
FAILS_3(WSAPoll, -1, not_a_socket)

// a null pointer
FAILS_3(gethostbyaddr, 0, not_found)
FAILS_1(gethostbyname, 0, not_found)
FAILS_1(getprotobyname, 0, not_found)
FAILS_1(getprotobynumber, 0, not_found)
FAILS_2(getservbyname, 0, not_found)
FAILS_2(getservbyport, 0, not_found)

// FALSE
FAILS_2(__WSAFDIsSet, 0, not_a_socket)
FAILS_5(WSAGetOverlappedResult, 0, not_a_socket)

// the error itself
WS_FUNCTION Word WINAPI getaddrinfo(Word, Word, Word, Word) { return error_itself(not_found); }
WS_FUNCTION Word WINAPI getnameinfo(Word, Word, Word, Word, Word, Word, Word) { return error_itself(not_found); }
WS_FUNCTION Word WINAPI GetAddrInfoW(Word, Word, Word, Word) { return error_itself(not_found); }
WS_FUNCTION Word WINAPI GetNameInfoW(Word, Word, Word, Word, Word, Word, Word) { return error_itself(not_found); }

// nothing
WS_FUNCTION void WINAPI freeaddrinfo(Word) {}
WS_FUNCTION void WINAPI FreeAddrInfoW(Word) {}

EXPORT_ORDINAL(accept, 12, 1);
EXPORT_ORDINAL(bind, 12, 2);
EXPORT_ORDINAL(closesocket, 4, 3);
EXPORT_ORDINAL(connect, 12, 4);
EXPORT_ORDINAL(getpeername, 12, 5);
EXPORT_ORDINAL(getsockname, 12, 6);
EXPORT_ORDINAL(getsockopt, 20, 7);
EXPORT_ORDINAL(ioctlsocket, 12, 10);
EXPORT_ORDINAL(listen, 8, 13);
EXPORT_ORDINAL(recv, 16, 16);
EXPORT_ORDINAL(recvfrom, 24, 17);
EXPORT_ORDINAL(select, 20, 18);
EXPORT_ORDINAL(send, 16, 19);
EXPORT_ORDINAL(sendto, 24, 20);
EXPORT_ORDINAL(setsockopt, 20, 21);
EXPORT_ORDINAL(shutdown, 8, 22);
EXPORT_ORDINAL(socket, 12, 23);
EXPORT_ORDINAL(gethostbyaddr, 12, 51);
EXPORT_ORDINAL(gethostbyname, 4, 52);
EXPORT_ORDINAL(getprotobyname, 4, 53);
EXPORT_ORDINAL(getprotobynumber, 4, 54);
EXPORT_ORDINAL(getservbyname, 8, 55);
EXPORT_ORDINAL(getservbyport, 8, 56);
EXPORT_ORDINAL(__WSAFDIsSet, 8, 151);
EXPORT_PLAIN(getaddrinfo, 16);
EXPORT_PLAIN(freeaddrinfo, 4);
EXPORT_PLAIN(getnameinfo, 28);
EXPORT_PLAIN(GetAddrInfoW, 16);
EXPORT_PLAIN(FreeAddrInfoW, 4);
EXPORT_PLAIN(GetNameInfoW, 28);
EXPORT_PLAIN(GetHostNameW, 8);
EXPORT_PLAIN(WSAIoctl, 36);
EXPORT_PLAIN(WSASend, 28);
EXPORT_PLAIN(WSARecv, 28);
EXPORT_PLAIN(WSASendTo, 36);
EXPORT_PLAIN(WSARecvFrom, 36);
EXPORT_PLAIN(WSASocketW, 24);
EXPORT_PLAIN(WSASocketA, 24);
EXPORT_PLAIN(WSADuplicateSocketW, 12);
EXPORT_PLAIN(WSAEventSelect, 12);
EXPORT_PLAIN(WSACreateEvent, 0);
EXPORT_PLAIN(WSACloseEvent, 4);
EXPORT_PLAIN(WSAResetEvent, 4);
EXPORT_PLAIN(WSAGetOverlappedResult, 20);
EXPORT_PLAIN(WSAEnumNetworkEvents, 12);
EXPORT_PLAIN(WSAEnumProtocolsW, 12);
EXPORT_PLAIN(WSAPoll, 12);
EXPORT_PLAIN(WSAWaitForMultipleEvents, 20);
