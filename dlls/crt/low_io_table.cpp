// SPDX-License-Identifier: MIT
// low_io_table.cpp: the table of descriptors, and what a process inherits into it.
//
// A parent that starts a child with _spawn passes its descriptors in STARTUPINFO.lpReserved2: a count, a
// flag byte for each, then a handle for each. Descriptors 0, 1 and 2 that did not come that way are the
// standard handles; one that does not exist stays open with the handle -2, so that the number is taken.
// Source: the layout of lpReserved2 is known from Microsoft's published library sources (ioinit).
#include <dlls/crt/low_io.h>

#include <dlls/crt/locks.h>
#include <dlls/crt/startup.h>

using namespace oriel::crt;

CRT_EXPORT Descriptor* __pioinfo[descriptor_blocks] = {};
CRT_EXPORT Descriptor __badioinfo = {.osfhnd = -1, .osfile = 0, .pipech = '\n'};

namespace oriel::crt {

static constexpr intptr_t no_handle = -1, no_console = -2;

Descriptor* descriptor_entry(int fd) {
    if (fd < 0 || fd >= descriptor_limit)
        return nullptr;
    Descriptor* block = __pioinfo[fd / descriptors_per_block];
    return block ? block + fd % descriptors_per_block : nullptr;
}

Descriptor* open_descriptor(int fd) {
    Descriptor* descriptor = descriptor_entry(fd);
    if (descriptor && (descriptor->osfile & fd_open))
        return descriptor;
    fail_with_win32(0);
    set_errno(e_badf);
    return nullptr;
}

HANDLE handle_of(const Descriptor& descriptor) { return reinterpret_cast<HANDLE>(descriptor.osfhnd); }

static void clear(Descriptor& descriptor) {
    descriptor.osfhnd = no_handle;
    descriptor.osfile = 0;
    descriptor.pipech = '\n';
    descriptor.encoding = TextEncoding::ansi;
    descriptor.lookahead[0] = descriptor.lookahead[1] = '\n';
    descriptor.text_read_bytes = 0;
}

static bool ensure_block(int index) {
    if (__pioinfo[index])
        return true;
    auto* block = Owned<Descriptor>::allocate(descriptors_per_block);
    if (!block)
        return false;
    for (int i = 0; i < descriptors_per_block; ++i) {
        clear(block[i]);
        InitializeCriticalSection(&block[i].lock);
        block[i].lockinitflag = 1;
    }
    __pioinfo[index] = block;
    return true;
}

int reserve_descriptor() {
    LockScope lock(lock_descriptor_table);
    for (int block = 0; block < descriptor_blocks && ensure_block(block); ++block)
        for (int i = 0; i < descriptors_per_block; ++i)
            if (!(__pioinfo[block][i].osfile & fd_open)) {
                clear(__pioinfo[block][i]);
                __pioinfo[block][i].osfile = fd_open;
                return block * descriptors_per_block + i;
            }
    fail_with_win32(0);
    return fail(e_mfile);
}

int reserve_descriptor_at(int fd) {
    if (fd < 0 || fd >= descriptor_limit)
        return fail(e_badf);
    LockScope lock(lock_descriptor_table);
    for (int block = 0; block <= fd / descriptors_per_block; ++block)
        if (!ensure_block(block))
            return fail(e_nomem);
    clear(*descriptor_entry(fd));
    descriptor_entry(fd)->osfile = fd_open;
    return fd;
}

static DWORD standard_handle_id(int fd) {
    return fd == 0 ? STD_INPUT_HANDLE : fd == 1 ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE;
}

/// In a console program the first three descriptors and the standard handles go together.
void set_handle(int fd, HANDLE handle) {
    descriptor_entry(fd)->osfhnd = reinterpret_cast<intptr_t>(handle);
    if (fd <= 2 && app_type() == AppType::console)
        SetStdHandle(standard_handle_id(fd), handle);
}

void release_descriptor(int fd) {
    clear(*descriptor_entry(fd));
    if (fd <= 2 && app_type() == AppType::console)
        SetStdHandle(standard_handle_id(fd), nullptr);
}

static unsigned char kind_flags(HANDLE handle) {
    switch (GetFileType(handle) & 0xFF) {
    case FILE_TYPE_CHAR: return fd_device;
    case FILE_TYPE_PIPE: return fd_pipe;
    }
    return 0;
}

static bool inherit_from_parent() {
    STARTUPINFOA info;
    GetStartupInfoA(&info);
    auto* data = info.lpReserved2;
    if (!data || info.cbReserved2 < sizeof(int))
        return true;
    int count;
    memcpy(&count, data, sizeof count);
    size_t room = (info.cbReserved2 - sizeof(int)) / (1 + sizeof(intptr_t));
    count = int(smaller(size_t(count < 0 ? 0 : count), smaller(room, size_t(descriptor_limit))));
    const unsigned char* flags = data + sizeof(int);
    const unsigned char* handles = flags + count;
    for (int fd = 0; fd < count; ++fd) {
        intptr_t handle;
        memcpy(&handle, handles + fd * sizeof handle, sizeof handle);
        if (handle == no_handle || handle == no_console || !(flags[fd] & fd_open))
            continue;
        if (!(flags[fd] & fd_pipe) && GetFileType(reinterpret_cast<HANDLE>(handle)) == FILE_TYPE_UNKNOWN)
            continue;
        if (!ensure_block(fd / descriptors_per_block))
            return false;
        descriptor_entry(fd)->osfhnd = handle;
        descriptor_entry(fd)->osfile = flags[fd];
    }
    return true;
}

bool open_descriptors() {
    if (!ensure_block(0) || !inherit_from_parent())
        return false;
    for (int fd = 0; fd <= 2; ++fd) {
        Descriptor& descriptor = *descriptor_entry(fd);
        if (descriptor.osfhnd != no_handle && descriptor.osfhnd != no_console) {
            descriptor.osfile |= fd_text;
            continue;
        }
        descriptor.osfile = fd_open | fd_text;
        HANDLE handle = GetStdHandle(standard_handle_id(fd));
        if (handle && handle != INVALID_HANDLE_VALUE && GetFileType(handle) != FILE_TYPE_UNKNOWN) {
            descriptor.osfhnd = reinterpret_cast<intptr_t>(handle);
            descriptor.osfile |= kind_flags(handle);
        } else {
            descriptor.osfhnd = no_console;
            descriptor.osfile |= fd_device;
        }
    }
    return true;
}

} // namespace oriel::crt

CRT_EXPORT intptr_t _get_osfhandle(int fd) {
    Descriptor* descriptor = open_descriptor(fd);
    return descriptor ? descriptor->osfhnd : -1;
}

/// Takes a handle into the table; _O_APPEND, _O_TEXT and _O_NOINHERIT are heeded.
CRT_EXPORT int _open_osfhandle(intptr_t handle, int flags) {
    DWORD type = GetFileType(reinterpret_cast<HANDLE>(handle));
    if (type == FILE_TYPE_UNKNOWN)
        return GetLastError() ? fail_with_last_error() : fail(e_badf);
    int fd = reserve_descriptor();
    if (fd < 0)
        return -1;
    unsigned char kind = fd_open | kind_flags(reinterpret_cast<HANDLE>(handle));
    kind |= flags & o_append ? fd_append : 0;
    kind |= flags & (o_text | o_wtext | o_u8text | o_u16text) ? fd_text : 0;
    kind |= flags & o_noinherit ? fd_no_inherit : 0;
    Descriptor& descriptor = *descriptor_entry(fd);
    descriptor.osfile = kind;
    if (flags & (o_wtext | o_u16text))
        descriptor.encoding = TextEncoding::utf16le;
    if (flags & o_u8text)
        descriptor.encoding = TextEncoding::utf8;
    set_handle(fd, reinterpret_cast<HANDLE>(handle));
    return fd;
}

CRT_EXPORT int _isatty(int fd) {
    Descriptor* descriptor = open_descriptor(fd);
    return descriptor ? descriptor->osfile & fd_device : 0;
}
