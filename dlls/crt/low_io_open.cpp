// SPDX-License-Identifier: MIT
// low_io_open.cpp: _open and its kin: from _O_ flags to CreateFile.
//
// Three things are the library's own: the default of text or binary mode (_fmode), the look at an existing
// file's byte order mark where a Unicode text mode is asked for, and the Ctrl-Z at the end of a text file
// that is opened for reading and writing, which is cut off so that appended text can be read back.
// Source: "_open, _wopen", "_sopen, _wsopen", "_umask".
#include <dlls/crt/low_io.h>

#include <dlls/crt/low_io_modes.h>

CRT_EXPORT int _fmode = 0;

namespace oriel::crt {

static int permission_mask;

int file_mode_default() { return _fmode & o_binary ? o_binary : o_text; }

namespace {

HANDLE create(const char* path, const DWORD (&how)[4], SECURITY_ATTRIBUTES& security) {
    return CreateFileA(path, how[0], how[1], &security, how[2], how[3], nullptr);
}
HANDLE create(const wchar_t* path, const DWORD (&how)[4], SECURITY_ATTRIBUTES& security) {
    return CreateFileW(path, how[0], how[1], &security, how[2], how[3], nullptr);
}

/// False if the share value is none of _SH_COMPAT, _SH_DENYRW, _SH_DENYWR, _SH_DENYRD, _SH_DENYNO.
bool decode_share(int share, DWORD access, DWORD& mode) {
    switch (share) {
    case 0x10: mode = 0; return true;
    case 0x20: mode = FILE_SHARE_READ; return true;
    case 0x30: mode = FILE_SHARE_WRITE; return true;
    case 0x40: mode = FILE_SHARE_READ | FILE_SHARE_WRITE; return true;
    case 0x80: mode = access == GENERIC_READ ? FILE_SHARE_READ : 0; return true;
    }
    return false;
}

DWORD decode_disposition(int flags) {
    switch (flags & (o_creat | o_excl | o_trunc)) {
    case o_creat: return OPEN_ALWAYS;
    case o_creat | o_excl:
    case o_creat | o_trunc | o_excl: return CREATE_NEW;
    case o_trunc:
    case o_trunc | o_excl: return TRUNCATE_EXISTING;
    case o_creat | o_trunc: return CREATE_ALWAYS;
    }
    return OPEN_EXISTING;
}

DWORD decode_attributes(int flags, int permissions, DWORD& access, DWORD& share) {
    DWORD attributes = FILE_ATTRIBUTE_NORMAL;
    if ((flags & o_creat) && !(permissions & ~permission_mask & s_iwrite))
        attributes = FILE_ATTRIBUTE_READONLY;
    if (flags & o_temporary) {
        attributes |= FILE_FLAG_DELETE_ON_CLOSE;
        access |= DELETE;
        share |= FILE_SHARE_DELETE;
    }
    if (flags & o_short_lived)
        attributes |= FILE_ATTRIBUTE_TEMPORARY;
    if (flags & o_sequential)
        attributes |= FILE_FLAG_SEQUENTIAL_SCAN;
    else if (flags & o_random)
        attributes |= FILE_FLAG_RANDOM_ACCESS;
    if (flags & o_obtain_dir)
        attributes |= FILE_FLAG_BACKUP_SEMANTICS;
    return attributes;
}

/// Removes a Ctrl-Z that ends a text file opened for update.
void drop_final_ctrl_z(int fd, Descriptor& descriptor) {
    long long last = seek_locked(descriptor, -1, SEEK_END_ORIGIN);
    char c = 0;
    if (last >= 0 && read_raw(descriptor, &c, 1) == 1 && c == 0x1A)
        truncate_locked(fd, descriptor, last);
    seek_locked(descriptor, 0, SEEK_SET_ORIGIN);
}

/// Skips or writes the byte order mark of a Unicode text file, and learns the encoding from it.
void settle_encoding(int flags, DWORD access, Descriptor& descriptor) {
    if (!(flags & (o_wtext | o_u16text | o_u8text)) || (descriptor.osfile & (fd_device | fd_pipe)))
        return;
    LARGE_INTEGER size{};
    bool has_content = GetFileSizeEx(handle_of(descriptor), &size) && size.QuadPart > 0;
    if (has_content && (access & GENERIC_READ)) {
        unsigned char mark[3] = {};
        int got = read_raw(descriptor, mark, 3);
        int skip = 0;
        if (got >= 2 && mark[0] == 0xFF && mark[1] == 0xFE) {
            descriptor.encoding = TextEncoding::utf16le;
            skip = 2;
        } else if (got == 3 && mark[0] == 0xEF && mark[1] == 0xBB && mark[2] == 0xBF) {
            descriptor.encoding = TextEncoding::utf8;
            skip = 3;
        } else if (flags & o_wtext) {
            descriptor.encoding = TextEncoding::ansi;
        }
        seek_locked(descriptor, skip, SEEK_SET_ORIGIN);
    } else if (!has_content && (access & GENERIC_WRITE)) {
        const char* mark = descriptor.encoding == TextEncoding::utf8 ? "\xEF\xBB\xBF" : "\xFF\xFE";
        DWORD written;
        WriteFile(handle_of(descriptor), mark, DWORD(strlen(mark)), &written, nullptr);
    }
}

TextEncoding encoding_of_flags(int flags) {
    return flags & o_u8text ? TextEncoding::utf8
           : flags & (o_wtext | o_u16text) ? TextEncoding::utf16le
                                           : TextEncoding::ansi;
}

} // namespace

template<class Char> int open_file(const Char* path, int flags, int share_value, int permissions, int& fd) {
    fd = -1;
    DWORD access = (flags & 3) == o_rdonly ? GENERIC_READ
                   : (flags & 3) == o_wronly ? GENERIC_WRITE
                                             : GENERIC_READ | GENERIC_WRITE;
    DWORD share = 0;
    if (!path || (flags & 3) == 3 || !decode_share(share_value, access, share))
        return invalid_parameter();
    DWORD attributes = decode_attributes(flags, permissions, access, share);
    // A Unicode text file that is appended to has its mark read first.
    if ((flags & (o_wtext | o_u16text | o_u8text)) && (access & GENERIC_WRITE) && !(flags & o_trunc))
        access |= GENERIC_READ;
    bool text = (flags & (o_text | o_wtext | o_u16text | o_u8text)) != 0;
    if (!(flags & (o_binary | o_text | o_wtext | o_u16text | o_u8text)))
        text = file_mode_default() == o_text;

    int reserved = reserve_descriptor();
    if (reserved < 0)
        return *_errno();
    SECURITY_ATTRIBUTES security{sizeof security, nullptr, !(flags & o_noinherit)};
    const DWORD how[4] = {access, share, decode_disposition(flags), attributes};
    HANDLE handle = create(path, how, security);
    DWORD type = handle == INVALID_HANDLE_VALUE ? 0 : GetFileType(handle);
    if (handle == INVALID_HANDLE_VALUE || type == FILE_TYPE_UNKNOWN) {
        DWORD error = GetLastError();
        if (handle != INVALID_HANDLE_VALUE)
            CloseHandle(handle);
        descriptor_entry(reserved)->osfile = 0;
        fail_with_win32(error);
        return *_errno();
    }
    Descriptor& descriptor = *descriptor_entry(reserved);
    unsigned char kind = fd_open | (text ? fd_text : 0) | (flags & o_noinherit ? fd_no_inherit : 0);
    kind |= type == FILE_TYPE_CHAR ? fd_device : type == FILE_TYPE_PIPE ? fd_pipe : 0;
    if ((flags & o_append) && !(kind & (fd_device | fd_pipe)))
        kind |= fd_append;
    set_handle(reserved, handle);
    descriptor.osfile = kind;
    descriptor.encoding = encoding_of_flags(flags);
    if (text && (flags & o_rdwr) && !(kind & (fd_device | fd_pipe)) && descriptor.encoding == TextEncoding::ansi)
        drop_final_ctrl_z(reserved, descriptor);
    settle_encoding(flags, access, descriptor);
    fd = reserved;
    return 0;
}

template int open_file(const char*, int, int, int, int&);
template int open_file(const wchar_t*, int, int, int, int&);

} // namespace oriel::crt

using namespace oriel::crt;

static constexpr int share_all = 0x40;

/// The permissions argument is only there when _O_CREAT is.
#define PERMISSIONS_AFTER(last)                                                                             \
    va_list arguments;                                                                                      \
    va_start(arguments, last);                                                                              \
    int permissions = flags & o_creat ? va_arg(arguments, int) : 0;                                         \
    va_end(arguments)

template<class Char> static int open_or_fail(const Char* path, int flags, int share, int permissions) {
    int fd;
    return open_file(path, flags, share, permissions, fd) == 0 ? fd : -1;
}

CRT_EXPORT int _open(const char* path, int flags, ...) {
    PERMISSIONS_AFTER(flags);
    return open_or_fail(path, flags, share_all, permissions);
}
CRT_EXPORT int _wopen(const wchar_t* path, int flags, ...) {
    PERMISSIONS_AFTER(flags);
    return open_or_fail(path, flags, share_all, permissions);
}
CRT_EXPORT int _sopen(const char* path, int flags, int share, ...) {
    PERMISSIONS_AFTER(share);
    return open_or_fail(path, flags, share, permissions);
}
CRT_EXPORT int _wsopen(const wchar_t* path, int flags, int share, ...) {
    PERMISSIONS_AFTER(share);
    return open_or_fail(path, flags, share, permissions);
}
CRT_EXPORT int _sopen_s(int* fd, const char* path, int flags, int share, int permissions) {
    return fd ? open_file(path, flags, share, permissions, *fd) : invalid_parameter();
}
CRT_EXPORT int _wsopen_s(int* fd, const wchar_t* path, int flags, int share, int permissions) {
    return fd ? open_file(path, flags, share, permissions, *fd) : invalid_parameter();
}
CRT_EXPORT int _creat(const char* path, int permissions) {
    return open_or_fail(path, o_creat | o_trunc | o_rdwr, share_all, permissions);
}
CRT_EXPORT int _wcreat(const wchar_t* path, int permissions) {
    return open_or_fail(path, o_creat | o_trunc | o_rdwr, share_all, permissions);
}

CRT_EXPORT int _umask(int mask) {
    int before = permission_mask;
    permission_mask = mask & (s_iread | s_iwrite);
    return before;
}

CRT_EXPORT int* __p__fmode() { return &_fmode; }
CRT_EXPORT int _set_fmode(int mode) {
    if (mode != o_text && mode != o_binary && mode != o_wtext)
        return invalid_parameter();
    _fmode = mode;
    return 0;
}
CRT_EXPORT int _get_fmode(int* mode) {
    if (!mode)
        return invalid_parameter();
    *mode = _fmode;
    return 0;
}
