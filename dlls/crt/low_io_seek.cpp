// SPDX-License-Identifier: MIT
// low_io_seek.cpp: positions and sizes of descriptors.
//
// Seeking forgets an end of file that a Ctrl-Z made. Source: "_lseek, _lseeki64", "_chsize", "_filelength".
#include <dlls/crt/low_io_modes.h>

namespace oriel::crt {

long long seek_locked(Descriptor& descriptor, long long offset, int origin) {
    LARGE_INTEGER distance, position;
    distance.QuadPart = offset;
    if (!SetFilePointerEx(handle_of(descriptor), distance, &position, DWORD(origin)))
        return fail_with_last_error();
    descriptor.osfile &= ~fd_end_of_file;
    return position.QuadPart;
}

int truncate_locked(int, Descriptor& descriptor, long long size) {
    long long before = seek_locked(descriptor, 0, SEEK_CUR_ORIGIN);
    if (before < 0 || seek_locked(descriptor, size, SEEK_SET_ORIGIN) < 0)
        return *_errno();
    bool ok = SetEndOfFile(handle_of(descriptor));
    DWORD error = GetLastError();
    seek_locked(descriptor, before, SEEK_SET_ORIGIN);
    if (ok)
        return 0;
    fail_with_win32(error);
    if (error == ERROR_ACCESS_DENIED || error == ERROR_INVALID_HANDLE)
        set_errno(e_acces);
    return *_errno();
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT long long _lseeki64(int fd, long long offset, int origin) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    if (origin < 0 || origin > 2)
        return invalid_parameter(), -1;
    DescriptorLock lock(*descriptor);
    if (descriptor->osfhnd < 0)
        return fail(e_badf);
    return seek_locked(*descriptor, offset, origin);
}

CRT_EXPORT long _lseek(int fd, long offset, int origin) {
    long long position = _lseeki64(fd, offset, origin);
    return position > LONG_MAX ? fail(e_inval) : long(position);
}

CRT_EXPORT long long _telli64(int fd) { return _lseeki64(fd, 0, SEEK_CUR_ORIGIN); }
CRT_EXPORT long _tell(int fd) { return _lseek(fd, 0, SEEK_CUR_ORIGIN); }

CRT_EXPORT long long _filelengthi64(int fd) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    DescriptorLock lock(*descriptor);
    long long here = seek_locked(*descriptor, 0, SEEK_CUR_ORIGIN);
    if (here < 0)
        return -1;
    long long end = seek_locked(*descriptor, 0, SEEK_END_ORIGIN);
    if (here != end)
        seek_locked(*descriptor, here, SEEK_SET_ORIGIN);
    return end;
}

CRT_EXPORT long _filelength(int fd) {
    long long length = _filelengthi64(fd);
    return length > LONG_MAX ? fail(e_inval) : long(length);
}

/// 1 at the end, 0 before it and, as in Microsoft's library, behind it; -1 with errno.
CRT_EXPORT int _eof(int fd) {
    long long here = _telli64(fd), end = here < 0 ? -1 : _filelengthi64(fd);
    return end < 0 ? -1 : here == end;
}

CRT_EXPORT int _chsize_s(int fd, long long size) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return e_badf;
    if (size < 0)
        return invalid_parameter();
    DescriptorLock lock(*descriptor);
    return truncate_locked(fd, *descriptor, size);
}

CRT_EXPORT int _chsize(int fd, long size) { return _chsize_s(fd, size) == 0 ? 0 : -1; }

CRT_EXPORT int _commit(int fd) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    DescriptorLock lock(*descriptor);
    if (FlushFileBuffers(handle_of(*descriptor)))
        return 0;
    *_errno() = e_badf;
    return -1;
}

/// Locks or unlocks bytes from the current position; the waiting modes try ten times, a second apart.
CRT_EXPORT int _locking(int fd, int mode, long bytes) {
    enum { unlock = 0, lock_wait = 1, lock_now = 2, read_lock_wait = 3, read_lock_now = 4 };
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    if (bytes < 0 || mode < unlock || mode > read_lock_now)
        return invalid_parameter(), -1;
    long long position = _telli64(fd);
    if (position < 0)
        return -1;
    DWORD low = DWORD(position), high = DWORD(position >> 32);
    bool waits = mode == lock_wait || mode == read_lock_wait;
    for (int tries = waits ? 10 : 1;; Sleep(1000)) {
        if (mode == unlock ? UnlockFile(handle_of(*descriptor), low, high, DWORD(bytes), 0)
                           : LockFile(handle_of(*descriptor), low, high, DWORD(bytes), 0))
            return 0;
        if (--tries <= 0)
            break;
    }
    fail_with_last_error();
    return waits ? fail(e_deadlk) : -1;
}
