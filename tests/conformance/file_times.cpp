// SPDX-License-Identifier: MIT
// file_times.cpp: times and attributes. Sources: "SetFileTime function", "SetFileAttributesW function",
// Microsoft documentation.
#include "temporary_folder.h"

namespace {

FILETIME time_of(ULONGLONG ticks) {
    FILETIME time;
    time.dwLowDateTime = static_cast<DWORD>(ticks);
    time.dwHighDateTime = static_cast<DWORD>(ticks >> 32);
    return time;
}
ULONGLONG ticks_of(const FILETIME& time) {
    return static_cast<ULONGLONG>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
}

constexpr ULONGLONG some_time = 132223104001234567; // 2020-01-01 00:00:00.1234567

TEST(FileTimes, Keep_100_nanoseconds) {
    TemporaryFolder folder;
    FileHandle file = create_file(folder / L"a");
    const FILETIME written = time_of(some_time);
    ASSERT_TRUE(SetFileTime(file, nullptr, nullptr, &written));
    FILETIME now;
    ASSERT_TRUE(GetFileTime(file, nullptr, nullptr, &now));
    EXPECT_EQ(ticks_of(now), some_time);
    file.close();
    WIN32_FILE_ATTRIBUTE_DATA data;
    ASSERT_TRUE(GetFileAttributesExW((folder / L"a").c_str(), GetFileExInfoStandard, &data));
    EXPECT_EQ(ticks_of(data.ftLastWriteTime), some_time);
}

TEST(FileTimes, A_time_that_was_set_stays_although_the_handle_writes_on) {
    TemporaryFolder folder;
    {
        FileHandle file = create_file(folder / L"a");
        const FILETIME written = time_of(some_time);
        ASSERT_TRUE(SetFileTime(file, nullptr, nullptr, &written));
        DWORD bytes;
        ASSERT_TRUE(WriteFile(file, "x", 1, &bytes, nullptr));
    }
    WIN32_FILE_ATTRIBUTE_DATA data;
    ASSERT_TRUE(GetFileAttributesExW((folder / L"a").c_str(), GetFileExInfoStandard, &data));
    EXPECT_EQ(ticks_of(data.ftLastWriteTime), some_time);
}

TEST(FileTimes, Of_a_directory_can_be_set_too) {
    TemporaryFolder folder;
    FileHandle file =
        open_file(folder.path(), FILE_WRITE_ATTRIBUTES, OPEN_EXISTING, share_all, FILE_FLAG_BACKUP_SEMANTICS);
    const FILETIME written = time_of(some_time);
    ASSERT_TRUE(SetFileTime(file, nullptr, &written, &written));
    WIN32_FILE_ATTRIBUTE_DATA data;
    ASSERT_TRUE(GetFileAttributesExW(folder.path().c_str(), GetFileExInfoStandard, &data));
    EXPECT_EQ(ticks_of(data.ftLastWriteTime), some_time);
}

TEST(FileTimes, Need_the_right_to_be_set) {
    TemporaryFolder folder;
    create_file(folder / L"a");
    FileHandle file = open_file(folder / L"a", GENERIC_READ);
    const FILETIME written = time_of(some_time);
    EXPECT_FAILS_WITH(SetFileTime(file, nullptr, nullptr, &written), ERROR_ACCESS_DENIED);
}

TEST(FileAttributes, Read_only_comes_and_goes) {
    TemporaryFolder folder;
    create_file(folder / L"a");
    const std::wstring name = folder / L"a";
    ASSERT_TRUE(SetFileAttributesW(name.c_str(), FILE_ATTRIBUTE_READONLY));
    EXPECT_TRUE(GetFileAttributesW(name.c_str()) & FILE_ATTRIBUTE_READONLY);
    ASSERT_TRUE(SetFileAttributesW(name.c_str(), FILE_ATTRIBUTE_ARCHIVE));
    EXPECT_FALSE(GetFileAttributesW(name.c_str()) & FILE_ATTRIBUTE_READONLY);
}

TEST(FileAttributes, Of_what_is_not_there) {
    TemporaryFolder folder;
    EXPECT_FAILS_WITH(GetFileAttributesW((folder / L"none").c_str()) != INVALID_FILE_ATTRIBUTES,
                      ERROR_FILE_NOT_FOUND);
    EXPECT_FAILS_WITH(GetFileAttributesW((folder / L"none\\a").c_str()) != INVALID_FILE_ATTRIBUTES,
                      ERROR_PATH_NOT_FOUND);
    EXPECT_TRUE(GetFileAttributesW(folder.path().c_str()) & FILE_ATTRIBUTE_DIRECTORY);
}

TEST(FileInformation, By_handle_agrees_with_the_size) {
    TemporaryFolder folder;
    FileHandle file = create_file(folder / L"a", "12345");
    BY_HANDLE_FILE_INFORMATION info;
    ASSERT_TRUE(GetFileInformationByHandle(file, &info));
    EXPECT_EQ(info.nFileSizeLow, 5u);
    EXPECT_EQ(info.nFileSizeHigh, 0u);
    EXPECT_EQ(info.nNumberOfLinks, 1u);
    EXPECT_FALSE(info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
}

} // namespace
