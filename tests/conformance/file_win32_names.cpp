// SPDX-License-Identifier: MIT
// file_win32_names.cpp: Win32's own part of files: dispositions and the last error, paths, moving, copying.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include "temporary_folder.h"

#include <string>
#include <windows.h>

namespace {

class FileOfWin32 : public testing::Test {
protected:
    std::wstring path(const wchar_t* name) const { return folder / name; }
    HANDLE open(const std::wstring& name, DWORD disposition, DWORD access = GENERIC_READ | GENERIC_WRITE,
                DWORD flags = FILE_ATTRIBUTE_NORMAL) {
        SetLastError(0xDEAD);
        return CreateFileW(name.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                           disposition, flags, nullptr);
    }
    void make(const std::wstring& name, const char* text = "") {
        HANDLE file = open(name, CREATE_ALWAYS);
        ASSERT_NE(file, INVALID_HANDLE_VALUE);
        DWORD written = 0;
        if (*text) {
            EXPECT_TRUE(WriteFile(file, text, static_cast<DWORD>(strlen(text)), &written, nullptr));
        }
        CloseHandle(file);
    }
    TemporaryFolder folder;
};

} // namespace

// "CreateFileW function": what each disposition does, and ERROR_ALREADY_EXISTS on success.
TEST_F(FileOfWin32, Dispositions_set_the_last_error) {
    const std::wstring name = path(L"file");
    HANDLE file = open(name, OPEN_EXISTING);
    EXPECT_EQ(file, INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    file = open(name, TRUNCATE_EXISTING);
    EXPECT_EQ(file, INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    file = open(name, OPEN_ALWAYS);
    EXPECT_NE(file, INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), 0u);
    CloseHandle(file);
    file = open(name, OPEN_ALWAYS);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    CloseHandle(file);
    file = open(name, CREATE_ALWAYS);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    CloseHandle(file);
    file = open(name, CREATE_NEW);
    EXPECT_EQ(file, INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_EXISTS});
    file = open(name, OPEN_EXISTING);
    EXPECT_NE(file, INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), 0u);
    CloseHandle(file);
    file = open(name, 77);
    EXPECT_EQ(file, INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "CreateFileW function": directories need FILE_FLAG_BACKUP_SEMANTICS; a missing folder is a missing path.
TEST_F(FileOfWin32, A_directory_is_opened_only_on_request) {
    EXPECT_EQ(open(folder.path(), OPEN_EXISTING, GENERIC_READ), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ACCESS_DENIED});
    HANDLE directory = open(folder.path(), OPEN_EXISTING, GENERIC_READ, FILE_FLAG_BACKUP_SEMANTICS);
    EXPECT_NE(directory, INVALID_HANDLE_VALUE);
    CloseHandle(directory);
    EXPECT_EQ(open(path(L"no\\such"), OPEN_EXISTING), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PATH_NOT_FOUND});
    EXPECT_EQ(open(L"", OPEN_EXISTING), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PATH_NOT_FOUND});
}

// "CreateDirectoryW function", "RemoveDirectoryW function", "DeleteFileW function".
TEST_F(FileOfWin32, Directories_are_made_and_removed) {
    const std::wstring name = path(L"directory");
    EXPECT_TRUE(CreateDirectoryW(name.c_str(), nullptr));
    EXPECT_FALSE(CreateDirectoryW(name.c_str(), nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    EXPECT_FALSE(CreateDirectoryW(path(L"no\\such").c_str(), nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PATH_NOT_FOUND});
    make(name + L"\\file");
    EXPECT_FALSE(RemoveDirectoryW(name.c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_DIR_NOT_EMPTY});
    EXPECT_FALSE(DeleteFileW(name.c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ACCESS_DENIED});
    EXPECT_FALSE(RemoveDirectoryW((name + L"\\file").c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_DIRECTORY});
    EXPECT_TRUE(DeleteFileW((name + L"\\file").c_str()));
    EXPECT_FALSE(DeleteFileW((name + L"\\file").c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    EXPECT_TRUE(RemoveDirectoryW(name.c_str()));
}

// "GetFileAttributesW function", "SetFileAttributesW function": a read-only file is not deleted.
TEST_F(FileOfWin32, Attributes_can_be_set) {
    const std::wstring name = path(L"attributes");
    make(name);
    EXPECT_EQ(GetFileAttributesW(folder.path().c_str()) & FILE_ATTRIBUTE_DIRECTORY, DWORD{FILE_ATTRIBUTE_DIRECTORY});
    EXPECT_TRUE(SetFileAttributesW(name.c_str(), FILE_ATTRIBUTE_READONLY));
    EXPECT_EQ(GetFileAttributesW(name.c_str()), DWORD{FILE_ATTRIBUTE_READONLY});
    EXPECT_FALSE(DeleteFileW(name.c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ACCESS_DENIED});
    EXPECT_TRUE(SetFileAttributesW(name.c_str(), FILE_ATTRIBUTE_NORMAL));
    EXPECT_TRUE(DeleteFileW(name.c_str()));
    EXPECT_EQ(GetFileAttributesW(name.c_str()), INVALID_FILE_ATTRIBUTES);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
}

// "SetFilePointer function", "GetFileSize function".
TEST_F(FileOfWin32, The_file_pointer_moves) {
    HANDLE file = open(path(L"pointer"), CREATE_ALWAYS);
    DWORD done = 0;
    ASSERT_TRUE(WriteFile(file, "0123456789", 10, &done, nullptr));
    EXPECT_EQ(SetFilePointer(file, -3, nullptr, FILE_CURRENT), 7u);
    EXPECT_EQ(SetFilePointer(file, -1, nullptr, FILE_END), 9u);
    EXPECT_EQ(SetFilePointer(file, 4, nullptr, FILE_BEGIN), 4u);
    EXPECT_EQ(SetFilePointer(file, -5, nullptr, FILE_BEGIN), INVALID_SET_FILE_POINTER);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NEGATIVE_SEEK});
    char c = 0;
    EXPECT_TRUE(ReadFile(file, &c, 1, &done, nullptr));
    EXPECT_EQ(c, '4'); // the failed move did not move it
    EXPECT_TRUE(SetEndOfFile(file));
    EXPECT_EQ(GetFileSize(file, nullptr), 5u);
    LONG high = 1;
    EXPECT_EQ(SetFilePointer(file, 0, &high, FILE_BEGIN), 0u);
    EXPECT_EQ(high, 1);
    EXPECT_TRUE(ReadFile(file, &c, 1, &done, nullptr)); // behind the end there is nothing, and that is no error
    EXPECT_EQ(done, 0u);
    CloseHandle(file);
}

// "ReadFile function", lpOverlapped: its offset counts, also for a synchronous file; the end is ERROR_HANDLE_EOF.
TEST_F(FileOfWin32, An_overlapped_structure_gives_the_offset) {
    make(path(L"offset"), "abcdef");
    HANDLE file = open(path(L"offset"), OPEN_EXISTING);
    OVERLAPPED overlapped{};
    overlapped.Offset = 2;
    char buffer[8] = {};
    DWORD done = 0;
    EXPECT_TRUE(ReadFile(file, buffer, 3, &done, &overlapped));
    EXPECT_EQ(std::string(buffer), "cde");
    overlapped = {};
    overlapped.Offset = 100;
    EXPECT_FALSE(ReadFile(file, buffer, 3, &done, &overlapped));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_HANDLE_EOF});
    CloseHandle(file);
}

// "MoveFileExW function".
TEST_F(FileOfWin32, Moving_replaces_only_on_request) {
    make(path(L"from"), "new");
    make(path(L"to"), "old");
    EXPECT_FALSE(MoveFileW(path(L"from").c_str(), path(L"to").c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    EXPECT_TRUE(MoveFileExW(path(L"from").c_str(), path(L"to").c_str(), MOVEFILE_REPLACE_EXISTING));
    EXPECT_EQ(GetFileAttributesW(path(L"from").c_str()), INVALID_FILE_ATTRIBUTES);
    EXPECT_FALSE(MoveFileW(path(L"from").c_str(), path(L"elsewhere").c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    ASSERT_TRUE(CreateDirectoryW(path(L"d1").c_str(), nullptr));
    EXPECT_TRUE(MoveFileW(path(L"d1").c_str(), path(L"d2").c_str()));
}

// "CopyFileW function": the attributes and the write time go with the bytes.
TEST_F(FileOfWin32, Copying_takes_over_the_write_time) {
    make(path(L"source"), "contents");
    HANDLE file = open(path(L"source"), OPEN_EXISTING);
    const FILETIME time{0x12345680, 0x01C00000};
    EXPECT_TRUE(SetFileTime(file, nullptr, nullptr, &time));
    CloseHandle(file);
    EXPECT_TRUE(CopyFileW(path(L"source").c_str(), path(L"copy").c_str(), TRUE));
    EXPECT_FALSE(CopyFileW(path(L"source").c_str(), path(L"copy").c_str(), TRUE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_EXISTS});
    WIN32_FILE_ATTRIBUTE_DATA data;
    ASSERT_TRUE(GetFileAttributesExW(path(L"copy").c_str(), GetFileExInfoStandard, &data));
    EXPECT_EQ(data.nFileSizeLow, 8u);
    EXPECT_EQ(data.ftLastWriteTime.dwHighDateTime, time.dwHighDateTime);
    EXPECT_EQ(data.ftLastWriteTime.dwLowDateTime, time.dwLowDateTime);
}

// "FindFirstFileW function".
TEST_F(FileOfWin32, Searching_finds_by_pattern) {
    for (const wchar_t* name : {L"one.txt", L"two.txt", L"three.dat"}) make(path(name));
    WIN32_FIND_DATAW data;
    HANDLE search = FindFirstFileW(path(L"*.txt").c_str(), &data);
    ASSERT_NE(search, INVALID_HANDLE_VALUE);
    int count = 0;
    do {
        ++count;
        EXPECT_EQ(std::wstring(data.cFileName).substr(3), L".txt");
    } while (FindNextFileW(search, &data));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NO_MORE_FILES});
    EXPECT_EQ(count, 2);
    EXPECT_TRUE(FindClose(search));
    EXPECT_EQ(FindFirstFileW(path(L"*.none").c_str(), &data), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    EXPECT_EQ(FindFirstFileW(path(L"no\\*").c_str(), &data), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PATH_NOT_FOUND});
    EXPECT_FALSE(FindClose(INVALID_HANDLE_VALUE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
}

// "GetFullPathNameW function".
TEST(FullPathName, Is_text_only) {
    WCHAR buffer[MAX_PATH];
    WCHAR* part = nullptr;
    EXPECT_EQ(GetFullPathNameW(L"C:\\a\\.\\b\\..\\c.txt", MAX_PATH, buffer, &part), 10u);
    EXPECT_STREQ(buffer, L"C:\\a\\c.txt");
    EXPECT_EQ(part, buffer + 5);
    EXPECT_EQ(GetFullPathNameW(L"C:\\a\\c.txt", 5, buffer, nullptr), 11u);
    EXPECT_GT(GetFullPathNameW(L"relative", MAX_PATH, buffer, nullptr), 10u);
    EXPECT_EQ(GetFullPathNameW(L"C:/x/y/", MAX_PATH, buffer, &part), 7u);
    EXPECT_STREQ(buffer, L"C:\\x\\y\\");
    EXPECT_EQ(part, nullptr);
}

// "GetTempFileNameW function".
TEST_F(FileOfWin32, Temporary_names_are_made_and_reserved) {
    WCHAR name[MAX_PATH];
    EXPECT_NE(GetTempFileNameW(folder.path().c_str(), L"orielX", 0, name), 0u);
    EXPECT_NE(GetFileAttributesW(name), INVALID_FILE_ATTRIBUTES);
    EXPECT_EQ(std::wstring(name).substr(folder.path().size() + 1, 3), L"ori");
    EXPECT_EQ(GetTempFileNameW(folder.path().c_str(), L"ori", 0x12AB, name), 0x12ABu);
    EXPECT_EQ(GetFileAttributesW(name), INVALID_FILE_ATTRIBUTES);
    EXPECT_EQ(GetTempFileNameW(path(L"missing").c_str(), L"ori", 0, name), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_DIRECTORY});
}

// "CreateFileMappingW function", "MapViewOfFile function".
TEST_F(FileOfWin32, A_file_can_be_mapped) {
    make(path(L"mapped"), "mapped bytes");
    HANDLE file = open(path(L"mapped"), OPEN_EXISTING);
    HANDLE mapping = CreateFileMappingW(file, nullptr, PAGE_READWRITE, 0, 0, nullptr);
    ASSERT_NE(mapping, nullptr);
    auto* view = static_cast<char*>(MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0));
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(std::string(view, 12), "mapped bytes");
    view[0] = 'M';
    EXPECT_TRUE(FlushViewOfFile(view, 0));
    EXPECT_TRUE(UnmapViewOfFile(view));
    CloseHandle(mapping);
    char c = 0;
    DWORD done = 0;
    EXPECT_TRUE(ReadFile(file, &c, 1, &done, nullptr));
    EXPECT_EQ(c, 'M');
    CloseHandle(file);
    EXPECT_EQ(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, 0, nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}
