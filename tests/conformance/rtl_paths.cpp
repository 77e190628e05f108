// SPDX-License-Identifier: MIT
// What DOS paths mean (".NET: File path formats on Windows systems", "Naming Files, Paths, and Namespaces",
// Microsoft documentation), and the environment.
#include <gtest/gtest.h>

#include "rtl_calls.h"

#include <string>

namespace {

std::wstring full(const WCHAR* path) {
    WCHAR buffer[600];
    const DWORD size = GetFullPathNameW(path, 600, buffer, nullptr);
    return {buffer, size};
}

struct Paths : testing::Test {
    Paths() {
        GetCurrentDirectoryW(MAX_PATH, m_before);
        SetCurrentDirectoryW(L"C:\\Windows");
    }
    ~Paths() override { SetCurrentDirectoryW(m_before); }

private:
    WCHAR m_before[MAX_PATH];
};

} // namespace

TEST_F(Paths, Are_made_absolute_from_the_current_directory) {
    WCHAR current[MAX_PATH];
    ASSERT_NE(GetCurrentDirectoryW(MAX_PATH, current), 0u);
    if (lstrcmpiW(current, L"C:\\Windows") != 0) GTEST_SKIP() << "there is no C:\\Windows";
    EXPECT_EQ(full(L"x.txt"), std::wstring(current) + L"\\x.txt");
    EXPECT_EQ(full(L"."), current);
    EXPECT_EQ(full(L".."), L"C:\\");
    EXPECT_EQ(full(L"\\x"), L"C:\\x");
    EXPECT_EQ(full(L"C:x"), std::wstring(current) + L"\\x");
}

TEST_F(Paths, Are_normalised) {
    EXPECT_EQ(full(L"C:/a//b\\\\c"), L"C:\\a\\b\\c");
    EXPECT_EQ(full(L"C:\\a\\.\\b\\..\\c"), L"C:\\a\\c");
    EXPECT_EQ(full(L"C:\\..\\x"), L"C:\\x");
    EXPECT_EQ(full(L"C:\\a\\"), L"C:\\a\\");
    EXPECT_EQ(full(L"C:\\a. . "), L"C:\\a");
    EXPECT_EQ(full(L"C:\\dir.\\x"), L"C:\\dir\\x");
    EXPECT_EQ(full(L"C:\\a\\.."), L"C:\\");
    EXPECT_EQ(full(L"\\\\server\\share\\..\\x"), L"\\\\server\\share\\x");
    EXPECT_EQ(full(L"\\\\?\\C:\\a\\..\\b"), L"\\\\?\\C:\\b");
}

TEST_F(Paths, Of_reserved_names_are_devices) {
    EXPECT_EQ(full(L"NUL"), L"\\\\.\\NUL");
    EXPECT_EQ(full(L"com1"), L"\\\\.\\com1");
    const auto device = ntdll<ULONG NTAPI(const WCHAR*)>("RtlIsDosDeviceName_U");
    EXPECT_EQ(device(L"NUL"), 6u);
    EXPECT_EQ(device(L"C:\\NUL"), 6u << 16 | 6u);
    EXPECT_EQ(device(L"null"), 0u);
    EXPECT_EQ(device(L"\\\\server\\share\\nul"), 0u);
}

TEST_F(Paths, Too_small_a_buffer_is_told_the_size_with_the_NUL) {
    WCHAR buffer[4];
    EXPECT_EQ(GetFullPathNameW(L"C:\\abcd", 4, buffer, nullptr), 8u);
    WCHAR exact[8];
    EXPECT_EQ(GetFullPathNameW(L"C:\\abcd", 8, exact, nullptr), 7u);
}

TEST_F(Paths, Become_NT_names) {
    const auto convert =
        ntdll<BOOLEAN NTAPI(const WCHAR*, CountedText*, WCHAR**, void*)>("RtlDosPathNameToNtPathName_U");
    const auto free_string = ntdll<void NTAPI(CountedText*)>("RtlFreeUnicodeString");
    const auto nt_name = [&](const WCHAR* path) {
        CountedText name{};
        if (!convert(path, &name, nullptr, nullptr)) return std::wstring(L"(none)");
        const std::wstring result(name.buffer, name.length / sizeof(WCHAR));
        free_string(&name);
        return result;
    };
    EXPECT_EQ(nt_name(L"C:\\a\\..\\b"), L"\\??\\C:\\b");
    EXPECT_EQ(nt_name(L"\\\\server\\share\\x"), L"\\??\\UNC\\server\\share\\x");
    EXPECT_EQ(nt_name(L"\\\\?\\C:\\a\\..\\b"), L"\\??\\C:\\a\\..\\b"); // verbatim
    EXPECT_EQ(nt_name(L"\\\\.\\pipe\\x"), L"\\??\\pipe\\x");
    EXPECT_EQ(nt_name(L"nul"), L"\\??\\nul");
    EXPECT_EQ(nt_name(L""), L"(none)");
}

TEST(EnvironmentBlocks, Variables_are_set_found_and_deleted_without_regard_to_case) {
    EXPECT_TRUE(SetEnvironmentVariableW(L"Oriel_Test", L"value"));
    WCHAR buffer[20];
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_TEST", buffer, 20), 5u);
    EXPECT_STREQ(buffer, L"value");
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_TEST", buffer, 5), 6u); // with the NUL
    EXPECT_TRUE(SetEnvironmentVariableW(L"oriel_test", nullptr));
    SetLastError(0);
    EXPECT_EQ(GetEnvironmentVariableW(L"ORIEL_TEST", buffer, 20), 0u);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_ENVVAR_NOT_FOUND));
    EXPECT_FALSE(SetEnvironmentVariableW(L"a=b", L"c"));
}

TEST(EnvironmentBlocks, Known_names_between_percent_signs_are_expanded) {
    SetEnvironmentVariableW(L"ORIEL_A", L"xyz");
    WCHAR buffer[40];
    EXPECT_EQ(ExpandEnvironmentStringsW(L"<%oriel_a%|%ORIEL_NONE%|100%>", buffer, 40), 24u);
    EXPECT_STREQ(buffer, L"<xyz|%ORIEL_NONE%|100%>");
    EXPECT_EQ(ExpandEnvironmentStringsW(L"%ORIEL_A%", nullptr, 0), 4u);
    SetEnvironmentVariableW(L"ORIEL_A", nullptr);
}
