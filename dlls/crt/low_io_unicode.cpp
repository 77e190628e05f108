// SPDX-License-Identifier: MIT
// low_io_unicode.cpp: the Unicode text modes, between UTF-16 in the program and UTF-8 or UTF-16 in the file.
//
// A console takes UTF-16 itself (WriteConsoleW). A UTF-8 sequence that a read cuts in the middle is
// completed byte by byte, so that no position in the file is lost. Source: "_setmode", "fopen" (ccs=).
#include <dlls/crt/low_io_unicode.h>

#include <dlls/crt/low_io_modes.h>

namespace oriel::crt {

namespace {

/// How many bytes of the sequence that ends the buffer are missing.
unsigned missing_tail(const unsigned char* bytes, unsigned count) {
    for (unsigned back = 1; back <= 3 && back <= count; ++back) {
        unsigned char lead = bytes[count - back];
        if ((lead & 0xC0) == 0x80)
            continue;
        unsigned length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        return length > back ? length - back : 0;
    }
    return 0;
}

int fetch_utf8(Descriptor& descriptor, wchar_t* out, unsigned units) {
    unsigned char buffer[1024];
    // One byte gives at most one unit; room for the completion of the last sequence is kept.
    unsigned want = smaller(units > 4 ? units - 2 : 1u, unsigned(sizeof buffer - 4));
    int got = read_raw(descriptor, buffer, want);
    if (got <= 0)
        return got;
    unsigned count = unsigned(got);
    for (unsigned missing = missing_tail(buffer, count); missing; --missing) {
        if (read_raw(descriptor, buffer + count, 1) != 1)
            break;
        ++count;
    }
    descriptor.text_read_bytes = count;
    return MultiByteToWideChar(CP_UTF8, 0, reinterpret_cast<char*>(buffer), int(count), out, int(units));
}

int fetch_utf16(Descriptor& descriptor, wchar_t* out, unsigned units) {
    int got = read_raw(descriptor, out, units * 2);
    if (got > 0 && got % 2 && read_raw(descriptor, reinterpret_cast<char*>(out) + got, 1) == 1)
        ++got;
    descriptor.text_read_bytes = unsigned(larger(got, 0));
    return got < 0 ? got : got / 2;
}

int fetch(Descriptor& descriptor, wchar_t* out, unsigned units) {
    return descriptor.encoding == TextEncoding::utf8 ? fetch_utf8(descriptor, out, units)
                                                     : fetch_utf16(descriptor, out, units);
}

bool is_console(const Descriptor& descriptor) {
    DWORD mode;
    return (descriptor.osfile & fd_device) && GetConsoleMode(handle_of(descriptor), &mode);
}

bool emit(Descriptor& descriptor, const wchar_t* text, unsigned units, bool console, DWORD& error) {
    DWORD written = 0;
    bool ok;
    if (console) {
        ok = WriteConsoleW(handle_of(descriptor), text, units, &written, nullptr);
    } else if (descriptor.encoding == TextEncoding::utf8) {
        char bytes[3 * 512];
        int count = WideCharToMultiByte(CP_UTF8, 0, text, int(units), bytes, sizeof bytes, nullptr, nullptr);
        ok = WriteFile(handle_of(descriptor), bytes, DWORD(count), &written, nullptr);
    } else {
        ok = WriteFile(handle_of(descriptor), text, units * 2, &written, nullptr);
    }
    error = ok ? 0 : GetLastError();
    return ok;
}

} // namespace

int read_unicode_text(Descriptor& descriptor, wchar_t* buffer, unsigned units) {
    if (!units)
        return 0;
    int got = fetch(descriptor, buffer, units);
    if (got <= 0)
        return got;
    wchar_t* out = buffer;
    for (int i = 0; i < got; ++i) {
        wchar_t c = buffer[i];
        if (c == 0x1A && !(descriptor.osfile & fd_device)) {
            descriptor.osfile |= fd_end_of_file;
            break;
        }
        if (c == '\r' && i + 1 < got && buffer[i + 1] == '\n')
            continue;
        if (c == '\r' && i + 1 == got) {
            // The LF may be the next thing in the file: a CR alone is put back by the seek.
            wchar_t next;
            int more = descriptor.osfile & (fd_device | fd_pipe) ? 0 : fetch(descriptor, &next, 1);
            unsigned used = descriptor.text_read_bytes;
            if (more == 1 && next == '\n')
                c = '\n';
            else if (more == 1)
                seek_locked(descriptor, -static_cast<long long>(used), SEEK_CUR_ORIGIN);
        }
        *out++ = c;
    }
    return int((out - buffer) * sizeof(wchar_t));
}

unsigned write_unicode_text(Descriptor& descriptor, const wchar_t* text, unsigned units, DWORD& error) {
    bool console = is_console(descriptor);
    wchar_t buffer[512];
    unsigned done = 0;
    error = 0;
    while (done < units) {
        unsigned used = 0, taken = 0;
        while (done + taken < units && used < 511) {
            wchar_t c = text[done + taken];
            // A surrogate pair stays in one piece: its conversion needs both halves.
            if (used == 510 && (c & 0xFC00) == 0xD800)
                break;
            if (c == '\n')
                buffer[used++] = '\r';
            buffer[used++] = c;
            ++taken;
        }
        if (!emit(descriptor, buffer, used, console, error))
            break;
        done += taken;
    }
    return done;
}

} // namespace oriel::crt
