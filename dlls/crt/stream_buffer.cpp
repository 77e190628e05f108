// SPDX-License-Identifier: MIT
// stream_buffer.cpp: filling and emptying a stream's buffer.
//
// A stream gets its buffer at the first byte. stdout has none while it is a terminal, stderr never has;
// the calls that write several bytes to those lend them one (TemporaryBuffer), so that a line still
// reaches the terminal in one piece. Source: "setvbuf", "fflush"; the protocol of _filbuf and _flsbuf is
// in Microsoft's <stdio.h>.
#include <dlls/crt/stream.h>

#include <dlls/crt/low_io.h>

CRT_EXPORT int _commit(int fd);
CRT_EXPORT int _fileno(oriel::crt::File* stream);

namespace oriel::crt {

static bool is_terminal_output(const File* stream) { return stream == stdout_stream() && _isatty(stream->_file); }

static void use_single_character(File* stream) {
    stream->_flag |= io_unbuffered;
    stream->_base = reinterpret_cast<char*>(&stream->_charbuf);
    stream->_bufsiz = 2;
}

void make_buffer(File* stream) {
    if (char* buffer = Owned<char>::allocate(stream_buffer_bytes)) {
        stream->_flag |= io_own_buffer;
        stream->_base = buffer;
        stream->_bufsiz = stream_buffer_bytes;
    } else {
        use_single_character(stream);
    }
    stream->_ptr = stream->_base;
    stream->_cnt = 0;
}

int flush_locked(File* stream) {
    int result = 0;
    if ((stream->_flag & (io_read | io_write)) == io_write && has_buffer(stream)) {
        int waiting = int(stream->_ptr - stream->_base);
        if (waiting > 0) {
            if (_write(stream->_file, stream->_base, unsigned(waiting)) == waiting) {
                if (stream->_flag & io_update)
                    stream->_flag &= ~io_write;
            } else {
                stream->_flag |= io_error;
                result = eof;
            }
        }
    }
    stream->_ptr = stream->_base;
    stream->_cnt = 0;
    if (!result && (stream->_flag & io_commit) && _commit(stream->_file))
        return eof;
    return result;
}

TemporaryBuffer::TemporaryBuffer(File* stream) : m_stream(stream), m_lent(false) {
    if (stream != stdout_stream() && stream != stderr_stream())
        return;
    bool unbuffered = (stream->_flag & io_unbuffered) && stream == stderr_stream();
    bool terminal = !has_any_buffer(stream) && is_terminal_output(stream);
    if ((!unbuffered && !terminal) || (stream->_flag & io_read))
        return;
    m_lent = true;
    stream->_flag = (stream->_flag & ~io_unbuffered) | io_user_buffer | io_write | io_temporary_buffer;
    stream->_base = stream->_ptr = m_buffer;
    stream->_bufsiz = stream->_cnt = sizeof m_buffer;
}

TemporaryBuffer::~TemporaryBuffer() {
    if (!m_lent)
        return;
    flush_locked(m_stream);
    m_stream->_flag &= ~(io_user_buffer | io_temporary_buffer);
    m_stream->_base = m_stream->_ptr = nullptr;
    m_stream->_cnt = m_stream->_bufsiz = 0;
    if (m_stream == stderr_stream())
        use_single_character(m_stream);
    m_stream->_ptr = m_stream->_base;
}

} // namespace oriel::crt

using namespace oriel::crt;

/// Fills an empty buffer and answers its first character, or EOF.
CRT_EXPORT int _filbuf(File* stream) {
    stream->_cnt = 0;
    if (!(stream->_flag & (io_read | io_write | io_update)) || (stream->_flag & io_string))
        return eof;
    if (stream->_flag & io_write) {
        stream->_flag |= io_error;
        set_errno(e_badf);
        return eof;
    }
    stream->_flag |= io_read;
    if (!has_any_buffer(stream))
        make_buffer(stream);
    else
        stream->_ptr = stream->_base;
    unsigned room = has_buffer(stream) ? unsigned(stream->_bufsiz) : 1;
    int got = _read(stream->_file, stream->_base, room);
    if (got <= 0) {
        stream->_flag |= got ? io_error : io_end;
        stream->_cnt = 0;
        return eof;
    }
    stream->_cnt = got - 1;
    return static_cast<unsigned char>(*stream->_ptr++);
}

/// Writes a full buffer out and begins the next with `c`; answers c or EOF.
CRT_EXPORT int _flsbuf(int c, File* stream) {
    stream->_cnt = 0;
    if (!(stream->_flag & (io_write | io_update)) || (stream->_flag & io_string)) {
        stream->_flag |= io_error;
        set_errno(e_badf);
        return eof;
    }
    if (stream->_flag & io_read) {
        // Reading may turn to writing only at the end of the file.
        if (!(stream->_flag & io_end)) {
            stream->_flag |= io_error;
            return eof;
        }
        stream->_ptr = stream->_base;
        stream->_flag &= ~io_read;
    }
    stream->_flag = (stream->_flag | io_write) & ~io_end;
    if (!has_any_buffer(stream) && !is_terminal_output(stream))
        make_buffer(stream);
    char byte = char(c);
    if (has_buffer(stream)) {
        int waiting = int(stream->_ptr - stream->_base);
        int written = waiting > 0 ? _write(stream->_file, stream->_base, unsigned(waiting)) : 0;
        stream->_ptr = stream->_base + 1;
        stream->_cnt = stream->_bufsiz - 1;
        *stream->_base = byte;
        if (written != waiting) {
            stream->_flag |= io_error;
            return eof;
        }
        return static_cast<unsigned char>(byte);
    }
    stream->_ptr = stream->_base;
    if (_write(stream->_file, &byte, 1) != 1) {
        stream->_flag |= io_error;
        return eof;
    }
    return static_cast<unsigned char>(byte);
}

CRT_EXPORT int fflush(File* stream) {
    if (!stream) {
        int failures = for_each_stream([](File* each) { return flush_locked(each) == eof; }, IdleStreams::skip);
        return failures ? eof : 0;
    }
    StreamLock lock(stream);
    return flush_locked(stream);
}

/// Flushes every stream that is written to; answers how many are open. What was read ahead is kept.
CRT_EXPORT int _flushall() {
    auto flush = [](File* stream) {
        flush_locked(stream);
        return true;
    };
    return for_each_stream(flush, IdleStreams::count);
}

CRT_EXPORT int setvbuf(File* stream, char* buffer, int mode, size_t size) {
    enum { full = 0, line = 0x40, none = 4 };
    if (mode != full && mode != line && mode != none)
        return invalid_parameter(), -1;
    if (mode != none && (size < 2 || size > INT_MAX))
        return invalid_parameter(), -1;
    StreamLock lock(stream);
    flush_locked(stream);
    if (stream->_flag & io_own_buffer)
        free(stream->_base);
    stream->_flag &= ~(io_own_buffer | io_user_buffer | io_unbuffered | io_setvbuf);
    if (mode == none) {
        use_single_character(stream);
    } else if (buffer) {
        stream->_flag |= io_user_buffer | io_setvbuf;
        stream->_base = buffer;
        stream->_bufsiz = int(size & ~size_t(1));
    } else {
        char* own = Owned<char>::allocate(size);
        if (!own)
            return -1;
        stream->_flag |= io_own_buffer | io_setvbuf;
        stream->_base = own;
        stream->_bufsiz = int(size & ~size_t(1));
    }
    stream->_ptr = stream->_base;
    stream->_cnt = 0;
    return 0;
}

CRT_EXPORT void setbuf(File* stream, char* buffer) { setvbuf(stream, buffer, buffer ? 0 : 4, 512); }
