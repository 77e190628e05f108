// SPDX-License-Identifier: MIT
// file_create.cpp: CreateFileW. Source: "CreateFileW function", Microsoft documentation; errors of names
// from observation on Windows 10 and Wine.
#include "temporary_folder.h"

namespace {

TEST(FileCreate, Tells_in_the_last_error_whether_the_file_was_there) {
    TemporaryFolder folder;
    SetLastError(0xDEAD);
    EXPECT_TRUE(open_file(folder / L"a", GENERIC_WRITE, CREATE_ALWAYS).valid());
    EXPECT_EQ(GetLastError(), 0u);
    EXPECT_TRUE(open_file(folder / L"a", GENERIC_WRITE, CREATE_ALWAYS).valid());
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_ALREADY_EXISTS));
    EXPECT_TRUE(open_file(folder / L"a", GENERIC_WRITE, OPEN_ALWAYS).valid());
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_ALREADY_EXISTS));
    EXPECT_TRUE(open_file(folder / L"b", GENERIC_WRITE, OPEN_ALWAYS).valid());
    EXPECT_EQ(GetLastError(), 0u);
}

TEST(FileCreate, Fails_with_the_reason) {
    TemporaryFolder folder;
    create_file(folder / L"a");
    EXPECT_FAILS_WITH(open_file(folder / L"a", GENERIC_WRITE, CREATE_NEW).valid(), ERROR_FILE_EXISTS);
    EXPECT_FAILS_WITH(open_file(folder / L"none").valid(), ERROR_FILE_NOT_FOUND);
    EXPECT_FAILS_WITH(open_file(folder / L"none", GENERIC_WRITE, TRUNCATE_EXISTING).valid(), ERROR_FILE_NOT_FOUND);
    EXPECT_FAILS_WITH(open_file(folder / L"none\\a").valid(), ERROR_PATH_NOT_FOUND);
    EXPECT_FAILS_WITH(open_file(folder / L"a\\b").valid(), ERROR_PATH_NOT_FOUND);
    EXPECT_FAILS_WITH(open_file(folder / L"a*").valid(), ERROR_INVALID_NAME);
    EXPECT_FAILS_WITH(open_file(folder.path()).valid(), ERROR_ACCESS_DENIED);
}

TEST(FileCreate, Opens_a_directory_with_backup_semantics) {
    TemporaryFolder folder;
    EXPECT_TRUE(open_file(folder.path(), GENERIC_READ, OPEN_EXISTING, share_all, FILE_FLAG_BACKUP_SEMANTICS).valid());
}

TEST(FileCreate, Finds_names_without_regard_to_case) {
    TemporaryFolder folder;
    create_file(folder / L"Grüße.TXT", "x");
    EXPECT_EQ(content_of(folder / L"GRÜßE.txt"), "x");
    EXPECT_FAILS_WITH(open_file(folder / L"GRÜSSE.txt").valid(), ERROR_FILE_NOT_FOUND);
}

TEST(FileCreate, Drops_periods_and_spaces_at_the_end_of_a_name) {
    TemporaryFolder folder;
    create_file(folder / L"name. .", "x");
    EXPECT_EQ(content_of(folder / L"name"), "x");
}

TEST(FileCreate, Truncates_with_TRUNCATE_EXISTING_and_CREATE_ALWAYS) {
    TemporaryFolder folder;
    create_file(folder / L"a", "content");
    EXPECT_TRUE(open_file(folder / L"a", GENERIC_WRITE, TRUNCATE_EXISTING).valid());
    EXPECT_EQ(content_of(folder / L"a"), "");
}

TEST(FileCreate, Respects_sharing) {
    TemporaryFolder folder;
    create_file(folder / L"a", "x");
    {
        FileHandle reader = open_file(folder / L"a", GENERIC_READ, OPEN_EXISTING, FILE_SHARE_READ);
        ASSERT_TRUE(reader.valid());
        EXPECT_TRUE(open_file(folder / L"a", GENERIC_READ, OPEN_EXISTING, FILE_SHARE_READ).valid());
        EXPECT_FAILS_WITH(open_file(folder / L"a", GENERIC_WRITE).valid(), ERROR_SHARING_VIOLATION);
        EXPECT_FAILS_WITH(open_file(folder / L"a", GENERIC_READ, OPEN_EXISTING, 0).valid(), ERROR_SHARING_VIOLATION);
        EXPECT_FAILS_WITH(DeleteFileW((folder / L"a").c_str()), ERROR_SHARING_VIOLATION);
        // Who only looks at attributes takes no part.
        EXPECT_TRUE(open_file(folder / L"a", 0, OPEN_EXISTING, 0).valid());
    }
    EXPECT_TRUE(open_file(folder / L"a", GENERIC_WRITE, OPEN_EXISTING, 0).valid());
}

TEST(FileCreate, Refuses_to_write_a_read_only_file) {
    TemporaryFolder folder;
    create_file(folder / L"a", "x");
    ASSERT_TRUE(SetFileAttributesW((folder / L"a").c_str(), FILE_ATTRIBUTE_READONLY));
    EXPECT_FAILS_WITH(open_file(folder / L"a", GENERIC_WRITE).valid(), ERROR_ACCESS_DENIED);
    EXPECT_FAILS_WITH(open_file(folder / L"a", GENERIC_WRITE, CREATE_ALWAYS).valid(), ERROR_ACCESS_DENIED);
    EXPECT_FAILS_WITH(DeleteFileW((folder / L"a").c_str()), ERROR_ACCESS_DENIED);
    EXPECT_TRUE(open_file(folder / L"a", GENERIC_READ).valid());
    ASSERT_TRUE(SetFileAttributesW((folder / L"a").c_str(), FILE_ATTRIBUTE_NORMAL));
    EXPECT_TRUE(DeleteFileW((folder / L"a").c_str()));
}

TEST(FileCreate, Deletes_on_close) {
    TemporaryFolder folder;
    {
        FileHandle file =
            open_file(folder / L"a", GENERIC_WRITE | DELETE, CREATE_NEW, share_all, FILE_FLAG_DELETE_ON_CLOSE);
        ASSERT_TRUE(file.valid());
        EXPECT_TRUE(exists(folder / L"a"));
    }
    EXPECT_FALSE(exists(folder / L"a"));
}

TEST(FileCreate, Opens_the_null_device) {
    FileHandle null = open_file(L"NUL");
    ASSERT_TRUE(null.valid());
    EXPECT_EQ(GetFileType(null), static_cast<DWORD>(FILE_TYPE_CHAR));
    char byte = 'x';
    DWORD bytes = 9;
    EXPECT_TRUE(WriteFile(null, &byte, 1, &bytes, nullptr));
    EXPECT_EQ(bytes, 1u);
    EXPECT_TRUE(ReadFile(null, &byte, 1, &bytes, nullptr));
    EXPECT_EQ(bytes, 0u);
}

TEST(FileCreate, A_fresh_file_has_the_archive_attribute) {
    TemporaryFolder folder;
    create_file(folder / L"a");
    EXPECT_EQ(GetFileAttributesW((folder / L"a").c_str()) & ~static_cast<DWORD>(FILE_ATTRIBUTE_NOT_CONTENT_INDEXED),
              static_cast<DWORD>(FILE_ATTRIBUTE_ARCHIVE));
}

TEST(FileCreate, Handles_allow_only_what_they_were_opened_for) {
    TemporaryFolder folder;
    create_file(folder / L"a", "x");
    char byte;
    DWORD bytes;
    FileHandle reader = open_file(folder / L"a", GENERIC_READ);
    EXPECT_FAILS_WITH(WriteFile(reader, "x", 1, &bytes, nullptr), ERROR_ACCESS_DENIED);
    EXPECT_FAILS_WITH(FlushFileBuffers(reader), ERROR_ACCESS_DENIED);
    EXPECT_FAILS_WITH(SetEndOfFile(reader), ERROR_ACCESS_DENIED);
    FileHandle writer = open_file(folder / L"a", GENERIC_WRITE);
    EXPECT_FAILS_WITH(ReadFile(writer, &byte, 1, &bytes, nullptr), ERROR_ACCESS_DENIED);
}

// "File Security and Access Rights", "ACCESS_MASK" (MAXIMUM_ALLOWED): what may be had, so a read-only file is opened
// without the right to write. What is asked for by name must be there.
TEST(FileCreate, Gives_as_much_as_is_allowed) {
    TemporaryFolder folder;
    create_file(folder / L"a", "text");
    ASSERT_TRUE(SetFileAttributesW((folder / L"a").c_str(), FILE_ATTRIBUTE_READONLY));
    const FileHandle file = open_file(folder / L"a", MAXIMUM_ALLOWED);
    ASSERT_TRUE(file.valid());
    char buffer[8];
    DWORD bytes = 0;
    EXPECT_TRUE(ReadFile(file, buffer, sizeof buffer, &bytes, nullptr));
    EXPECT_EQ(bytes, 4u);
    EXPECT_FAILS_WITH(WriteFile(file, buffer, 1, &bytes, nullptr), ERROR_ACCESS_DENIED);
    EXPECT_FAILS_WITH(open_file(folder / L"a", MAXIMUM_ALLOWED | GENERIC_WRITE).valid(), ERROR_ACCESS_DENIED);
    ASSERT_TRUE(SetFileAttributesW((folder / L"a").c_str(), FILE_ATTRIBUTE_NORMAL));
    const FileHandle writable = open_file(folder / L"a", MAXIMUM_ALLOWED);
    EXPECT_TRUE(WriteFile(writable, buffer, 1, &bytes, nullptr));
}

} // namespace
