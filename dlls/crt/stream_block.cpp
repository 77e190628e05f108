// SPDX-License-Identifier: MIT
// stream_block.cpp: fread and fwrite.
//
// Small blocks go through the buffer; what fills the buffer several times goes straight between the
// descriptor and the caller's memory. Source: "fread", "fwrite".
#include <dlls/crt/stream.h>

#include <dlls/crt/low_io.h>

namespace oriel::crt {

static constexpr size_t largest_transfer = 0x40000000;

size_t read_locked(File* stream, void* buffer, size_t bytes) {
    auto* out = static_cast<char*>(buffer);
    size_t left = bytes;
    size_t room = has_any_buffer(stream) ? size_t(stream->_bufsiz) : stream_buffer_bytes;
    while (left) {
        if (has_any_buffer(stream) && stream->_cnt > 0) {
            size_t part = smaller(left, size_t(stream->_cnt));
            memcpy(out, stream->_ptr, part);
            stream->_ptr += part;
            stream->_cnt -= int(part);
            out += part;
            left -= part;
        } else if (left >= room && (stream->_flag & (io_read | io_update)) &&
                   !(stream->_flag & (io_write | io_string))) {
            // In text mode an answer can be shorter than asked for: only 0 is the end.
            unsigned part = unsigned(smaller(left - left % room, largest_transfer));
            int got = _read(stream->_file, out, part);
            stream->_flag |= io_read;
            if (got <= 0) {
                stream->_flag |= got ? io_error : io_end;
                break;
            }
            out += got;
            left -= size_t(got);
        } else {
            int c = _filbuf(stream);
            if (c == eof)
                break;
            *out++ = char(c);
            --left;
            room = size_t(stream->_bufsiz);
        }
    }
    return bytes - left;
}

size_t write_locked(File* stream, const void* buffer, size_t bytes) {
    auto* in = static_cast<const char*>(buffer);
    size_t left = bytes;
    while (left) {
        if (has_buffer(stream) && (stream->_flag & io_write) && stream->_cnt > 0) {
            size_t part = smaller(left, size_t(stream->_cnt));
            memcpy(stream->_ptr, in, part);
            stream->_ptr += part;
            stream->_cnt -= int(part);
            in += part;
            left -= part;
        } else if (has_any_buffer(stream) && (stream->_flag & io_write) && left >= size_t(stream->_bufsiz)) {
            if (has_buffer(stream) && stream->_ptr != stream->_base) {
                int waiting = int(stream->_ptr - stream->_base);
                bool ok = _write(stream->_file, stream->_base, unsigned(waiting)) == waiting;
                stream->_ptr = stream->_base;
                stream->_cnt = 0;
                if (!ok) {
                    stream->_flag |= io_error;
                    break;
                }
            }
            size_t whole = has_buffer(stream) ? left - left % size_t(stream->_bufsiz) : left;
            unsigned part = unsigned(smaller(whole, largest_transfer));
            int written = _write(stream->_file, in, part);
            size_t done = written < 0 ? 0 : size_t(written);
            in += done;
            left -= done;
            if (done < part) {
                stream->_flag |= io_error;
                break;
            }
        } else {
            if (_flsbuf(*in, stream) == eof)
                break;
            ++in;
            --left;
        }
    }
    return bytes - left;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT size_t fread(void* buffer, size_t size, size_t count, File* stream) {
    size_t bytes;
    if (!size || !count)
        return 0;
    if (!buffer || !stream || __builtin_mul_overflow(size, count, &bytes)) {
        invalid_parameter();
        return 0;
    }
    StreamLock lock(stream);
    size_t got = read_locked(stream, buffer, bytes);
    return got == bytes ? count : got / size;
}

CRT_EXPORT size_t fread_s(void* buffer, size_t room, size_t size, size_t count, File* stream) {
    size_t bytes;
    if (__builtin_mul_overflow(size, count, &bytes) || bytes > room) {
        if (buffer)
            memset(buffer, 0, room);
        invalid_parameter(e_range);
        return 0;
    }
    return fread(buffer, size, count, stream);
}

CRT_EXPORT size_t fwrite(const void* buffer, size_t size, size_t count, File* stream) {
    size_t bytes;
    if (!size || !count)
        return 0;
    if (!buffer || !stream || __builtin_mul_overflow(size, count, &bytes)) {
        invalid_parameter();
        return 0;
    }
    StreamLock lock(stream);
    TemporaryBuffer lent(stream);
    size_t written = write_locked(stream, buffer, bytes);
    return written == bytes ? count : written / size;
}

/// _getw and _putw move an int; EOF is also a value, so callers ask feof and ferror.
CRT_EXPORT int _getw(File* stream) {
    int value;
    return fread(&value, sizeof value, 1, stream) == 1 ? value : eof;
}
CRT_EXPORT int _putw(int value, File* stream) { return fwrite(&value, sizeof value, 1, stream) == 1 ? value : eof; }
