// SPDX-License-Identifier: MIT
// console_modes.cpp: the console functions on handles that are no consoles', and Ctrl handlers.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include <windows.h>

namespace {

/// The two ends of a pipe: handles that surely are no console's.
class ConsoleOfAPipe : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(CreatePipe(&read_end, &write_end, nullptr, 0)); }
    void TearDown() override {
        CloseHandle(read_end);
        CloseHandle(write_end);
    }
    HANDLE read_end = nullptr;
    HANDLE write_end = nullptr;
};

volatile LONG events_seen = 0;
BOOL WINAPI count_event(DWORD event) {
    InterlockedAdd(&events_seen, event == CTRL_BREAK_EVENT ? 1 : 100);
    return TRUE;
}
BOOL WINAPI pass_event(DWORD) {
    InterlockedAdd(&events_seen, 10);
    return FALSE;
}

} // namespace

// "GetConsoleMode function": programs use its failure to see that output is redirected.
TEST_F(ConsoleOfAPipe, Has_no_mode) {
    DWORD mode = 1;
    SetLastError(0xDEAD);
    EXPECT_FALSE(GetConsoleMode(write_end, &mode));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    EXPECT_FALSE(SetConsoleMode(read_end, 0));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
}

TEST_F(ConsoleOfAPipe, Takes_no_text) {
    DWORD written = 0;
    SetLastError(0xDEAD);
    EXPECT_FALSE(WriteConsoleW(write_end, L"x", 1, &written, nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    CONSOLE_SCREEN_BUFFER_INFO info;
    EXPECT_FALSE(GetConsoleScreenBufferInfo(write_end, &info));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
}

// "GetFileType function", "PeekNamedPipe function".
TEST_F(ConsoleOfAPipe, Is_a_pipe) {
    EXPECT_EQ(GetFileType(read_end), DWORD{FILE_TYPE_PIPE});
    DWORD written = 0, available = 0, read = 0;
    ASSERT_TRUE(WriteFile(write_end, "hello", 5, &written, nullptr));
    EXPECT_EQ(written, 5u);
    char buffer[16] = {};
    EXPECT_TRUE(PeekNamedPipe(read_end, nullptr, 0, &read, &available, nullptr));
    EXPECT_EQ(read, 0u);
    EXPECT_EQ(available, 5u);
    EXPECT_TRUE(ReadFile(read_end, buffer, 16, &read, nullptr));
    EXPECT_EQ(read, 5u);
    EXPECT_STREQ(buffer, "hello");
}

// "ReadFile function": when the other end of a pipe is closed, ERROR_BROKEN_PIPE.
TEST(Pipe, Breaks_when_its_writer_goes) {
    HANDLE read_end, write_end;
    ASSERT_TRUE(CreatePipe(&read_end, &write_end, nullptr, 0));
    DWORD done = 0;
    ASSERT_TRUE(WriteFile(write_end, "ab", 2, &done, nullptr));
    CloseHandle(write_end);
    char buffer[8];
    EXPECT_TRUE(ReadFile(read_end, buffer, 8, &done, nullptr));
    EXPECT_EQ(done, 2u);
    EXPECT_FALSE(ReadFile(read_end, buffer, 8, &done, nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_BROKEN_PIPE});
    CloseHandle(read_end);
}

// "SetConsoleCtrlHandler function": the last one registered is called first, until one answers TRUE.
TEST(ControlHandlers, Are_added_and_removed) {
    EXPECT_TRUE(SetConsoleCtrlHandler(count_event, TRUE));
    EXPECT_TRUE(SetConsoleCtrlHandler(pass_event, TRUE));
    EXPECT_TRUE(SetConsoleCtrlHandler(pass_event, FALSE));
    EXPECT_TRUE(SetConsoleCtrlHandler(count_event, FALSE));
    SetLastError(0xDEAD);
    EXPECT_FALSE(SetConsoleCtrlHandler(count_event, FALSE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "GenerateConsoleCtrlEvent function": only two kinds of event.
TEST(ControlHandlers, Only_two_events_can_be_made) {
    EXPECT_FALSE(GenerateConsoleCtrlEvent(CTRL_CLOSE_EVENT, 0));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}
