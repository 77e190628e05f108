// SPDX-License-Identifier: MIT
// low_io_read.cpp: _read, and text mode's translation on the way in.
//
// In text mode CR LF becomes LF, and Ctrl-Z ends a file (not a device). A CR that ends what was read
// needs the byte after it: a disk file is sought back, a pipe or console keeps the byte in `pipech`.
// Unicode text modes deliver UTF-16 code units, whatever the file holds (low_io_unicode.cpp).
// Source: "_read", "Text and Binary Mode File I/O".
#include <dlls/crt/low_io_modes.h>

#include <dlls/crt/low_io_unicode.h>

namespace oriel::crt {

int read_raw(Descriptor& descriptor, void* buffer, unsigned bytes) {
    DWORD got = 0;
    if (ReadFile(handle_of(descriptor), buffer, bytes, &got, nullptr))
        return int(got);
    DWORD error = GetLastError();
    if (error == ERROR_BROKEN_PIPE)
        return 0; // the writer has gone: the end of the file
    fail_with_win32(error);
    if (error == ERROR_ACCESS_DENIED)
        set_errno(e_badf); // a descriptor that is not open for reading
    return -1;
}

namespace {

bool keeps_lookahead(const Descriptor& descriptor) { return descriptor.osfile & (fd_device | fd_pipe); }

/// What becomes of a CR at the end of what was read. Returns the character to store, or 0 for none:
/// then the LF comes with the next read.
char resolve_final_cr(Descriptor& descriptor, bool buffer_is_empty) {
    char next;
    if (read_raw(descriptor, &next, 1) <= 0)
        return '\r';
    if (keeps_lookahead(descriptor)) {
        if (next == '\n')
            return '\n';
        descriptor.pipech = next;
        return '\r';
    }
    if (next == '\n' && buffer_is_empty) {
        ++descriptor.text_read_bytes;
        return '\n';
    }
    seek_locked(descriptor, -1, SEEK_CUR_ORIGIN);
    if (next != '\n')
        return '\r';
    --descriptor.text_read_bytes; // the CR is read again, with its LF
    seek_locked(descriptor, -1, SEEK_CUR_ORIGIN);
    return 0;
}

/// Translates in place; returns the number of characters that are left.
int translate(Descriptor& descriptor, char* buffer, unsigned bytes) {
    descriptor.osfile &= ~fd_crlf;
    const char* in = buffer;
    const char* end = buffer + bytes;
    char* out = buffer;
    while (in < end) {
        char c = *in;
        if (c == 0x1A) {
            if (descriptor.osfile & fd_device)
                *out++ = c;
            else
                descriptor.osfile |= fd_end_of_file;
            break;
        }
        if (c != '\r') {
            *out++ = c;
            ++in;
        } else if (in + 1 < end) {
            bool pair = in[1] == '\n';
            *out++ = pair ? '\n' : '\r';
            in += pair ? 2 : 1;
            if (pair)
                descriptor.osfile |= fd_crlf;
        } else {
            ++in;
            if (char resolved = resolve_final_cr(descriptor, out == buffer))
                *out++ = resolved;
        }
    }
    return int(out - buffer);
}

int read_text(Descriptor& descriptor, char* buffer, unsigned bytes) {
    unsigned kept = 0;
    if (keeps_lookahead(descriptor) && descriptor.pipech != '\n') {
        buffer[kept++] = descriptor.pipech;
        descriptor.pipech = '\n';
    }
    int got = kept < bytes ? read_raw(descriptor, buffer + kept, bytes - kept) : 0;
    if (got < 0 && !kept)
        return -1;
    unsigned total = kept + unsigned(larger(got, 0));
    descriptor.text_read_bytes = total;
    return translate(descriptor, buffer, total);
}

} // namespace

int read_locked(int, Descriptor& descriptor, void* buffer, unsigned bytes) {
    if (!bytes || (descriptor.osfile & fd_end_of_file))
        return 0;
    if (!(descriptor.osfile & fd_text))
        return read_raw(descriptor, buffer, bytes);
    if (descriptor.encoding != TextEncoding::ansi)
        return read_unicode_text(descriptor, static_cast<wchar_t*>(buffer), bytes / sizeof(wchar_t));
    return read_text(descriptor, static_cast<char*>(buffer), bytes);
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT int _read(int fd, void* buffer, unsigned bytes) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    if (!buffer || bytes > INT_MAX)
        return invalid_parameter(), -1;
    DescriptorLock lock(*descriptor);
    return read_locked(fd, *descriptor, buffer, bytes);
}
