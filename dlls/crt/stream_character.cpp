// SPDX-License-Identifier: MIT
// stream_character.cpp: characters and lines of bytes, and a stream's state.
//
// Source: "fgetc, fgetwc", "fputc", "fgets", "gets", "puts", "ungetc", "feof", "ferror", "clearerr".
#include <dlls/crt/stream.h>

namespace oriel::crt {

int unget_locked(int c, File* stream) {
    bool readable = (stream->_flag & io_read) || ((stream->_flag & io_update) && !(stream->_flag & io_write));
    if (c == eof || !readable)
        return eof;
    if (!stream->_base)
        make_buffer(stream);
    if (stream->_ptr == stream->_base) {
        if (stream->_cnt)
            return eof; // the buffer is full of characters not yet read
        ++stream->_ptr;
    }
    *--stream->_ptr = char(c);
    ++stream->_cnt;
    stream->_flag = (stream->_flag & ~io_end) | io_read;
    return c & 0xFF;
}

/// Reads up to and with a newline, at most `most` characters; returns how many.
static size_t read_line(File* stream, char* out, size_t most) {
    size_t count = 0;
    while (count < most) {
        if (stream->_cnt > 0) {
            size_t part = smaller(most - count, size_t(stream->_cnt));
            auto* end = static_cast<char*>(memchr(stream->_ptr, '\n', part));
            if (end)
                part = size_t(end - stream->_ptr) + 1;
            memcpy(out + count, stream->_ptr, part);
            stream->_ptr += part;
            stream->_cnt -= int(part);
            count += part;
            if (end)
                break;
        } else {
            int c = _filbuf(stream);
            if (c == eof)
                break;
            out[count++] = char(c);
            if (c == '\n')
                break;
        }
    }
    return count;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT int fgetc(File* stream) {
    StreamLock lock(stream);
    return get_locked(stream);
}
CRT_EXPORT int fputc(int c, File* stream) {
    StreamLock lock(stream);
    return put_locked(c, stream);
}
CRT_EXPORT int getchar() { return fgetc(stdin_stream()); }
CRT_EXPORT int putchar(int c) { return fputc(c, stdout_stream()); }
CRT_ALIAS(getc, fgetc);
CRT_ALIAS(putc, fputc);
CRT_ALIAS(_fgetchar, getchar);
CRT_ALIAS(_fputchar, putchar);

CRT_EXPORT int ungetc(int c, File* stream) {
    StreamLock lock(stream);
    return unget_locked(c, stream);
}

CRT_EXPORT char* fgets(char* buffer, int size, File* stream) {
    if (!buffer || !stream || size <= 0) {
        if (buffer && size == 0)
            return nullptr;
        invalid_parameter();
        return nullptr;
    }
    StreamLock lock(stream);
    size_t count = read_line(stream, buffer, size_t(size) - 1);
    if (!count && size > 1)
        return nullptr;
    buffer[count] = 0;
    return buffer;
}

/// Reads a line of any length: the reason why nobody should call it.
CRT_EXPORT char* gets(char* buffer) {
    File* stream = stdin_stream();
    StreamLock lock(stream);
    size_t count = read_line(stream, buffer, INT_MAX);
    if (!count)
        return nullptr;
    buffer[count - (buffer[count - 1] == '\n')] = 0;
    return buffer;
}

CRT_EXPORT int fputs(const char* text, File* stream) {
    if (!text || !stream)
        return invalid_parameter(), eof;
    size_t length = strlen(text);
    StreamLock lock(stream);
    TemporaryBuffer lent(stream);
    return write_locked(stream, text, length) == length ? 0 : eof;
}

CRT_EXPORT int puts(const char* text) {
    if (!text)
        return invalid_parameter(), eof;
    File* stream = stdout_stream();
    size_t length = strlen(text);
    StreamLock lock(stream);
    TemporaryBuffer lent(stream);
    if (write_locked(stream, text, length) != length || put_locked('\n', stream) == eof)
        return eof;
    return 0;
}

CRT_EXPORT int feof(File* stream) { return stream->_flag & io_end; }
CRT_EXPORT int ferror(File* stream) { return stream->_flag & io_error; }
CRT_EXPORT int _fileno(File* stream) { return stream ? stream->_file : (invalid_parameter(), -1); }

CRT_EXPORT int clearerr_s(File* stream) {
    if (!stream)
        return invalid_parameter();
    StreamLock lock(stream);
    stream->_flag &= ~(io_end | io_error);
    return 0;
}
CRT_EXPORT void clearerr(File* stream) { clearerr_s(stream); }
