// SPDX-License-Identifier: MIT
// stream_wide.cpp: wide characters through streams.
//
// A binary stream holds UTF-16 as it is. A text stream holds the locale's multibyte text, so each wide
// character is converted; in a Unicode text mode the stream's buffer holds UTF-16 and the descriptor
// converts (low_io_unicode.cpp). Source: "fputwc", "fgetwc", "Unicode Stream I/O in Text and Binary Modes".
#include <dlls/crt/low_io.h>
#include <dlls/crt/multibyte.h>
#include <dlls/crt/printf_sinks.h>

namespace oriel::crt {

static bool converts(File* stream) {
    Descriptor* descriptor = stream->_flag & io_string ? nullptr : descriptor_entry(stream->_file);
    return descriptor && (descriptor->osfile & fd_text) && descriptor->encoding == TextEncoding::ansi;
}

unsigned short put_wide_locked(wchar_t c, File* stream) {
    char bytes[multibyte_longest];
    int count = 2;
    if (converts(stream)) {
        count = wide_to_multibyte(bytes, c);
        if (count < 0) {
            set_errno(e_ilseq);
            return wide_eof;
        }
    } else {
        memcpy(bytes, &c, 2);
    }
    return write_locked(stream, bytes, size_t(count)) == size_t(count) ? c : wide_eof;
}

/// WEOF at the end, with errno = EILSEQ for bytes that are no character.
static unsigned short get_wide_locked(File* stream) {
    wchar_t c;
    if (!converts(stream))
        return read_locked(stream, &c, 2) == 2 ? c : wide_eof;
    char bytes[multibyte_longest];
    for (int count = 0; count < multibyte_longest; ++count) {
        int byte = get_locked(stream);
        if (byte == eof)
            break;
        bytes[count] = char(byte);
        if (multibyte_to_wide(&c, bytes, size_t(count) + 1) > 0)
            return c;
    }
    if (!(stream->_flag & (io_end | io_error)))
        set_errno(e_ilseq);
    return wide_eof;
}

static unsigned short unget_wide_locked(unsigned short c, File* stream) {
    char bytes[multibyte_longest];
    wchar_t character = c;
    int count = 2;
    if (c == wide_eof)
        return wide_eof;
    if (converts(stream)) {
        count = wide_to_multibyte(bytes, character);
        if (count < 0)
            return wide_eof;
    } else {
        memcpy(bytes, &character, 2);
    }
    if (!stream->_base)
        make_buffer(stream);
    // An empty buffer gives room for the whole character.
    if (stream->_ptr - stream->_base < count && !stream->_cnt)
        stream->_ptr = stream->_base + count;
    if (stream->_ptr - stream->_base < count)
        return wide_eof;
    while (count)
        if (unget_locked(static_cast<unsigned char>(bytes[--count]), stream) == eof)
            return wide_eof;
    return c;
}

/// Reads up to and with a newline, at most `most` characters.
static size_t read_wide_line(File* stream, wchar_t* out, size_t most) {
    size_t count = 0;
    while (count < most) {
        unsigned short c = get_wide_locked(stream);
        if (c == wide_eof)
            break;
        out[count++] = wchar_t(c);
        if (c == '\n')
            break;
    }
    return count;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT unsigned short fputwc(wchar_t c, File* stream) {
    StreamLock lock(stream);
    TemporaryBuffer lent(stream);
    return put_wide_locked(c, stream);
}
CRT_EXPORT unsigned short fgetwc(File* stream) {
    StreamLock lock(stream);
    return get_wide_locked(stream);
}
CRT_EXPORT unsigned short putwchar(wchar_t c) { return fputwc(c, stdout_stream()); }
CRT_EXPORT unsigned short getwchar() { return fgetwc(stdin_stream()); }
CRT_ALIAS(putwc, fputwc);
CRT_ALIAS(getwc, fgetwc);
CRT_ALIAS(_fputwchar, putwchar);
CRT_ALIAS(_fgetwchar, getwchar);

CRT_EXPORT unsigned short ungetwc(unsigned short c, File* stream) {
    StreamLock lock(stream);
    return unget_wide_locked(c, stream);
}

CRT_EXPORT int fputws(const wchar_t* text, File* stream) {
    StreamLock lock(stream);
    TemporaryBuffer lent(stream);
    for (; *text; ++text)
        if (put_wide_locked(*text, stream) == wide_eof)
            return -1;
    return 0;
}
CRT_EXPORT int _putws(const wchar_t* text) {
    return fputws(text, stdout_stream()) < 0 || putwchar('\n') == wide_eof ? -1 : 0;
}

CRT_EXPORT wchar_t* fgetws(wchar_t* buffer, int size, File* stream) {
    if (!buffer || !stream || size <= 0) {
        invalid_parameter();
        return nullptr;
    }
    StreamLock lock(stream);
    size_t count = read_wide_line(stream, buffer, size_t(size) - 1);
    if (!count && size > 1)
        return nullptr;
    buffer[count] = 0;
    return buffer;
}
CRT_EXPORT wchar_t* _getws(wchar_t* buffer) {
    File* stream = stdin_stream();
    StreamLock lock(stream);
    size_t count = read_wide_line(stream, buffer, INT_MAX);
    if (!count)
        return nullptr;
    buffer[count - (buffer[count - 1] == '\n')] = 0;
    return buffer;
}
