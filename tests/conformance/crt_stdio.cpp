// SPDX-License-Identifier: MIT
// crt_stdio.cpp: streams: text and binary mode, positions, buffering, pushing back.
// Source: "fopen, _wfopen", "Text and Binary Mode File I/O", "ungetc", "setvbuf".
#include "crt_test.h"

#include <fcntl.h>
#include <io.h>

namespace {

TEST(CrtStdio, Text_mode_writes_CR_LF_and_reads_LF) {
    TemporaryName name;
    FILE* file = fopen(name, "w");
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(fputs("one\ntwo\n", file), 0);
    EXPECT_EQ(ftell(file), 10);
    EXPECT_EQ(fclose(file), 0);
    EXPECT_EQ(bytes_of(name), "one\r\ntwo\r\n");
    file = fopen(name, "r");
    char line[16];
    EXPECT_STREQ(fgets(line, sizeof line, file), "one\n");
    EXPECT_EQ(ftell(file), 5);
    EXPECT_STREQ(fgets(line, sizeof line, file), "two\n");
    EXPECT_EQ(fgets(line, sizeof line, file), nullptr);
    EXPECT_NE(feof(file), 0);
    EXPECT_EQ(fseek(file, 5, SEEK_SET), 0);
    EXPECT_EQ(fgetc(file), 't');
    fclose(file);
}

TEST(CrtStdio, Ctrl_Z_ends_a_text_file_only) {
    TemporaryName name;
    write_bytes(name, "ab\x1A" "cd");
    FILE* file = fopen(name, "r");
    char buffer[16];
    EXPECT_EQ(fread(buffer, 1, sizeof buffer, file), 2u);
    fclose(file);
    file = fopen(name, "rb");
    EXPECT_EQ(fread(buffer, 1, sizeof buffer, file), 5u);
    fclose(file);
}

TEST(CrtStdio, A_lone_CR_stays) {
    TemporaryName name;
    write_bytes(name, "a\rb\r\nc\r");
    FILE* file = fopen(name, "r");
    char buffer[16];
    EXPECT_EQ(std::string(buffer, fread(buffer, 1, sizeof buffer, file)), "a\rb\nc\r");
    fclose(file);
}

TEST(CrtStdio, A_CR_LF_across_two_buffers_is_one_LF) {
    TemporaryName name;
    write_bytes(name, std::string(4095, 'x') + "\r\n" + std::string(10, 'y'));
    FILE* file = fopen(name, "r");
    for (int i = 0; i < 4095; ++i)
        ASSERT_EQ(fgetc(file), 'x');
    EXPECT_EQ(fgetc(file), '\n');
    EXPECT_EQ(ftell(file), 4097);
    EXPECT_EQ(fgetc(file), 'y');
    fclose(file);
}

TEST(CrtStdio, Modes_decide_about_creation_truncation_and_appending) {
    TemporaryName name;
    EXPECT_ERRNO(ENOENT, nullptr, fopen(name, "r"));
    FILE* file = fopen(name, "wb");
    fwrite("12345", 1, 5, file);
    fclose(file);
    file = fopen(name, "ab");
    fwrite("67", 1, 2, file);
    fclose(file);
    EXPECT_EQ(bytes_of(name), "1234567");
    file = fopen(name, "r+b");
    fwrite("AB", 1, 2, file);
    fclose(file);
    EXPECT_EQ(bytes_of(name), "AB34567");
    file = fopen(name, "w+b");
    fclose(file);
    EXPECT_EQ(bytes_of(name), "");
}

TEST(CrtStdio, Reading_and_writing_alternate_after_a_seek) {
    TemporaryName name;
    FILE* file = fopen(name, "w+b");
    fwrite("hello world", 1, 11, file);
    EXPECT_EQ(fseek(file, 6, SEEK_SET), 0);
    EXPECT_EQ(fgetc(file), 'w');
    EXPECT_EQ(fseek(file, -1, SEEK_CUR), 0);
    EXPECT_EQ(fputc('W', file), 'W');
    rewind(file);
    char buffer[16];
    EXPECT_EQ(std::string(buffer, fread(buffer, 1, 16, file)), "hello World");
    EXPECT_EQ(fseek(file, -2, SEEK_END), 0);
    EXPECT_EQ(fgetc(file), 'l');
    fpos_t position;
    EXPECT_EQ(fgetpos(file, &position), 0);
    EXPECT_EQ(position, 10);
    fclose(file);
}

TEST(CrtStdio, A_character_can_be_pushed_back) {
    TemporaryName name;
    write_bytes(name, "abc");
    FILE* file = fopen(name, "rb");
    EXPECT_EQ(ungetc('z', file), 'z');
    EXPECT_EQ(fgetc(file), 'z');
    EXPECT_EQ(fgetc(file), 'a');
    EXPECT_EQ(ungetc('q', file), 'q');
    EXPECT_EQ(fgetc(file), 'q');
    EXPECT_EQ(fgetc(file), 'b');
    EXPECT_EQ(ungetc(EOF, file), EOF);
    fclose(file);
}

TEST(CrtStdio, Large_blocks_go_around_the_buffer) {
    TemporaryName name;
    std::string data(100000, 0);
    for (size_t i = 0; i < data.size(); ++i)
        data[i] = char(i * 7);
    FILE* file = fopen(name, "wb");
    EXPECT_EQ(fwrite("xyz", 1, 3, file), 3u);
    EXPECT_EQ(fwrite(data.data(), 1, data.size(), file), data.size());
    fclose(file);
    EXPECT_EQ(bytes_of(name), "xyz" + data);
    file = fopen(name, "rb");
    fgetc(file);
    std::string back(data.size() + 10, 0);
    EXPECT_EQ(fread(&back[0], 1, back.size(), file), data.size() + 2);
    EXPECT_EQ(back.substr(2, data.size()), data);
    EXPECT_NE(feof(file), 0);
    fclose(file);
}

TEST(CrtStdio, An_unbuffered_stream_writes_at_once) {
    TemporaryName name;
    FILE* file = fopen(name, "wb");
    EXPECT_EQ(setvbuf(file, nullptr, _IONBF, 0), 0);
    fputc('x', file);
    EXPECT_EQ(bytes_of(name), "x");
    fclose(file);
}

TEST(CrtStdio, fflush_brings_the_buffer_to_the_file) {
    TemporaryName name;
    FILE* file = fopen(name, "wb");
    fputs("abc", file);
    EXPECT_EQ(bytes_of(name), "");
    EXPECT_EQ(fflush(file), 0);
    EXPECT_EQ(bytes_of(name), "abc");
    fputs("def", file);
    EXPECT_EQ(fflush(nullptr), 0);
    EXPECT_EQ(bytes_of(name), "abcdef");
    fclose(file);
}

TEST(CrtStdio, Wide_text_is_narrow_in_a_text_file_and_UTF_16_in_a_binary_one) {
    TemporaryName name;
    FILE* file = fopen(name, "w");
    EXPECT_GE(fputws(L"ab\n", file), 0);
    fclose(file);
    EXPECT_EQ(bytes_of(name), "ab\r\n");
    file = fopen(name, "wb");
    EXPECT_GE(fputws(L"ab", file), 0);
    fclose(file);
    EXPECT_EQ(bytes_of(name), std::string("a\0b\0", 4));
}

TEST(CrtStdio, A_UTF_8_stream_carries_wide_text) {
    TemporaryName name;
    FILE* file = fopen(name, "w, ccs=UTF-8");
    ASSERT_NE(file, nullptr);
    EXPECT_GE(fputws(L"\x20AC\n", file), 0);
    fclose(file);
    EXPECT_EQ(bytes_of(name), "\xEF\xBB\xBF\xE2\x82\xAC\r\n");
    file = fopen(name, "r, ccs=UTF-8");
    wchar_t line[8];
    ASSERT_NE(fgetws(line, 8, file), nullptr);
    EXPECT_STREQ(line, L"\x20AC\n");
    fclose(file);
}

TEST(CrtStdio, A_stream_can_be_made_of_a_descriptor) {
    TemporaryName name;
    int fd = _open(name, _O_CREAT | _O_RDWR | _O_BINARY, 0600);
    ASSERT_GE(fd, 0);
    FILE* file = _fdopen(fd, "wb");
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(_fileno(file), fd);
    fputs("x", file);
    fclose(file);
    EXPECT_EQ(bytes_of(name), "x");
    EXPECT_ERRNO(EBADF, -1, _close(fd));
}

TEST(CrtStdio, freopen_moves_a_stream_to_another_file) {
    TemporaryName first, second;
    FILE* file = fopen(first, "wb");
    fputs("1", file);
    EXPECT_EQ(freopen(second, "wb", file), file);
    fputs("2", file);
    fclose(file);
    EXPECT_EQ(bytes_of(first), "1");
    EXPECT_EQ(bytes_of(second), "2");
}

TEST(CrtStdio, A_temporary_file_vanishes) {
    FILE* file = tmpfile();
    if (!file)
        GTEST_SKIP() << "the root of the drive cannot be written";
    EXPECT_EQ(fputs("abc", file), 0);
    rewind(file);
    EXPECT_EQ(fgetc(file), 'a');
    EXPECT_EQ(fclose(file), 0);
}

TEST(CrtStdio, Errors_stay_with_the_stream) {
    TemporaryName name;
    write_bytes(name, "abc");
    FILE* file = fopen(name, "rb");
    EXPECT_EQ(fputc('x', file), EOF);
    EXPECT_NE(ferror(file), 0);
    clearerr(file);
    EXPECT_EQ(ferror(file), 0);
    EXPECT_EQ(fgetc(file), 'a');
    fclose(file);
}

} // namespace
