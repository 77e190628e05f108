// SPDX-License-Identifier: MIT
// file_io.cpp: bytes, positions, sizes, locks. Sources: "ReadFile function", "WriteFile function",
// "SetFilePointerEx function", "LockFileEx function", Microsoft documentation.
#include "temporary_folder.h"

namespace {

std::string read_some(HANDLE file, DWORD most) {
    std::string text(most, '\0');
    DWORD bytes = 0xDEAD;
    if (!ReadFile(file, text.data(), most, &bytes, nullptr)) return "<failed>";
    text.resize(bytes);
    return text;
}
LONGLONG seek(HANDLE file, LONGLONG distance, DWORD method) {
    LARGE_INTEGER offset, now;
    offset.QuadPart = distance;
    return SetFilePointerEx(file, offset, &now, method) ? now.QuadPart : -1;
}

TEST(FileIo, Reading_at_the_end_succeeds_with_nothing) {
    TemporaryFolder folder;
    create_file(folder / L"a", "0123456789");
    FileHandle file = open_file(folder / L"a");
    EXPECT_EQ(read_some(file, 4), "0123");
    EXPECT_EQ(read_some(file, 100), "456789");
    EXPECT_EQ(read_some(file, 100), "");
    EXPECT_EQ(read_some(file, 0), "");
}

TEST(FileIo, The_pointer_moves_three_ways_and_not_before_the_begin) {
    TemporaryFolder folder;
    create_file(folder / L"a", "0123456789");
    FileHandle file = open_file(folder / L"a");
    EXPECT_EQ(seek(file, 3, FILE_BEGIN), 3);
    EXPECT_EQ(seek(file, 2, FILE_CURRENT), 5);
    EXPECT_EQ(seek(file, -1, FILE_END), 9);
    EXPECT_FAILS_WITH(seek(file, -20, FILE_CURRENT) != -1, ERROR_NEGATIVE_SEEK);
    EXPECT_EQ(seek(file, 100, FILE_BEGIN), 100);
    EXPECT_EQ(read_some(file, 1), "");
}

TEST(FileIo, Writing_behind_the_end_fills_with_zeros) {
    TemporaryFolder folder;
    FileHandle file = create_file(folder / L"a");
    EXPECT_EQ(seek(file, 3, FILE_BEGIN), 3);
    DWORD bytes;
    EXPECT_TRUE(WriteFile(file, "x", 1, &bytes, nullptr));
    EXPECT_EQ(content_of(folder / L"a"), std::string("\0\0\0x", 4));
}

TEST(FileIo, The_end_of_file_is_set_where_the_pointer_is) {
    TemporaryFolder folder;
    FileHandle file = create_file(folder / L"a", "0123456789");
    EXPECT_EQ(seek(file, 4, FILE_BEGIN), 4);
    EXPECT_TRUE(SetEndOfFile(file));
    EXPECT_EQ(GetFileSize(file, nullptr), 4u);
    EXPECT_EQ(seek(file, 6, FILE_BEGIN), 6);
    EXPECT_TRUE(SetEndOfFile(file));
    EXPECT_EQ(content_of(folder / L"a"), std::string("0123\0\0", 6));
}

TEST(FileIo, A_handle_that_may_only_append_appends) {
    TemporaryFolder folder;
    create_file(folder / L"a", "start");
    FileHandle file = open_file(folder / L"a", FILE_APPEND_DATA);
    DWORD bytes;
    EXPECT_TRUE(WriteFile(file, "+1", 2, &bytes, nullptr));
    EXPECT_TRUE(WriteFile(file, "+2", 2, &bytes, nullptr));
    EXPECT_EQ(content_of(folder / L"a"), "start+1+2");
}

TEST(FileIo, An_OVERLAPPED_gives_the_offset_also_without_the_flag) {
    TemporaryFolder folder;
    create_file(folder / L"a", "0123456789");
    FileHandle file = open_file(folder / L"a");
    char buffer[4] = {};
    DWORD bytes = 0;
    OVERLAPPED where = {};
    where.Offset = 5;
    EXPECT_TRUE(ReadFile(file, buffer, 3, &bytes, &where));
    EXPECT_EQ(std::string(buffer, bytes), "567");
    EXPECT_EQ(seek(file, 0, FILE_CURRENT), 8);
    where.Offset = 10;
    EXPECT_FAILS_WITH(ReadFile(file, buffer, 3, &bytes, &where), ERROR_HANDLE_EOF);
    EXPECT_EQ(bytes, 0u);
}

TEST(FileIo, An_overlapped_file_needs_an_offset_and_signals_its_event) {
    TemporaryFolder folder;
    create_file(folder / L"a", "0123456789");
    FileHandle file = open_file(folder / L"a", GENERIC_READ, OPEN_EXISTING, share_all, FILE_FLAG_OVERLAPPED);
    char buffer[4] = {};
    DWORD bytes = 0;
    EXPECT_FAILS_WITH(ReadFile(file, buffer, 3, &bytes, nullptr), ERROR_INVALID_PARAMETER);
    OVERLAPPED where = {};
    where.Offset = 2;
    where.hEvent = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (!ReadFile(file, buffer, 3, nullptr, &where)) {
        ASSERT_EQ(GetLastError(), static_cast<DWORD>(ERROR_IO_PENDING));
    }
    EXPECT_TRUE(GetOverlappedResult(file, &where, &bytes, TRUE));
    EXPECT_EQ(std::string(buffer, bytes), "234");
    EXPECT_EQ(WaitForSingleObject(where.hEvent, 0), static_cast<DWORD>(WAIT_OBJECT_0));
    CloseHandle(where.hEvent);
}

TEST(FileIo, A_locked_range_stops_other_handles) {
    TemporaryFolder folder;
    create_file(folder / L"a", "0123456789");
    FileHandle first = open_file(folder / L"a"), second = open_file(folder / L"a");
    EXPECT_TRUE(LockFile(first, 2, 0, 3, 0));
    EXPECT_FAILS_WITH(LockFile(second, 4, 0, 1, 0), ERROR_LOCK_VIOLATION);
    char buffer[4];
    DWORD bytes = 0;
    EXPECT_TRUE(ReadFile(second, buffer, 2, &bytes, nullptr));
    EXPECT_FAILS_WITH(ReadFile(second, buffer, 1, &bytes, nullptr), ERROR_LOCK_VIOLATION);
    EXPECT_EQ(seek(second, 2, FILE_BEGIN), 2);
    EXPECT_FAILS_WITH(WriteFile(second, "x", 1, &bytes, nullptr), ERROR_LOCK_VIOLATION);
    EXPECT_FAILS_WITH(UnlockFile(first, 2, 0, 2, 0), ERROR_NOT_LOCKED);
    EXPECT_TRUE(UnlockFile(first, 2, 0, 3, 0));
    EXPECT_TRUE(WriteFile(second, "x", 1, &bytes, nullptr));
}

TEST(FileIo, A_buffer_that_is_no_memory_fails_and_the_file_stays_usable) {
    TemporaryFolder folder;
    create_file(folder / L"a", "0123456789");
    FileHandle file = open_file(folder / L"a");
    DWORD bytes = 0;
    EXPECT_FAILS_WITH(ReadFile(file, reinterpret_cast<void*>(0x10), 4, &bytes, nullptr), ERROR_NOACCESS);
    EXPECT_EQ(read_some(file, 4), "0123");
}

TEST(FileIo, A_read_fills_pages_that_were_never_touched) {
    TemporaryFolder folder;
    {
        FileHandle file = create_file(folder / L"a");
        EXPECT_EQ(seek(file, 0x10000, FILE_BEGIN), 0x10000);
        EXPECT_TRUE(SetEndOfFile(file));
    }
    FileHandle file = open_file(folder / L"a");
    auto* pages = static_cast<char*>(VirtualAlloc(nullptr, 0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
    DWORD bytes = 0;
    EXPECT_TRUE(ReadFile(file, pages, 0x10000, &bytes, nullptr));
    EXPECT_EQ(bytes, 0x10000u);
    DWORD old;
    ASSERT_TRUE(VirtualProtect(pages, 0x1000, PAGE_READONLY, &old));
    EXPECT_EQ(seek(file, 0, FILE_BEGIN), 0);
    EXPECT_FAILS_WITH(ReadFile(file, pages, 0x1000, &bytes, nullptr), ERROR_NOACCESS);
    VirtualFree(pages, 0, MEM_RELEASE);
}

TEST(FilePipe, Breaks_when_the_other_end_is_closed) {
    HANDLE read_end, write_end;
    ASSERT_TRUE(CreatePipe(&read_end, &write_end, nullptr, 0));
    EXPECT_EQ(GetFileType(read_end), static_cast<DWORD>(FILE_TYPE_PIPE));
    DWORD bytes = 0;
    EXPECT_TRUE(WriteFile(write_end, "hello", 5, &bytes, nullptr));
    DWORD waiting = 0;
    EXPECT_TRUE(PeekNamedPipe(read_end, nullptr, 0, nullptr, &waiting, nullptr));
    EXPECT_EQ(waiting, 5u);
    EXPECT_EQ(read_some(read_end, 3), "hel");
    CloseHandle(write_end);
    EXPECT_EQ(read_some(read_end, 10), "lo");
    char byte;
    EXPECT_FAILS_WITH(ReadFile(read_end, &byte, 1, &bytes, nullptr), ERROR_BROKEN_PIPE);
    EXPECT_FAILS_WITH(PeekNamedPipe(read_end, nullptr, 0, nullptr, &waiting, nullptr), ERROR_BROKEN_PIPE);
    CloseHandle(read_end);

    ASSERT_TRUE(CreatePipe(&read_end, &write_end, nullptr, 0));
    CloseHandle(read_end);
    EXPECT_FAILS_WITH(WriteFile(write_end, "x", 1, &bytes, nullptr), ERROR_NO_DATA);
    CloseHandle(write_end);
}

TEST(FileIo, A_handle_that_is_none_says_so) {
    DWORD bytes;
    EXPECT_FAILS_WITH(ReadFile(reinterpret_cast<HANDLE>(static_cast<LONG_PTR>(0x7ff0)), &bytes, 1, &bytes, nullptr),
                      ERROR_INVALID_HANDLE);
    EXPECT_FAILS_WITH(GetFileSize(INVALID_HANDLE_VALUE, nullptr) != INVALID_FILE_SIZE, ERROR_INVALID_HANDLE);
}

} // namespace
