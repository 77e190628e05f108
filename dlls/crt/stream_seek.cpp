// SPDX-License-Identifier: MIT
// stream_seek.cpp: positions in streams.
//
// In binary mode a position is the descriptor's, less what was read ahead, plus what waits to be written.
// In text mode the buffer holds translated text, so the bytes of the file behind it have to be counted:
// for waiting output one more for each LF; for input the block is read once more and counted, if it held a
// CR LF at all. (Microsoft's library guesses from the count of LFs; the answers agree on well-formed text.)
// Source: "fseek, _fseeki64", "ftell, _ftelli64", "Text and Binary Mode File I/O".
#include <dlls/crt/low_io_modes.h>
#include <dlls/crt/stream.h>

namespace oriel::crt {

namespace {

/// How many bytes of a file give `characters` of translated text; -1 if they cannot be read again.
long long count_raw_bytes(Descriptor& descriptor, long long start, long long end, long long characters) {
    unsigned char kept = descriptor.osfile;
    unsigned kept_bytes = descriptor.text_read_bytes;
    long long used = 0;
    char chunk[1024];
    bool after_cr = false;
    if (seek_locked(descriptor, start, SEEK_SET_ORIGIN) < 0)
        return -1;
    while (characters > 0) {
        int got = read_raw(descriptor, chunk, sizeof chunk);
        if (got <= 0)
            break;
        for (int i = 0; i < got && characters > 0; ++i) {
            ++used;
            // A CR counts when it is known not to begin a pair; the LF of a pair counts for both.
            if (after_cr && chunk[i] != '\n' && --characters == 0) {
                --used;
                break;
            }
            after_cr = chunk[i] == '\r';
            if (!after_cr)
                --characters;
        }
    }
    seek_locked(descriptor, end, SEEK_SET_ORIGIN);
    descriptor.osfile = kept;
    descriptor.text_read_bytes = kept_bytes;
    return used;
}

long long bytes_waiting(const File* stream, const Descriptor& descriptor) {
    long long bytes = stream->_ptr - stream->_base;
    if (!(descriptor.osfile & fd_text))
        return bytes;
    if (descriptor.encoding == TextEncoding::ansi) {
        for (const char* p = stream->_base; p < stream->_ptr; ++p)
            bytes += *p == '\n';
        return bytes;
    }
    auto* text = reinterpret_cast<const wchar_t*>(stream->_base);
    int units = int(bytes / 2);
    if (descriptor.encoding == TextEncoding::utf8)
        bytes = WideCharToMultiByte(CP_UTF8, 0, text, units, nullptr, 0, nullptr, nullptr);
    for (int i = 0; i < units; ++i)
        if (text[i] == '\n')
            bytes += descriptor.encoding == TextEncoding::utf8 ? 1 : 2;
    return bytes;
}

/// The file's position of `_ptr` for a stream that reads Unicode text: what is left, turned to bytes.
long long unicode_bytes_ahead(const File* stream, const Descriptor& descriptor) {
    auto* text = reinterpret_cast<const wchar_t*>(stream->_ptr);
    int units = stream->_cnt / 2;
    long long bytes = descriptor.encoding == TextEncoding::utf8
                          ? WideCharToMultiByte(CP_UTF8, 0, text, units, nullptr, 0, nullptr, nullptr)
                          : stream->_cnt;
    for (int i = 0; i < units; ++i)
        if (text[i] == '\n')
            bytes += descriptor.encoding == TextEncoding::utf8 ? 1 : 2;
    return bytes;
}

} // namespace

long long tell_locked(File* stream) {
    Descriptor* descriptor = open_descriptor(stream->_file);
    if (!descriptor)
        return -1;
    DescriptorLock lock(*descriptor);
    unsigned char kept = descriptor->osfile;
    long long here = seek_locked(*descriptor, 0, SEEK_CUR_ORIGIN);
    descriptor->osfile = kept;
    if (here < 0)
        return -1;
    if ((stream->_flag & io_write) && has_buffer(stream)) {
        if ((kept & fd_append) && stream->_ptr != stream->_base) {
            here = seek_locked(*descriptor, 0, SEEK_END_ORIGIN);
            if (here < 0)
                return -1;
        }
        return here + bytes_waiting(stream, *descriptor);
    }
    if (!(stream->_flag & io_read) || stream->_cnt <= 0)
        return here;
    if (!(kept & fd_text))
        return here - stream->_cnt;
    if (descriptor->encoding != TextEncoding::ansi)
        return here - unicode_bytes_ahead(stream, *descriptor);
    long long start = here - descriptor->text_read_bytes, read = stream->_ptr - stream->_base;
    if (!(kept & fd_crlf))
        return start + read;
    long long used = count_raw_bytes(*descriptor, start, here, read);
    return used < 0 ? -1 : start + used;
}

int seek_locked(File* stream, long long offset, int origin) {
    if (!(stream->_flag & (io_read | io_write | io_update)))
        return fail(e_inval);
    stream->_flag &= ~io_end;
    if (origin == SEEK_CUR_ORIGIN) {
        long long here = tell_locked(stream);
        if (here < 0)
            return -1;
        offset += here;
        origin = SEEK_SET_ORIGIN;
    }
    flush_locked(stream);
    if (stream->_flag & io_update)
        stream->_flag &= ~(io_read | io_write);
    return _lseeki64(stream->_file, offset, origin) < 0 ? -1 : 0;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT long long _ftelli64(File* stream) {
    if (!stream)
        return invalid_parameter(), -1;
    StreamLock lock(stream);
    return tell_locked(stream);
}
CRT_EXPORT long ftell(File* stream) {
    long long position = _ftelli64(stream);
    return position > LONG_MAX ? fail(e_inval) : long(position);
}
CRT_EXPORT int _fseeki64(File* stream, long long offset, int origin) {
    if (!stream || origin < 0 || origin > 2)
        return invalid_parameter(), -1;
    StreamLock lock(stream);
    return seek_locked(stream, offset, origin);
}
CRT_EXPORT int fseek(File* stream, long offset, int origin) { return _fseeki64(stream, offset, origin); }

CRT_EXPORT void rewind(File* stream) {
    StreamLock lock(stream);
    seek_locked(stream, 0, SEEK_SET_ORIGIN);
    stream->_flag &= ~(io_error | io_end);
}

CRT_EXPORT int fgetpos(File* stream, long long* position) {
    if (!stream || !position)
        return invalid_parameter(), -1;
    *position = _ftelli64(stream);
    return *position == -1 ? -1 : 0;
}
CRT_EXPORT int fsetpos(File* stream, const long long* position) {
    if (!stream || !position)
        return invalid_parameter(), -1;
    return _fseeki64(stream, *position, SEEK_SET_ORIGIN);
}
