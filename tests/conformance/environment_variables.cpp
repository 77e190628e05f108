// SPDX-License-Identifier: MIT
// environment_variables.cpp: the environment, the command line, the current directory.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include <string>
#include <windows.h>

// "GetEnvironmentVariable function": the length without NUL if it fits, the size with it if not.
TEST(Environment, A_variable_is_read_with_its_size) {
    ASSERT_TRUE(SetEnvironmentVariableW(L"ORIEL_TEST", L"value"));
    WCHAR buffer[16];
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_TEST", buffer, 16), 5u);
    EXPECT_STREQ(buffer, L"value");
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_TEST", buffer, 5), 6u);
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_TEST", buffer, 6), 5u);
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_TEST", nullptr, 0), 6u);
    char narrow[16];
    EXPECT_EQ(GetEnvironmentVariableA("ORIEL_TEST", narrow, 16), 5u);
    EXPECT_STREQ(narrow, "value");
    EXPECT_EQ(GetEnvironmentVariableA("ORIEL_TEST", narrow, 5), 6u);
}

// "GetEnvironmentVariable function": names have no case; a missing one is ERROR_ENVVAR_NOT_FOUND.
TEST(Environment, Names_have_no_case) {
    ASSERT_TRUE(SetEnvironmentVariableW(L"Oriel_Case", L"x"));
    WCHAR buffer[4];
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_CASE", buffer, 4), 1u);
    EXPECT_TRUE(SetEnvironmentVariableW(L"oriel_CASE", nullptr));
    SetLastError(0xDEAD);
    EXPECT_EQ(GetEnvironmentVariableW(L"Oriel_Case", buffer, 4), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ENVVAR_NOT_FOUND});
}

// "SetEnvironmentVariable function": a name holds no equals sign.
TEST(Environment, A_name_without_sense_fails) {
    SetLastError(0xDEAD);
    EXPECT_FALSE(SetEnvironmentVariableW(L"A=B", L"x"));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "SetEnvironmentVariable function": an empty value is a value.
TEST(Environment, An_empty_value_is_kept) {
    ASSERT_TRUE(SetEnvironmentVariableW(L"ORIEL_EMPTY", L""));
    WCHAR buffer[4] = L"zz";
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_EMPTY", buffer, 4), 0u);
    EXPECT_STREQ(buffer, L"");
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_EMPTY", nullptr, 0), 1u);
    SetEnvironmentVariableW(L"ORIEL_EMPTY", nullptr);
}

// "GetEnvironmentStrings function": NAME=value strings behind each other, an empty one ends them.
TEST(Environment, The_block_holds_what_was_set) {
    ASSERT_TRUE(SetEnvironmentVariableW(L"ORIEL_BLOCK", L"in it"));
    WCHAR* block = GetEnvironmentStringsW();
    ASSERT_NE(block, nullptr);
    bool found = false;
    for (const WCHAR* at = block; *at; at += wcslen(at) + 1) found = found || wcscmp(at, L"ORIEL_BLOCK=in it") == 0;
    EXPECT_TRUE(found);
    EXPECT_TRUE(FreeEnvironmentStringsW(block));
}

// "ExpandEnvironmentStrings function": %NAME%; unknown names stay; the size counts the NUL.
TEST(Environment, Names_between_percent_signs_are_expanded) {
    ASSERT_TRUE(SetEnvironmentVariableW(L"ORIEL_E", L"abc"));
    WCHAR buffer[64];
    EXPECT_EQ(ExpandEnvironmentStringsW(L"<%oriel_e%>", buffer, 64), 6u);
    EXPECT_STREQ(buffer, L"<abc>");
    EXPECT_EQ(ExpandEnvironmentStringsW(L"%NO_SUCH_THING%%", buffer, 64), 17u);
    EXPECT_STREQ(buffer, L"%NO_SUCH_THING%%");
    EXPECT_EQ(ExpandEnvironmentStringsW(L"%ORIEL_E%%ORIEL_E%", nullptr, 0), 7u);
}

// "GetCommandLine function".
TEST(CommandLine, Is_the_same_in_both_forms) {
    const std::wstring wide = GetCommandLineW();
    const std::string narrow = GetCommandLineA();
    EXPECT_EQ(std::wstring(narrow.begin(), narrow.end()), wide);
    EXPECT_NE(wide.find(L"environment_variables"), std::wstring::npos);
    EXPECT_EQ(GetCommandLineA(), GetCommandLineA());
}

// "GetStartupInfo function".
TEST(StartupInfo, Has_its_size) {
    STARTUPINFOA a;
    STARTUPINFOW w;
    GetStartupInfoA(&a);
    GetStartupInfoW(&w);
    EXPECT_EQ(a.cb, sizeof a);
    EXPECT_EQ(w.cb, sizeof w);
    EXPECT_EQ(a.dwFlags, w.dwFlags);
}

// "GetModuleFileName function": a buffer that is too small gets a cut name and ERROR_INSUFFICIENT_BUFFER.
TEST(ModuleFileName, Is_cut_to_the_buffer) {
    WCHAR path[MAX_PATH];
    const DWORD length = GetModuleFileNameW(nullptr, path, MAX_PATH);
    ASSERT_GT(length, 4u);
    EXPECT_EQ(path[1], L':');
    WCHAR small[4] = {1, 1, 1, 1};
    EXPECT_EQ(GetModuleFileNameW(nullptr, small, 4), 4u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    EXPECT_EQ(std::wstring(small), std::wstring(path, 3));
}

// "GetStdHandle function": anything but the three constants is wrong.
TEST(StandardHandles, Only_three_numbers_have_one) {
    EXPECT_EQ(GetStdHandle(5), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    HANDLE old = GetStdHandle(STD_ERROR_HANDLE);
    EXPECT_TRUE(SetStdHandle(STD_ERROR_HANDLE, reinterpret_cast<HANDLE>(0x1234)));
    EXPECT_EQ(GetStdHandle(STD_ERROR_HANDLE), reinterpret_cast<HANDLE>(0x1234));
    EXPECT_TRUE(SetStdHandle(STD_ERROR_HANDLE, old));
}

// "SetCurrentDirectory function", "GetCurrentDirectory function".
TEST(CurrentDirectory, Can_be_set_and_read) {
    WCHAR before[MAX_PATH], temp[MAX_PATH], now[MAX_PATH];
    ASSERT_GT(GetCurrentDirectoryW(MAX_PATH, before), 0u);
    DWORD length = GetTempPathW(MAX_PATH, temp);
    ASSERT_GT(length, 0u);
    ASSERT_EQ(temp[length - 1], L'\\'); // "GetTempPathW function": ends with a backslash
    ASSERT_TRUE(SetCurrentDirectoryW(temp));
    EXPECT_EQ(GetCurrentDirectoryW(MAX_PATH, now), length - 1);
    EXPECT_EQ(GetCurrentDirectoryW(3, now), length); // with the NUL, when it does not fit
    EXPECT_FALSE(SetCurrentDirectoryW(L"C:\\oriel\\no\\such\\directory"));
    EXPECT_TRUE(SetCurrentDirectoryW(before));
}
