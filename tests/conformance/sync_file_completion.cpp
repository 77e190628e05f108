// SPDX-License-Identifier: MIT
// sync_file_completion.cpp: files that report the ends of their requests to a completion port.
// Sources: "CreateIoCompletionPort function", "GetQueuedCompletionStatus function" (the low bit of hEvent),
// "SetFileCompletionNotificationModes function", "I/O Completion Ports", "ReadFileEx function", Microsoft documentation.
#include "callback.h"
#include "temporary_folder.h"

namespace {

constexpr ULONG_PTR key = 77;

class FilePort : public testing::Test {
protected:
    FilePort() {
        create_file(folder / L"a", "0123456789");
        file = open_file(folder / L"a", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, share_all, FILE_FLAG_OVERLAPPED);
        port = CreateIoCompletionPort(file, nullptr, key, 0);
    }
    ~FilePort() override { CloseHandle(port); }

    /// Begins a request; whether it ended well then or later makes no difference to who asks the port.
    BOOL write(const char* text, OVERLAPPED& how) {
        return WriteFile(file, text, static_cast<DWORD>(strlen(text)), nullptr, &how) || GetLastError() == ERROR_IO_PENDING;
    }
    BOOL take(OVERLAPPED** which, DWORD* bytes, DWORD milliseconds = 10000) {
        ULONG_PTR from = 0;
        const BOOL taken = GetQueuedCompletionStatus(port, bytes, &from, which, milliseconds);
        if (taken) EXPECT_EQ(from, key);
        return taken;
    }
    void expect_nothing() {
        OVERLAPPED* which = nullptr;
        DWORD bytes = 0;
        EXPECT_FAILS_WITH(take(&which, &bytes, 20), WAIT_TIMEOUT);
        EXPECT_EQ(which, nullptr);
    }

    TemporaryFolder folder;
    FileHandle file;
    HANDLE port = nullptr;
};

TEST_F(FilePort, Is_told_of_each_request) {
    ASSERT_NE(port, nullptr);
    OVERLAPPED writing = {}, reading = {};
    writing.Offset = 3;
    ASSERT_TRUE(write("abcd", writing));
    OVERLAPPED* which = nullptr;
    DWORD bytes = 0;
    ASSERT_TRUE(take(&which, &bytes));
    EXPECT_EQ(which, &writing);
    EXPECT_EQ(bytes, 4u);
    char buffer[64] = {};
    ASSERT_TRUE(ReadFile(file, buffer, sizeof buffer, nullptr, &reading) || GetLastError() == ERROR_IO_PENDING);
    ASSERT_TRUE(take(&which, &bytes));
    EXPECT_EQ(which, &reading);
    EXPECT_EQ(bytes, 10u);
    EXPECT_STREQ(buffer, "012abcd789");
    expect_nothing();
}
TEST_F(FilePort, Is_not_told_where_the_event_has_its_low_bit_set) {
    OVERLAPPED how = {};
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    how.hEvent = reinterpret_cast<HANDLE>(reinterpret_cast<ULONG_PTR>(event) | 1);
    ASSERT_TRUE(write("x", how));
    EXPECT_EQ(WaitForSingleObject(event, 10000), static_cast<DWORD>(WAIT_OBJECT_0));
    expect_nothing();
    CloseHandle(event);
}
TEST_F(FilePort, Is_not_told_of_what_fails_at_once) {
    OVERLAPPED how = {};
    how.Offset = how.OffsetHigh = 0x80000000; // a negative offset
    char buffer[4];
    EXPECT_FALSE(ReadFile(file, buffer, sizeof buffer, nullptr, &how));
    EXPECT_NE(GetLastError(), static_cast<DWORD>(ERROR_IO_PENDING));
    expect_nothing();
}
TEST_F(FilePort, May_be_left_alone_where_a_request_ends_well_at_once) {
    ASSERT_TRUE(SetFileCompletionNotificationModes(file, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    OVERLAPPED how = {};
    DWORD bytes = 0;
    if (WriteFile(file, "abc", 3, &bytes, &how)) {
        EXPECT_EQ(bytes, 3u);
        return expect_nothing();
    }
    ASSERT_EQ(GetLastError(), static_cast<DWORD>(ERROR_IO_PENDING));
    OVERLAPPED* which = nullptr;
    EXPECT_TRUE(take(&which, &bytes)) << "it ended later";
}
TEST_F(FilePort, Stays_the_files_only_one) {
    const HANDLE other = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 0);
    EXPECT_FAILS_WITH(CreateIoCompletionPort(file, other, 1, 0), ERROR_INVALID_PARAMETER);
    CloseHandle(other);
}
TEST_F(FilePort, Rules_out_completion_routines) {
    OVERLAPPED how = {};
    char buffer[4];
    EXPECT_FAILS_WITH(ReadFileEx(file, buffer, sizeof buffer, &how, callback([](DWORD, DWORD, OVERLAPPED*) {})), ERROR_INVALID_PARAMETER);
}
TEST_F(FilePort, Is_refused_to_a_file_whose_calls_wait) {
    const FileHandle waits = open_file(folder / L"a");
    EXPECT_FAILS_WITH(CreateIoCompletionPort(waits, port, key, 0), ERROR_INVALID_PARAMETER);
}

} // namespace
