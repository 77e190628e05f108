// SPDX-License-Identifier: MIT
// stream.h: FILE, a buffer on a descriptor.
//
// The layout is part of the ABI: getc and putc of Microsoft's <stdio.h> are macros that move `_ptr` and
// count `_cnt` down themselves and call _filbuf or _flsbuf at zero. So everything here keeps to it:
// reading, [_ptr, _ptr+_cnt) is what can be read; writing, [_base, _ptr) waits and _cnt more bytes fit.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

struct File {
    char* _ptr;
    int _cnt;
    char* _base;
    int _flag;
    int _file;
    int _charbuf; ///< the buffer of an unbuffered stream
    int _bufsiz;
    char* _tmpfname;
};
static_assert(sizeof(File) == (sizeof(void*) == 8 ? 48 : 32));

enum StreamFlag : int {
    io_read = 0x1, io_write = 0x2, io_unbuffered = 0x4, io_own_buffer = 0x8, io_end = 0x10, io_error = 0x20,
    io_string = 0x40, io_update = 0x80, io_user_buffer = 0x100, io_setvbuf = 0x400, io_temporary_buffer = 0x1000,
    io_commit = 0x4000,
};

inline constexpr int stream_static_count = 20;
inline constexpr int stream_buffer_bytes = 4096;
inline constexpr int eof = -1;
inline constexpr unsigned short wide_eof = 0xFFFF;

bool open_streams();

/// A free stream, locked, with _flag and _file not yet set; null with EMFILE or ENOMEM.
File* reserve_stream();
/// Gives a stream back; it must be locked, and is not afterwards.
void release_stream(File* stream);
/// What for_each_stream does about streams that nothing waits in to be written. Those may be locked for long:
/// a thread that reads from the console holds stdin's lock, and exit must not wait for it.
enum class IdleStreams { visit, skip, count };
/// Calls `visit` for every open stream, with its lock held; answers how many said true.
int for_each_stream(bool (*visit)(File* stream), IdleStreams idle = IdleStreams::visit);

class StreamLock {
public:
    explicit StreamLock(File* stream);
    ~StreamLock();
    StreamLock(const StreamLock&) = delete;
    StreamLock& operator=(const StreamLock&) = delete;

private:
    File* m_stream;
};

inline bool has_buffer(const File* stream) { return stream->_flag & (io_own_buffer | io_user_buffer); }
inline bool has_any_buffer(const File* stream) {
    return stream->_flag & (io_own_buffer | io_user_buffer | io_unbuffered);
}

/// Gives the stream a buffer of its own (or its one character, without memory).
void make_buffer(File* stream);
/// Writes what waits; forgets what was read ahead. 0, or EOF with the error flag set.
int flush_locked(File* stream);
int close_locked(File* stream);
/// Opens a path into a reserved stream; null (and the stream still reserved) on failure.
template<class Char> File* open_stream(File* stream, const Char* path, const Char* mode, int share);
/// From "r+b" and its like to _open's flags and the stream's; false if the mode is not one.
template<class Char> bool decode_mode(const Char* mode, int& open_flags, int& stream_flags);

/// Direct reads and writes with the stream's lock held.
size_t read_locked(File* stream, void* buffer, size_t bytes);
size_t write_locked(File* stream, const void* buffer, size_t bytes);
int unget_locked(int c, File* stream);
long long tell_locked(File* stream);
int seek_locked(File* stream, long long offset, int origin);

/// Lends an unbuffered stdout or stderr a buffer while one call writes to it.
class TemporaryBuffer {
public:
    explicit TemporaryBuffer(File* stream);
    ~TemporaryBuffer();
    TemporaryBuffer(const TemporaryBuffer&) = delete;
    TemporaryBuffer& operator=(const TemporaryBuffer&) = delete;

private:
    File* m_stream;
    bool m_lent;
    char m_buffer[512];
};

} // namespace oriel::crt

CRT_EXPORT oriel::crt::File _iob[oriel::crt::stream_static_count];
CRT_EXPORT int _filbuf(oriel::crt::File* stream);
CRT_EXPORT int _flsbuf(int c, oriel::crt::File* stream);

namespace oriel::crt {

inline File* stdin_stream() { return &_iob[0]; }
inline File* stdout_stream() { return &_iob[1]; }
inline File* stderr_stream() { return &_iob[2]; }

inline int get_locked(File* stream) {
    return --stream->_cnt >= 0 ? static_cast<unsigned char>(*stream->_ptr++) : _filbuf(stream);
}
inline int put_locked(int c, File* stream) {
    return --stream->_cnt >= 0 ? static_cast<unsigned char>(*stream->_ptr++ = char(c)) : _flsbuf(c, stream);
}

} // namespace oriel::crt
