// SPDX-License-Identifier: MIT
// low_io_descriptor.cpp: closing, duplicating and switching descriptors, and pipes.
//
// Descriptors 1 and 2 may share one handle (a program started with "2>&1"): closing one of the two then
// leaves the handle open for the other. Source: "_close", "_dup, _dup2", "_pipe", "_setmode".
#include <dlls/crt/low_io_modes.h>

using namespace oriel::crt;

static bool shares_handle(int fd) {
    int twin = fd == 1 ? 2 : fd == 2 ? 1 : -1;
    Descriptor* other = descriptor_entry(twin);
    return other && (other->osfile & fd_open) && other->osfhnd == descriptor_entry(fd)->osfhnd;
}

static int close_locked(int fd, Descriptor& descriptor) {
    DWORD error = 0;
    if (descriptor.osfhnd >= 0 && !shares_handle(fd) && !CloseHandle(handle_of(descriptor)))
        error = GetLastError();
    release_descriptor(fd);
    return error ? fail_with_win32(error) : 0;
}

CRT_EXPORT int _close(int fd) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    DescriptorLock lock(*descriptor);
    return close_locked(fd, *descriptor);
}

/// Makes `to`, which is reserved, a copy of `from`.
static int duplicate_into(int from, int to) {
    HANDLE copy;
    HANDLE process = GetCurrentProcess();
    Descriptor& source = *descriptor_entry(from);
    if (!DuplicateHandle(process, handle_of(source), process, &copy, 0, TRUE, DUPLICATE_SAME_ACCESS)) {
        DWORD error = GetLastError();
        descriptor_entry(to)->osfile = 0;
        return fail_with_win32(error);
    }
    set_handle(to, copy);
    Descriptor& target = *descriptor_entry(to);
    target.osfile = source.osfile & ~fd_no_inherit;
    target.encoding = source.encoding;
    return to;
}

CRT_EXPORT int _dup(int fd) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    DescriptorLock lock(*descriptor);
    int copy = reserve_descriptor();
    return copy < 0 ? -1 : duplicate_into(fd, copy);
}

/// 0 on success, not the descriptor as in POSIX.
CRT_EXPORT int _dup2(int from, int to) {
    Descriptor* descriptor = open_descriptor(from);
    if (!descriptor)
        return -1;
    if (to < 0 || to >= descriptor_limit)
        return fail(e_badf);
    if (from == to)
        return 0;
    DescriptorLock lock(*descriptor);
    Descriptor* target = descriptor_entry(to);
    if (target && (target->osfile & fd_open))
        close_locked(to, *target);
    if (reserve_descriptor_at(to) < 0)
        return -1;
    return duplicate_into(from, to) < 0 ? -1 : 0;
}

CRT_EXPORT int _pipe(int* fds, unsigned size, int flags) {
    if (!fds || (flags & ~(o_noinherit | o_binary | o_text | o_wtext | o_u8text | o_u16text)))
        return invalid_parameter(), -1;
    fds[0] = fds[1] = -1;
    SECURITY_ATTRIBUTES security{sizeof security, nullptr, !(flags & o_noinherit)};
    HANDLE ends[2];
    if (!CreatePipe(&ends[0], &ends[1], &security, size))
        return fail_with_last_error();
    int read_end = reserve_descriptor();
    int write_end = read_end < 0 ? -1 : reserve_descriptor();
    if (write_end < 0) {
        if (read_end >= 0)
            descriptor_entry(read_end)->osfile = 0;
        CloseHandle(ends[0]);
        CloseHandle(ends[1]);
        return -1;
    }
    bool text = flags & (o_text | o_binary) ? (flags & o_text) != 0 : file_mode_default() == o_text;
    for (int i = 0; i < 2; ++i) {
        int fd = i ? write_end : read_end;
        set_handle(fd, ends[i]);
        descriptor_entry(fd)->osfile =
            fd_open | fd_pipe | (text ? fd_text : 0) | (flags & o_noinherit ? fd_no_inherit : 0);
    }
    fds[0] = read_end;
    fds[1] = write_end;
    return 0;
}

/// Sets the translation mode; answers the mode before, or -1.
CRT_EXPORT int _setmode(int fd, int mode) {
    if (mode != o_text && mode != o_binary && mode != o_wtext && mode != o_u8text && mode != o_u16text)
        return invalid_parameter(), -1;
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    DescriptorLock lock(*descriptor);
    int before = !(descriptor->osfile & fd_text)                  ? o_binary
                 : descriptor->encoding == TextEncoding::ansi     ? o_text
                                                                  : o_wtext;
    descriptor->osfile = (descriptor->osfile & ~fd_text) | (mode == o_binary ? 0 : fd_text);
    descriptor->encoding = mode == o_u8text                       ? TextEncoding::utf8
                           : mode == o_wtext || mode == o_u16text ? TextEncoding::utf16le
                                                                  : TextEncoding::ansi;
    return before;
}
