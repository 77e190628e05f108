// SPDX-License-Identifier: MIT
// stream_table.cpp: which streams there are, and their locks.
//
// The first 20 are the exported array _iob (stdin, stdout and stderr lead it); the others are made when
// needed, up to _getmaxstdio. A stream is never freed, so a stale FILE* finds a closed stream, not a hole.
#include <dlls/crt/stream.h>

#include <dlls/crt/locks.h>
#include <dlls/crt/low_io.h>
#include <dlls/crt/win32.h>

using namespace oriel::crt;

CRT_EXPORT File _iob[stream_static_count] = {
    {nullptr, 0, nullptr, io_read, 0, 0, 0, nullptr},
    {nullptr, 0, nullptr, io_write, 1, 0, 0, nullptr},
    {nullptr, 0, nullptr, io_write | io_unbuffered, 2, 0, 0, nullptr},
};

namespace oriel::crt {

namespace {

constexpr int stream_limit = 2048;
int stream_maximum = 512;

/// A stream outside _iob carries its lock behind it.
struct LockedFile {
    File file;
    CRITICAL_SECTION lock;
};

LockedFile* more_streams[stream_limit];
CRITICAL_SECTION static_locks[stream_static_count];

CRITICAL_SECTION& lock_of(File* stream) {
    if (stream >= _iob && stream < _iob + stream_static_count)
        return static_locks[stream - _iob];
    return reinterpret_cast<LockedFile*>(stream)->lock;
}

/// The stream of a number, or null if that was never made.
File* stream_at(int index) {
    if (index < stream_static_count)
        return &_iob[index];
    return more_streams[index] ? &more_streams[index]->file : nullptr;
}

File* make_stream_at(int index) {
    auto* stream = Owned<LockedFile>::allocate(1);
    if (!stream)
        return nullptr;
    memset(stream, 0, sizeof *stream);
    InitializeCriticalSection(&stream->lock);
    more_streams[index] = stream;
    return &stream->file;
}

bool is_open(const File* stream) { return stream->_flag & (io_read | io_write | io_update); }

} // namespace

bool open_streams() {
    for (auto& lock : static_locks)
        InitializeCriticalSection(&lock);
    _iob[2]._base = _iob[2]._ptr = reinterpret_cast<char*>(&_iob[2]._charbuf);
    _iob[2]._bufsiz = 2;
    return true;
}

File* reserve_stream() {
    LockScope lock(lock_stream_table);
    for (int i = 3; i < stream_maximum; ++i) {
        File* stream = stream_at(i);
        if (!stream)
            stream = make_stream_at(i);
        if (!stream) {
            set_errno(e_nomem);
            return nullptr;
        }
        if (is_open(stream))
            continue;
        EnterCriticalSection(&lock_of(stream));
        if (is_open(stream)) {
            LeaveCriticalSection(&lock_of(stream));
            continue;
        }
        *stream = File{};
        stream->_file = -1;
        stream->_flag = io_update; // taken, until the opener says what it is
        return stream;
    }
    set_errno(e_mfile);
    return nullptr;
}

void release_stream(File* stream) {
    stream->_flag = 0;
    LeaveCriticalSection(&lock_of(stream));
}

int for_each_stream(bool (*visit)(File* stream), IdleStreams idle) {
    LockScope lock(lock_stream_table);
    int count = 0;
    for (int i = 0; i < stream_maximum; ++i) {
        File* stream = stream_at(i);
        if (!stream || !is_open(stream))
            continue;
        if (idle != IdleStreams::visit && !(stream->_flag & io_write)) {
            count += idle == IdleStreams::count;
            continue;
        }
        StreamLock stream_lock(stream);
        if (is_open(stream) && stream->_file != -1)
            count += visit(stream);
    }
    return count;
}

StreamLock::StreamLock(File* stream) : m_stream(stream) { EnterCriticalSection(&lock_of(stream)); }
StreamLock::~StreamLock() { LeaveCriticalSection(&lock_of(m_stream)); }

} // namespace oriel::crt

CRT_EXPORT File* __iob_func() { return _iob; }
CRT_EXPORT File* __p__iob() { return _iob; }
CRT_EXPORT void _lock_file(File* stream) { EnterCriticalSection(&lock_of(stream)); }
CRT_EXPORT void _unlock_file(File* stream) { LeaveCriticalSection(&lock_of(stream)); }
CRT_EXPORT int _getmaxstdio() { return stream_maximum; }

CRT_EXPORT int _setmaxstdio(int maximum) {
    if (maximum < stream_static_count || maximum > stream_limit)
        return invalid_parameter(), -1;
    LockScope lock(lock_stream_table);
    for (int i = maximum; i < stream_maximum; ++i)
        if (File* stream = stream_at(i); stream && is_open(stream))
            return -1;
    stream_maximum = maximum;
    return maximum;
}
