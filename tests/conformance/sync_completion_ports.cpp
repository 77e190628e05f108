// SPDX-License-Identifier: MIT
// sync_completion_ports.cpp: completion ports that a program posts its own packets to.
// Sources: "I/O Completion Ports", "GetQueuedCompletionStatus function", "GetQueuedCompletionStatusEx function",
// "PostQueuedCompletionStatus function", Microsoft documentation.
#include "callback.h"
#include "nt_object_calls.h"

#include <vector>

namespace {

HANDLE port() { return CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 0); }
OVERLAPPED* operation(ULONG_PTR number) { return reinterpret_cast<OVERLAPPED*>(number * 16); }

TEST(SyncCompletionPort, Packets_leave_in_the_order_in_which_they_came) {
    const HANDLE queue = port();
    for (ULONG_PTR i = 1; i <= 3; ++i)
        EXPECT_TRUE(PostQueuedCompletionStatus(queue, DWORD(100 * i), i, operation(i)));
    for (ULONG_PTR i = 1; i <= 3; ++i) {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        OVERLAPPED* overlapped = nullptr;
        EXPECT_TRUE(GetQueuedCompletionStatus(queue, &bytes, &key, &overlapped, 0));
        EXPECT_EQ(bytes, 100 * i);
        EXPECT_EQ(key, i);
        EXPECT_EQ(overlapped, operation(i));
    }
    CloseHandle(queue);
}
TEST(SyncCompletionPort, An_empty_port_times_out) {
    const HANDLE queue = port();
    DWORD bytes = 0;
    ULONG_PTR key = 0;
    OVERLAPPED* overlapped = operation(9);
    EXPECT_FALSE(GetQueuedCompletionStatus(queue, &bytes, &key, &overlapped, 20));
    EXPECT_EQ(GetLastError(), DWORD{WAIT_TIMEOUT});
    EXPECT_EQ(overlapped, nullptr);
    CloseHandle(queue);
}
TEST(SyncCompletionPort, Several_packets_can_be_taken_at_once) {
    const HANDLE queue = port();
    for (ULONG_PTR i = 1; i <= 5; ++i) PostQueuedCompletionStatus(queue, DWORD(i), i, operation(i));
    OVERLAPPED_ENTRY entries[3] = {};
    ULONG count = 0;
    EXPECT_TRUE(GetQueuedCompletionStatusEx(queue, entries, 3, &count, 0, FALSE));
    EXPECT_EQ(count, 3u);
    EXPECT_EQ(entries[2].lpCompletionKey, 3u);
    EXPECT_EQ(entries[2].dwNumberOfBytesTransferred, 3u);
    EXPECT_TRUE(GetQueuedCompletionStatusEx(queue, entries, 3, &count, 0, FALSE));
    EXPECT_EQ(count, 2u);
    EXPECT_FALSE(GetQueuedCompletionStatusEx(queue, entries, 3, &count, 0, FALSE));
    EXPECT_EQ(GetLastError(), DWORD{WAIT_TIMEOUT});
    CloseHandle(queue);
}
TEST(SyncCompletionPort, Each_packet_wakes_a_thread) {
    static HANDLE queue;
    queue = port();
    std::vector<HANDLE> workers;
    for (int i = 0; i < 4; ++i) {
        workers.push_back(CreateThread(nullptr, 0, callback([](void*) -> DWORD {
            DWORD sum = 0;
            for (;;) {
                DWORD bytes = 0;
                ULONG_PTR key = 0;
                OVERLAPPED* overlapped = nullptr;
                if (!GetQueuedCompletionStatus(queue, &bytes, &key, &overlapped, 10000) || key == 0) return sum;
                sum += bytes;
            }
        }), nullptr, 0, nullptr));
    }
    for (DWORD i = 1; i <= 1000; ++i) PostQueuedCompletionStatus(queue, i, 1, nullptr);
    for (size_t i = 0; i < workers.size(); ++i) PostQueuedCompletionStatus(queue, 0, 0, nullptr);
    DWORD sum = 0;
    for (const HANDLE worker : workers) {
        EXPECT_EQ(WaitForSingleObject(worker, 10000), DWORD{WAIT_OBJECT_0});
        DWORD part = 0;
        GetExitCodeThread(worker, &part);
        sum += part;
        CloseHandle(worker);
    }
    EXPECT_EQ(sum, 1000u * 1001 / 2);
    CloseHandle(queue);
}

} // namespace
