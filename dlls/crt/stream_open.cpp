// SPDX-License-Identifier: MIT
// stream_open.cpp: fopen and its kin, and fclose.
//
// A mode is r, w or a, then any of: + (update), b or t, c or n (commit on flush), S R T D (hints for the
// cache, temporary, delete on close), N (not inherited), and ", ccs=UTF-8|UTF-16LE|UNICODE".
// Source: "fopen, _wfopen", "_fdopen, _wfdopen", "freopen", "fclose, _fcloseall".
#include <dlls/crt/stream.h>

#include <dlls/crt/low_io.h>

CRT_EXPORT int _commode = 0;

namespace oriel::crt {

namespace {

template<class Char> bool begins_with(const Char*& text, const char* word) {
    const Char* rest = text;
    for (; *word; ++word, ++rest)
        if (ascii_lower(*rest) != ascii_lower(Char(*word)))
            return false;
    text = rest;
    return true;
}

/// ", ccs=ENCODING" at the end of a mode.
template<class Char> bool decode_encoding(const Char* text, int& open_flags) {
    while (*text == ' ')
        ++text;
    if (!begins_with(text, "ccs"))
        return false;
    while (*text == ' ')
        ++text;
    if (*text++ != '=')
        return false;
    while (*text == ' ')
        ++text;
    open_flags &= ~o_text;
    if (begins_with(text, "utf-8"))
        open_flags |= o_u8text;
    else if (begins_with(text, "utf-16le"))
        open_flags |= o_u16text;
    else if (begins_with(text, "unicode"))
        open_flags |= o_wtext;
    else
        return false;
    while (*text == ' ')
        ++text;
    return !*text;
}

bool set_once(int& flags, int bits, int excluded = 0) {
    if (flags & (bits | excluded))
        return false;
    flags |= bits;
    return true;
}

} // namespace

template<class Char> bool decode_mode(const Char* mode, int& open_flags, int& stream_flags) {
    while (*mode == ' ')
        ++mode;
    stream_flags = _commode & io_commit;
    switch (*mode++) {
    case 'r': open_flags = o_rdonly; stream_flags |= io_read; break;
    case 'w': open_flags = o_wronly | o_creat | o_trunc; stream_flags |= io_write; break;
    case 'a': open_flags = o_wronly | o_creat | o_append; stream_flags |= io_write; break;
    default: return false;
    }
    for (; *mode; ++mode) {
        bool fine = true;
        switch (*mode) {
        case ' ': break;
        case '+':
            fine = set_once(open_flags, o_rdwr);
            open_flags &= ~o_wronly;
            stream_flags = (stream_flags & ~(io_read | io_write)) | io_update;
            break;
        case 'b': fine = set_once(open_flags, o_binary, o_text); break;
        case 't': fine = set_once(open_flags, o_text, o_binary); break;
        case 'c': stream_flags |= io_commit; break;
        case 'n': stream_flags &= ~io_commit; break;
        case 'S': fine = set_once(open_flags, o_sequential, o_random); break;
        case 'R': fine = set_once(open_flags, o_random, o_sequential); break;
        case 'T': fine = set_once(open_flags, o_short_lived); break;
        case 'D': fine = set_once(open_flags, o_temporary); break;
        case 'N': open_flags |= o_noinherit; break;
        case ',': return decode_encoding(mode + 1, open_flags);
        default: fine = false;
        }
        if (!fine)
            return false;
    }
    return true;
}

template<class Char> File* open_stream(File* stream, const Char* path, const Char* mode, int share) {
    int open_flags, stream_flags, fd;
    if (!decode_mode(mode, open_flags, stream_flags)) {
        invalid_parameter();
        return nullptr;
    }
    if (open_file(path, open_flags, share, s_iread | s_iwrite, fd) != 0)
        return nullptr;
    *stream = File{};
    stream->_flag = stream_flags;
    stream->_file = fd;
    return stream;
}

template bool decode_mode(const char*, int&, int&);
template bool decode_mode(const wchar_t*, int&, int&);

int close_locked(File* stream) {
    int result = flush_locked(stream);
    if (stream->_flag & io_own_buffer)
        free(stream->_base);
    if (_close(stream->_file) < 0)
        result = eof;
    if (stream->_tmpfname)
        free(stream->_tmpfname); // the file itself went with its handle (_O_TEMPORARY)
    *stream = File{};
    stream->_file = -1;
    return result;
}

static constexpr int share_all = 0x40, share_secure = 0x80;

template<class Char> static File* open_new(const Char* path, const Char* mode, int share) {
    if (!path || !mode || !*mode) {
        invalid_parameter();
        return nullptr;
    }
    File* stream = reserve_stream();
    if (!stream)
        return nullptr;
    File* opened = open_stream(stream, path, mode, share);
    int flags = stream->_flag;
    release_stream(stream);
    if (opened)
        opened->_flag = flags;
    return opened;
}

template<class Char> static int open_new_s(File** result, const Char* path, const Char* mode) {
    if (!result)
        return invalid_parameter();
    *result = open_new(path, mode, share_secure);
    return *result ? 0 : *_errno();
}

template<class Char> static File* reopen(const Char* path, const Char* mode, File* stream, int share) {
    if (!path || !*path || !mode || !stream) {
        invalid_parameter();
        return nullptr;
    }
    StreamLock lock(stream);
    if (stream->_flag & (io_read | io_write | io_update))
        close_locked(stream);
    File* opened = open_stream(stream, path, mode, share);
    if (opened && stream == stderr_stream()) {
        stream->_flag |= io_unbuffered;
        stream->_base = stream->_ptr = reinterpret_cast<char*>(&stream->_charbuf);
        stream->_bufsiz = 2;
    }
    return opened;
}

template<class Char> static File* open_descriptor_as_stream(int fd, const Char* mode) {
    int open_flags, stream_flags;
    if (!mode || !decode_mode(mode, open_flags, stream_flags)) {
        invalid_parameter();
        return nullptr;
    }
    if (!open_descriptor(fd))
        return nullptr;
    File* stream = reserve_stream();
    if (!stream)
        return nullptr;
    release_stream(stream);
    stream->_file = fd;
    stream->_flag = stream_flags;
    return stream;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT File* fopen(const char* path, const char* mode) { return open_new(path, mode, share_all); }
CRT_EXPORT File* _wfopen(const wchar_t* path, const wchar_t* mode) { return open_new(path, mode, share_all); }
CRT_EXPORT File* _fsopen(const char* path, const char* mode, int share) { return open_new(path, mode, share); }
CRT_EXPORT File* _wfsopen(const wchar_t* path, const wchar_t* mode, int share) {
    return open_new(path, mode, share);
}
CRT_EXPORT int fopen_s(File** result, const char* path, const char* mode) {
    return open_new_s(result, path, mode);
}
CRT_EXPORT int _wfopen_s(File** result, const wchar_t* path, const wchar_t* mode) {
    return open_new_s(result, path, mode);
}
CRT_EXPORT File* freopen(const char* path, const char* mode, File* stream) {
    return reopen(path, mode, stream, share_all);
}
CRT_EXPORT File* _wfreopen(const wchar_t* path, const wchar_t* mode, File* stream) {
    return reopen(path, mode, stream, share_all);
}
CRT_EXPORT int freopen_s(File** result, const char* path, const char* mode, File* stream) {
    if (!result)
        return invalid_parameter();
    *result = reopen(path, mode, stream, share_secure);
    return *result ? 0 : *_errno();
}
CRT_EXPORT int _wfreopen_s(File** result, const wchar_t* path, const wchar_t* mode, File* stream) {
    if (!result)
        return invalid_parameter();
    *result = reopen(path, mode, stream, share_secure);
    return *result ? 0 : *_errno();
}
CRT_EXPORT File* _fdopen(int fd, const char* mode) { return open_descriptor_as_stream(fd, mode); }
CRT_EXPORT File* _wfdopen(int fd, const wchar_t* mode) { return open_descriptor_as_stream(fd, mode); }

CRT_EXPORT int fclose(File* stream) {
    if (!stream)
        return invalid_parameter(), eof;
    StreamLock lock(stream);
    if (stream->_flag & io_string || !(stream->_flag & (io_read | io_write | io_update))) {
        stream->_flag = 0;
        return eof;
    }
    return close_locked(stream);
}

/// Closes all but the three standard streams; answers how many.
CRT_EXPORT int _fcloseall() {
    return for_each_stream([](File* stream) {
        bool standard = stream >= _iob && stream < _iob + 3;
        return !standard && close_locked(stream) != eof;
    });
}

CRT_EXPORT int* __p__commode() { return &_commode; }
