// SPDX-License-Identifier: MIT
// console_files.cpp: what is a console and what is not. Sources: "GetConsoleMode function", "SetConsoleCP
// function", Microsoft documentation. Tests that need a terminal are skipped without one.
#include "temporary_folder.h"

namespace {

TEST(Console, A_file_has_no_mode) {
    TemporaryFolder folder;
    FileHandle file = create_file(folder / L"a");
    DWORD mode;
    EXPECT_FAILS_WITH(GetConsoleMode(file, &mode), ERROR_INVALID_HANDLE);
    EXPECT_FAILS_WITH(WriteConsoleW(file, L"x", 1, &mode, nullptr), ERROR_INVALID_HANDLE);
    EXPECT_EQ(GetFileType(file), static_cast<DWORD>(FILE_TYPE_DISK));
}

TEST(Console, Modes_are_kept_and_contradictions_refused) {
    FileHandle out = open_file(L"CONOUT$");
    FileHandle in = open_file(L"CONIN$");
    if (!out.valid() || !in.valid()) GTEST_SKIP() << "no terminal";
    DWORD mode = 0;
    ASSERT_TRUE(GetConsoleMode(out, &mode));
    EXPECT_TRUE(mode & ENABLE_PROCESSED_OUTPUT);
    EXPECT_TRUE(SetConsoleMode(out, mode | 4)); // ENABLE_VIRTUAL_TERMINAL_PROCESSING
    DWORD now = 0;
    EXPECT_TRUE(GetConsoleMode(out, &now));
    EXPECT_EQ(now, mode | 4);
    EXPECT_TRUE(SetConsoleMode(out, mode));
    ASSERT_TRUE(GetConsoleMode(in, &mode));
    EXPECT_TRUE(mode & ENABLE_LINE_INPUT);
    EXPECT_FAILS_WITH(SetConsoleMode(in, (mode & ~ENABLE_LINE_INPUT) | ENABLE_ECHO_INPUT), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(GetFileType(out), static_cast<DWORD>(FILE_TYPE_CHAR));
}

TEST(Console, Has_a_window_in_its_buffer) {
    FileHandle out = open_file(L"CONOUT$");
    if (!out.valid()) GTEST_SKIP() << "no terminal";
    CONSOLE_SCREEN_BUFFER_INFO info;
    ASSERT_TRUE(GetConsoleScreenBufferInfo(out, &info));
    EXPECT_GT(info.dwSize.X, 0);
    EXPECT_LT(info.srWindow.Right, info.dwSize.X);
    EXPECT_FAILS_WITH(SetConsoleCursorPosition(out, {-1, 0}), ERROR_INVALID_PARAMETER);
}

TEST(Console, Code_pages_can_be_set) {
    if (GetConsoleOutputCP() == 0) GTEST_SKIP() << "no console";
    const UINT before = GetConsoleOutputCP();
    EXPECT_TRUE(SetConsoleOutputCP(65001));
    EXPECT_EQ(GetConsoleOutputCP(), 65001u);
    EXPECT_TRUE(SetConsoleOutputCP(before));
    EXPECT_FAILS_WITH(SetConsoleOutputCP(12345), ERROR_INVALID_PARAMETER);
}

} // namespace
