// SPDX-License-Identifier: MIT
// low_io_write.cpp: _write, and text mode's translation on the way out.
//
// Text mode writes CR LF for each LF. The answer counts the caller's characters, not the bytes of the
// file, so a short write of a translated block is counted back. Source: "_write".
#include <dlls/crt/low_io_modes.h>

#include <dlls/crt/low_io_unicode.h>

namespace oriel::crt {

namespace {

/// Writes all, or returns the bytes that were written before the error; the error is in `error`.
unsigned write_raw(Descriptor& descriptor, const char* buffer, unsigned bytes, DWORD& error) {
    DWORD written = 0;
    error = WriteFile(handle_of(descriptor), buffer, bytes, &written, nullptr) ? 0 : GetLastError();
    return written;
}

/// LF to CR LF through a buffer on the stack; returns the caller's characters that reached the file.
unsigned write_text(Descriptor& descriptor, const char* text, unsigned bytes, DWORD& error) {
    char buffer[4096];
    unsigned done = 0;
    error = 0;
    while (done < bytes) {
        unsigned used = 0, taken = 0;
        while (done + taken < bytes && used < sizeof buffer - 1) {
            char c = text[done + taken++];
            if (c == '\n')
                buffer[used++] = '\r';
            buffer[used++] = c;
        }
        unsigned written = write_raw(descriptor, buffer, used, error);
        if (written == used) {
            done += taken;
            continue;
        }
        // Count the characters whose last byte was written.
        for (unsigned i = 0, in = done; i < written; ++in, ++i) {
            if (text[in] == '\n' && ++i >= written)
                break;
            ++done;
        }
        break;
    }
    return done;
}

int write_failed(const Descriptor& descriptor, const char* buffer, DWORD error) {
    if (error == ERROR_ACCESS_DENIED) {
        fail_with_win32(error);
        return fail(e_badf); // a descriptor that is not open for writing
    }
    if (error)
        return fail_with_win32(error);
    if ((descriptor.osfile & fd_device) && *buffer == 0x1A)
        return 0; // a Ctrl-Z to a device may vanish
    fail_with_win32(0);
    return fail(e_nospc);
}

} // namespace

int write_locked(int, Descriptor& descriptor, const void* buffer, unsigned bytes) {
    if (!bytes)
        return 0;
    if (descriptor.osfile & fd_append)
        seek_locked(descriptor, 0, SEEK_END_ORIGIN);
    auto* text = static_cast<const char*>(buffer);
    DWORD error = 0;
    unsigned written;
    if (!(descriptor.osfile & fd_text))
        written = write_raw(descriptor, text, bytes, error);
    else if (descriptor.encoding != TextEncoding::ansi)
        written = write_unicode_text(descriptor, static_cast<const wchar_t*>(buffer), bytes / 2, error) * 2;
    else
        written = write_text(descriptor, text, bytes, error);
    return written ? int(written) : write_failed(descriptor, text, error);
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT int _write(int fd, const void* buffer, unsigned bytes) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    if (!bytes)
        return 0;
    if (!buffer)
        return invalid_parameter(), -1;
    DescriptorLock lock(*descriptor);
    return write_locked(fd, *descriptor, buffer, bytes);
}
