// SPDX-License-Identifier: MIT
// low_io.h: file descriptors, the layer between streams and Win32 handles.
//
// A descriptor is an index into __pioinfo: up to 64 blocks of 32 entries. Programs (Perl, Ruby) read the
// table directly, so an entry begins as Microsoft's does: the handle, the flags, the pipe look-ahead, the
// lock. What follows is ours.
// Always: a free entry has no `open` flag and the handle -1.
#pragma once

#include <dlls/crt/crt.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

/// The flag byte of a descriptor (osfile of Microsoft's <internal.h>).
enum DescriptorFlag : unsigned char {
    fd_open = 0x01,
    fd_end_of_file = 0x02, ///< Ctrl-Z was read
    fd_crlf = 0x04,        ///< the last text read met a CR LF
    fd_pipe = 0x08,
    fd_no_inherit = 0x10,
    fd_append = 0x20,
    fd_device = 0x40,
    fd_text = 0x80,
};

/// How text is stored in the file behind a descriptor in text mode.
enum class TextEncoding : unsigned char { ansi, utf8, utf16le };

struct Descriptor {
    intptr_t osfhnd;
    unsigned char osfile;
    char pipech; ///< one byte of look-ahead after a CR, or LF when there is none
    int lockinitflag;
    CRITICAL_SECTION lock;
    TextEncoding encoding;
    char lookahead[2];
    unsigned text_read_bytes; ///< bytes of the file that the last text read used up (stdio_seek.cpp)
};

inline constexpr int descriptors_per_block = 32;
inline constexpr int descriptor_blocks = 64;
inline constexpr int descriptor_limit = descriptors_per_block * descriptor_blocks;

/// _open's flags (<fcntl.h>) and permissions (<sys/stat.h>).
enum OpenFlag : int {
    o_rdonly = 0, o_wronly = 1, o_rdwr = 2, o_append = 8, o_random = 0x10, o_sequential = 0x20,
    o_temporary = 0x40, o_noinherit = 0x80, o_creat = 0x100, o_trunc = 0x200, o_excl = 0x400,
    o_short_lived = 0x1000, o_obtain_dir = 0x2000, o_text = 0x4000, o_binary = 0x8000, o_wtext = 0x10000,
    o_u16text = 0x20000, o_u8text = 0x40000,
};
enum Permission : int { s_iread = 0x100, s_iwrite = 0x80 };

bool open_descriptors();

/// The entry of an open descriptor, or null (errno = EBADF, _doserrno = 0).
Descriptor* open_descriptor(int fd);
/// The entry of any number in the table, or null.
Descriptor* descriptor_entry(int fd);
HANDLE handle_of(const Descriptor& descriptor);

/// A free descriptor, marked open and locked, or -1 (EMFILE).
int reserve_descriptor();
int reserve_descriptor_at(int fd);
void set_handle(int fd, HANDLE handle);
void release_descriptor(int fd);

/// The lock of one descriptor, held for a scope.
class DescriptorLock {
public:
    explicit DescriptorLock(Descriptor& descriptor) : m_lock(descriptor.lock) { EnterCriticalSection(&m_lock); }
    ~DescriptorLock() { LeaveCriticalSection(&m_lock); }
    DescriptorLock(const DescriptorLock&) = delete;
    DescriptorLock& operator=(const DescriptorLock&) = delete;

private:
    CRITICAL_SECTION& m_lock;
};

template<class Char> int open_file(const Char* path, int flags, int share, int permissions, int& fd);

// Reading and writing with the descriptor's lock held (low_io_read.cpp, low_io_write.cpp).
int read_locked(int fd, Descriptor& descriptor, void* buffer, unsigned bytes);
int write_locked(int fd, Descriptor& descriptor, const void* buffer, unsigned bytes);
long long seek_locked(Descriptor& descriptor, long long offset, int origin);

} // namespace oriel::crt

CRT_EXPORT oriel::crt::Descriptor* __pioinfo[oriel::crt::descriptor_blocks];
CRT_EXPORT int _close(int fd);
CRT_EXPORT int _read(int fd, void* buffer, unsigned bytes);
CRT_EXPORT int _write(int fd, const void* buffer, unsigned bytes);
CRT_EXPORT long long _lseeki64(int fd, long long offset, int origin);
CRT_EXPORT int _isatty(int fd);
