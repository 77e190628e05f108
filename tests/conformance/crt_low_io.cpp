// SPDX-License-Identifier: MIT
// crt_low_io.cpp: descriptors. Source: "_open, _wopen", "_read", "_lseek", "_dup, _dup2", "_chsize", "_stat".
#include "crt_test.h"

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#include <sys/utime.h>

namespace {

TEST(CrtLowIo, Open_flags_map_to_dispositions) {
    TemporaryName name;
    EXPECT_ERRNO(ENOENT, -1, _open(name, _O_RDONLY));
    int fd = _open(name, _O_CREAT | _O_WRONLY | _O_BINARY, _S_IREAD | _S_IWRITE);
    ASSERT_GE(fd, 3);
    EXPECT_EQ(_write(fd, "abcdef", 6), 6);
    EXPECT_EQ(_close(fd), 0);
    EXPECT_ERRNO(EEXIST, -1, _open(name, _O_CREAT | _O_EXCL | _O_RDWR, _S_IWRITE));
    fd = _open(name, _O_RDWR | _O_TRUNC | _O_BINARY);
    EXPECT_EQ(_filelength(fd), 0);
    _close(fd);
}

TEST(CrtLowIo, Appending_always_writes_at_the_end) {
    TemporaryName name;
    write_bytes(name, "123");
    int fd = _open(name, _O_WRONLY | _O_APPEND | _O_BINARY);
    _lseek(fd, 0, SEEK_SET);
    EXPECT_EQ(_write(fd, "45", 2), 2);
    _close(fd);
    EXPECT_EQ(bytes_of(name), "12345");
}

TEST(CrtLowIo, Text_mode_counts_the_callers_characters) {
    TemporaryName name;
    int fd = _open(name, _O_CREAT | _O_RDWR | _O_TEXT, _S_IREAD | _S_IWRITE);
    EXPECT_EQ(_write(fd, "a\nb\n", 4), 4);
    EXPECT_EQ(_tell(fd), 6);
    EXPECT_EQ(_lseek(fd, 0, SEEK_SET), 0);
    char buffer[8];
    EXPECT_EQ(_read(fd, buffer, 8), 4);
    EXPECT_EQ(std::string(buffer, 4), "a\nb\n");
    EXPECT_EQ(_setmode(fd, _O_BINARY), _O_TEXT);
    _lseek(fd, 0, SEEK_SET);
    EXPECT_EQ(_read(fd, buffer, 8), 6);
    EXPECT_EQ(_setmode(fd, _O_TEXT), _O_BINARY);
    _close(fd);
}

TEST(CrtLowIo, Seeking_beyond_the_end_and_changing_the_size) {
    TemporaryName name;
    int fd = _open(name, _O_CREAT | _O_RDWR | _O_BINARY, _S_IREAD | _S_IWRITE);
    EXPECT_EQ(_lseeki64(fd, 10, SEEK_SET), 10);
    EXPECT_EQ(_write(fd, "x", 1), 1);
    EXPECT_EQ(_filelengthi64(fd), 11);
    EXPECT_EQ(_chsize(fd, 4), 0);
    EXPECT_EQ(_filelengthi64(fd), 4);
    EXPECT_EQ(_tell(fd), 11);
    EXPECT_EQ(_lseek(fd, 4, SEEK_SET), 4);
    EXPECT_EQ(_eof(fd), 1);
    EXPECT_ERRNO(EINVAL, -1, _lseek(fd, -1, SEEK_SET));
    _close(fd);
}

TEST(CrtLowIo, Duplicates_share_the_position) {
    TemporaryName name;
    write_bytes(name, "abcdef");
    int fd = _open(name, _O_RDONLY | _O_BINARY);
    int copy = _dup(fd);
    ASSERT_GE(copy, 0);
    char c;
    EXPECT_EQ(_read(fd, &c, 1), 1);
    EXPECT_EQ(_read(copy, &c, 1), 1);
    EXPECT_EQ(c, 'b');
    EXPECT_EQ(_dup2(fd, copy), 0);
    _close(fd);
    EXPECT_EQ(_read(copy, &c, 1), 1);
    EXPECT_EQ(c, 'c');
    _close(copy);
}

TEST(CrtLowIo, A_pipe_has_two_ends) {
    int ends[2];
    ASSERT_EQ(_pipe(ends, 4096, _O_BINARY), 0);
    EXPECT_EQ(_write(ends[1], "hi", 2), 2);
    char buffer[4];
    EXPECT_EQ(_read(ends[0], buffer, 4), 2);
    _close(ends[1]);
    EXPECT_EQ(_read(ends[0], buffer, 4), 0);
    _close(ends[0]);
}

TEST(CrtLowIo, A_closed_descriptor_is_EBADF) {
    char c;
    EXPECT_ERRNO(EBADF, -1, _read(99, &c, 1));
    EXPECT_ERRNO(EBADF, -1, _write(99, &c, 1));
    EXPECT_ERRNO(EBADF, -1, _close(99));
    EXPECT_ERRNO(EBADF, -1L, _lseek(99, 0, SEEK_SET));
}

TEST(CrtLowIo, Reading_a_descriptor_that_is_for_writing_is_EBADF) {
    TemporaryName name;
    int fd = _open(name, _O_CREAT | _O_WRONLY | _O_BINARY, _S_IWRITE);
    char c;
    EXPECT_ERRNO(EBADF, -1, _read(fd, &c, 1));
    _close(fd);
    fd = _open(name, _O_RDONLY | _O_BINARY);
    EXPECT_ERRNO(EBADF, -1, _write(fd, &c, 1));
    _close(fd);
}

TEST(CrtLowIo, Status_of_files_and_folders) {
    TemporaryName name, program(".exe");
    write_bytes(name, "12345");
    write_bytes(program, "");
    struct _stat64 status;
    ASSERT_EQ(_stat64(name, &status), 0);
    EXPECT_EQ(status.st_size, 5);
    EXPECT_EQ(status.st_mode, _S_IFREG | 0666);
    EXPECT_EQ(status.st_nlink, 1);
    ASSERT_EQ(_stat64(program, &status), 0);
    EXPECT_EQ(status.st_mode, _S_IFREG | 0777);
    ASSERT_EQ(_stat64(".", &status), 0);
    EXPECT_EQ(status.st_mode & _S_IFDIR, _S_IFDIR);
    EXPECT_ERRNO(ENOENT, -1, _stat64("no such file", &status));
    EXPECT_ERRNO(ENOENT, -1, _stat64("*", &status));
    int fd = _open(name, _O_RDONLY);
    ASSERT_EQ(_fstat64(fd, &status), 0);
    EXPECT_EQ(status.st_size, 5);
    EXPECT_EQ(status.st_mode & _S_IFMT, _S_IFREG);
    _close(fd);
}

TEST(CrtLowIo, Permissions_are_the_read_only_attribute) {
    TemporaryName name;
    write_bytes(name, "");
    EXPECT_EQ(_access(name, 0), 0);
    EXPECT_EQ(_access(name, 2), 0);
    EXPECT_EQ(_chmod(name, _S_IREAD), 0);
    EXPECT_ERRNO(EACCES, -1, _access(name, 2));
    EXPECT_ERRNO(EACCES, -1, _open(name, _O_WRONLY));
    EXPECT_EQ(_chmod(name, _S_IREAD | _S_IWRITE), 0);
    EXPECT_ERRNO(ENOENT, -1, _access("no such file", 0));
}

TEST(CrtLowIo, Times_can_be_set) {
    TemporaryName name;
    write_bytes(name, "");
    struct __utimbuf64 times = {1000000000, 1100000000};
    EXPECT_EQ(_utime64(name, &times), 0);
    struct _stat64 status;
    ASSERT_EQ(_stat64(name, &status), 0);
    EXPECT_EQ(status.st_mtime, 1100000000);
}

TEST(CrtLowIo, Files_are_removed_and_renamed) {
    TemporaryName first, second;
    write_bytes(first, "x");
    EXPECT_EQ(rename(first, second), 0);
    EXPECT_ERRNO(ENOENT, -1, remove(first));
    write_bytes(first, "y");
    EXPECT_ERRNO(EEXIST, -1, rename(first, second));
    EXPECT_EQ(_unlink(second), 0);
}

TEST(CrtLowIo, Searching_a_folder) {
    TemporaryName name(".xyzzy");
    write_bytes(name, "123");
    struct __finddata64_t found;
    intptr_t search = _findfirst64(name, &found);
    ASSERT_NE(search, -1);
    EXPECT_EQ(found.size, 3);
    EXPECT_NE(strstr(name, found.name), nullptr);
    EXPECT_ERRNO(ENOENT, -1, _findnext64(search, &found));
    EXPECT_EQ(_findclose(search), 0);
    EXPECT_ERRNO(ENOENT, -1, _findfirst64("no such file", &found));
}

} // namespace
