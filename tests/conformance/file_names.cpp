// SPDX-License-Identifier: MIT
// file_names.cpp: deleting, moving, folders. Sources: "DeleteFileW function", "MoveFileExW function",
// "RemoveDirectoryW function", "SetFileInformationByHandle function", Microsoft documentation.
#include "temporary_folder.h"

namespace {

bool move_file(const std::wstring& from, const std::wstring& to, DWORD flags = 0) {
    return MoveFileExW(from.c_str(), to.c_str(), flags);
}

bool set_delete(HANDLE file, bool remove) {
    FILE_DISPOSITION_INFO info = {static_cast<BOOLEAN>(remove)};
    return SetFileInformationByHandle(file, FileDispositionInfo, &info, sizeof info);
}

TEST(FileDelete, Says_what_is_missing) {
    TemporaryFolder folder;
    EXPECT_FAILS_WITH(DeleteFileW((folder / L"none").c_str()), ERROR_FILE_NOT_FOUND);
    EXPECT_FAILS_WITH(DeleteFileW((folder / L"none\\a").c_str()), ERROR_PATH_NOT_FOUND);
    EXPECT_FAILS_WITH(DeleteFileW(folder.path().c_str()), ERROR_ACCESS_DENIED);
}

TEST(FileDelete, A_disposition_takes_effect_when_the_last_handle_is_closed) {
    TemporaryFolder folder;
    create_file(folder / L"a", "x");
    FileHandle first = open_file(folder / L"a", GENERIC_READ | DELETE);
    FileHandle second = open_file(folder / L"a", GENERIC_READ);
    ASSERT_TRUE(set_delete(first, true));
    EXPECT_FAILS_WITH(open_file(folder / L"a", GENERIC_READ).valid(), ERROR_ACCESS_DENIED);
    first.close();
    FILE_STANDARD_INFO info;
    EXPECT_TRUE(GetFileInformationByHandleEx(second, FileStandardInfo, &info, sizeof info));
    EXPECT_TRUE(info.DeletePending);
    second.close();
    EXPECT_FALSE(exists(folder / L"a"));
}

TEST(FileDelete, A_disposition_can_be_taken_back) {
    TemporaryFolder folder;
    create_file(folder / L"a");
    FileHandle file = open_file(folder / L"a", DELETE);
    ASSERT_TRUE(set_delete(file, true));
    ASSERT_TRUE(set_delete(file, false));
    file.close();
    EXPECT_TRUE(exists(folder / L"a"));
}

TEST(Directory, Only_an_empty_one_is_removed) {
    TemporaryFolder folder;
    ASSERT_TRUE(CreateDirectoryW((folder / L"d").c_str(), nullptr));
    EXPECT_FAILS_WITH(CreateDirectoryW((folder / L"d").c_str(), nullptr), ERROR_ALREADY_EXISTS);
    EXPECT_FAILS_WITH(CreateDirectoryW((folder / L"none\\d").c_str(), nullptr), ERROR_PATH_NOT_FOUND);
    create_file(folder / L"d\\a");
    EXPECT_FAILS_WITH(RemoveDirectoryW((folder / L"d").c_str()), ERROR_DIR_NOT_EMPTY);
    EXPECT_TRUE(DeleteFileW((folder / L"d\\a").c_str()));
    EXPECT_TRUE(RemoveDirectoryW((folder / L"d").c_str()));
    EXPECT_FAILS_WITH(RemoveDirectoryW((folder / L"d").c_str()), ERROR_FILE_NOT_FOUND);
}

TEST(Directory, A_file_is_no_directory) {
    TemporaryFolder folder;
    create_file(folder / L"a");
    EXPECT_FAILS_WITH(RemoveDirectoryW((folder / L"a").c_str()), ERROR_DIRECTORY);
    EXPECT_FAILS_WITH(CreateDirectoryW((folder / L"a").c_str(), nullptr), ERROR_ALREADY_EXISTS);
}

TEST(FileMove, Replaces_only_when_asked_to) {
    TemporaryFolder folder;
    create_file(folder / L"a", "new");
    create_file(folder / L"b", "old");
    EXPECT_FAILS_WITH(move_file(folder / L"a", folder / L"b"), ERROR_ALREADY_EXISTS);
    EXPECT_TRUE(move_file(folder / L"a", folder / L"b", MOVEFILE_REPLACE_EXISTING));
    EXPECT_EQ(content_of(folder / L"b"), "new");
    EXPECT_FALSE(exists(folder / L"a"));
    EXPECT_FAILS_WITH(move_file(folder / L"a", folder / L"c"), ERROR_FILE_NOT_FOUND);
    EXPECT_FAILS_WITH(move_file(folder / L"b", folder / L"none\\c"), ERROR_PATH_NOT_FOUND);
}

TEST(FileMove, Can_change_the_case_alone) {
    TemporaryFolder folder;
    create_file(folder / L"name");
    EXPECT_TRUE(move_file(folder / L"name", folder / L"NAME"));
    WIN32_FIND_DATAW found;
    FindClose(FindFirstFileW((folder / L"name").c_str(), &found));
    EXPECT_STREQ(found.cFileName, L"NAME");
}

TEST(FileMove, Moves_directories_with_what_is_in_them) {
    TemporaryFolder folder;
    ASSERT_TRUE(CreateDirectoryW((folder / L"d").c_str(), nullptr));
    create_file(folder / L"d\\a", "x");
    EXPECT_TRUE(move_file(folder / L"d", folder / L"e"));
    EXPECT_EQ(content_of(folder / L"e\\a"), "x");
}

TEST(FileMove, Leaves_a_file_that_is_open_without_shared_deletion) {
    TemporaryFolder folder;
    create_file(folder / L"a");
    FileHandle file = open_file(folder / L"a", GENERIC_READ, OPEN_EXISTING, FILE_SHARE_READ);
    EXPECT_FAILS_WITH(move_file(folder / L"a", folder / L"b"), ERROR_SHARING_VIOLATION);
}

TEST(HardLink, Is_the_same_file) {
    TemporaryFolder folder;
    create_file(folder / L"a", "x");
    ASSERT_TRUE(CreateHardLinkW((folder / L"b").c_str(), (folder / L"a").c_str(), nullptr));
    FileHandle first = open_file(folder / L"a"), second = open_file(folder / L"b");
    BY_HANDLE_FILE_INFORMATION one, two;
    ASSERT_TRUE(GetFileInformationByHandle(first, &one));
    ASSERT_TRUE(GetFileInformationByHandle(second, &two));
    EXPECT_EQ(one.nNumberOfLinks, 2u);
    EXPECT_EQ(one.nFileIndexLow, two.nFileIndexLow);
    EXPECT_EQ(one.dwVolumeSerialNumber, two.dwVolumeSerialNumber);
}

TEST(FileNames, A_full_path_is_as_long_as_it_says) {
    TemporaryFolder folder;
    wchar_t buffer[MAX_PATH];
    const DWORD length = GetFullPathNameW((folder / L"x\\..\\y").c_str(), MAX_PATH, buffer, nullptr);
    EXPECT_EQ(std::wstring(buffer, length), folder / L"y");
}

} // namespace
