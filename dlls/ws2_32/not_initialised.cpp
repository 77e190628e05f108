// SPDX-License-Identifier: MIT
// not_initialised.cpp: sockets before WSAStartup has succeeded, which here it never has.
//
// Each fails as on Windows: its last error is WSANOTINITIALISED, its answer what its kind of function answers on
// failure. Programs import many of these by number, so the numbers are Windows'.
// Source: "Windows Sockets Error Codes", WSANOTINITIALISED (Microsoft documentation).
#include "ws2_32.h"

namespace {

constexpr int not_initialised = 10093; // WSANOTINITIALISED

std::intptr_t failed(std::intptr_t answer) {
    SetLastError(not_initialised);
    return answer;
}

using Word = std::intptr_t; // an argument, whatever its type

} // namespace

#define FAILS_0(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name() { return failed(answer); }
#define FAILS_1(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word) { return failed(answer); }
#define FAILS_2(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word, Word) { return failed(answer); }
#define FAILS_3(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word, Word, Word) { return failed(answer); }
#define FAILS_4(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word) { return failed(answer); }
#define FAILS_5(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word) { return failed(answer); }
#define FAILS_6(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word, Word) { return failed(answer); }
#define FAILS_7(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word, Word, Word) { return failed(answer); }
#define FAILS_9(name, answer)                                                                                        \
    WS_FUNCTION Word WINAPI name(Word, Word, Word, Word, Word, Word, Word, Word, Word) { return failed(answer); }

// INVALID_SOCKET
FAILS_3(accept, -1)
FAILS_3(socket, -1)
FAILS_6(WSASocketW, -1)
FAILS_6(WSASocketA, -1)

// SOCKET_ERROR
FAILS_3(bind, -1)
FAILS_1(closesocket, -1)
FAILS_3(connect, -1)
FAILS_3(getpeername, -1)
FAILS_3(getsockname, -1)
FAILS_5(getsockopt, -1)
FAILS_3(ioctlsocket, -1)
FAILS_2(listen, -1)
FAILS_4(recv, -1)
FAILS_6(recvfrom, -1)
FAILS_5(select, -1)
FAILS_4(send, -1)
FAILS_6(sendto, -1)
FAILS_5(setsockopt, -1)
FAILS_2(shutdown, -1)
FAILS_2(gethostname, -1)
FAILS_2(GetHostNameW, -1)
FAILS_9(WSAIoctl, -1)
FAILS_7(WSASend, -1)
FAILS_7(WSARecv, -1)
FAILS_9(WSASendTo, -1)
FAILS_9(WSARecvFrom, -1)
FAILS_3(WSADuplicateSocketW, -1)
FAILS_3(WSAEventSelect, -1)
FAILS_3(WSAEnumNetworkEvents, -1)
FAILS_3(WSAEnumProtocolsW, -1)
FAILS_3(WSAPoll, -1)
FAILS_5(WSAWaitForMultipleEvents, -1)

// a null pointer
FAILS_3(gethostbyaddr, 0)
FAILS_1(gethostbyname, 0)
FAILS_1(getprotobyname, 0)
FAILS_1(getprotobynumber, 0)
FAILS_2(getservbyname, 0)
FAILS_2(getservbyport, 0)
FAILS_0(WSACreateEvent, 0)

// FALSE
FAILS_2(__WSAFDIsSet, 0)
FAILS_1(WSACloseEvent, 0)
FAILS_1(WSAResetEvent, 0)
FAILS_5(WSAGetOverlappedResult, 0)

// the error itself
FAILS_4(getaddrinfo, not_initialised)
FAILS_7(getnameinfo, not_initialised)
FAILS_4(GetAddrInfoW, not_initialised)
FAILS_7(GetNameInfoW, not_initialised)

// nothing
FAILS_1(freeaddrinfo, 0)
FAILS_1(FreeAddrInfoW, 0)

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
EXPORT_ORDINAL(gethostname, 8, 57);
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
