// SPDX-License-Identifier: MIT
// file_status.cpp: _stat, _fstat and all their widths.
//
// The structures differ in the width of size and times only. st_dev and st_rdev are the drive's number (A
// is 0), st_ino and the owners 0, st_nlink 1. The mode has a type bit and the read, write and execute
// bits three times over: everything is readable, what has no read-only attribute is writable, directories
// and the names .exe, .com, .bat and .cmd are executable. Names with wildcards do not exist.
// Source: "_stat functions", "_fstat functions".
#include <dlls/crt/low_io.h>
#include <dlls/crt/time_data.h>

namespace oriel::crt {

namespace {

enum Mode : unsigned short {
    mode_directory = 0x4000,
    mode_regular = 0x8000,
    mode_device = 0x2000,
    mode_pipe = 0x1000
};

template<class Size, class Time> struct Status {
    unsigned st_dev;
    unsigned short st_ino, st_mode;
    short st_nlink, st_uid, st_gid;
    unsigned st_rdev;
    Size st_size;
    Time st_atime, st_mtime, st_ctime;
};

/// What there is to know about a file, before it is put into one of the structures.
struct FileFacts {
    unsigned device = 0;
    unsigned short mode = 0;
    unsigned long long size = 0;
    FILETIME accessed{}, written{}, created{};
    bool timed = false;
};

Time64 seconds(FILETIME time) { return time_of_filetime(time.dwLowDateTime, time.dwHighDateTime); }

template<class Size, class Time> int fill(Status<Size, Time>* status, const FileFacts& facts) {
    *status = {};
    constexpr unsigned long long largest = sizeof(Size) == 4 ? LONG_MAX : LLONG_MAX;
    if (facts.size > largest)
        return fail(e_inval); // a file too large for the structure (_stat of 4 GiB)
    status->st_dev = status->st_rdev = facts.device;
    status->st_mode = facts.mode;
    status->st_nlink = 1;
    status->st_size = Size(facts.size);
    if (facts.timed) {
        status->st_mtime = Time(seconds(facts.written));
        status->st_atime = facts.accessed.dwHighDateTime ? Time(seconds(facts.accessed)) : status->st_mtime;
        status->st_ctime = facts.created.dwHighDateTime ? Time(seconds(facts.created)) : status->st_mtime;
    }
    return 0;
}

template<class Char> bool is_executable_name(const Char* path) {
    const Char* dot = nullptr;
    for (; *path; ++path) {
        if (*path == '.')
            dot = path + 1;
        if (*path == '\\' || *path == '/')
            dot = nullptr;
    }
    if (!dot || !dot[0] || !dot[1] || !dot[2] || dot[3])
        return false;
    static constexpr const char* extensions[] = {"exe", "com", "bat", "cmd"};
    for (const char* extension : extensions)
        if (ascii_lower(dot[0]) == extension[0] && ascii_lower(dot[1]) == extension[1] &&
            ascii_lower(dot[2]) == extension[2])
            return true;
    return false;
}

unsigned short mode_of(DWORD attributes, bool executable) {
    unsigned short mode = 0444;
    if (!(attributes & FILE_ATTRIBUTE_READONLY))
        mode |= 0222;
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        return mode | mode_directory | 0111;
    return mode | mode_regular | (executable ? 0111 : 0);
}

unsigned current_drive() {
    wchar_t path[MAX_PATH];
    DWORD length = GetCurrentDirectoryW(MAX_PATH, path);
    return length > 1 && length < MAX_PATH && path[1] == ':' ? unsigned(ascii_lower(path[0]) - 'a') : 0;
}

BOOL attributes_of(const char* path, WIN32_FILE_ATTRIBUTE_DATA& data) {
    return GetFileAttributesExA(path, GetFileExInfoStandard, &data);
}
BOOL attributes_of(const wchar_t* path, WIN32_FILE_ATTRIBUTE_DATA& data) {
    return GetFileAttributesExW(path, GetFileExInfoStandard, &data);
}

/// "C:\", "\" and the like: only they may end in a separator.
template<class Char> bool ends_badly(const Char* path) {
    size_t length = length_of(path);
    if (length < 2 || (path[length - 1] != '\\' && path[length - 1] != '/'))
        return false;
    bool root = length == 3 && path[1] == ':';
    bool share = (path[0] == '\\' || path[0] == '/') && (path[1] == '\\' || path[1] == '/');
    return !root && !share;
}

template<class Char, class Size, class Time> int stat_path(const Char* path, Status<Size, Time>* status) {
    if (!path || !status)
        return invalid_parameter(), -1;
    bool wild = false;
    for (const Char* p = path; *p; ++p)
        wild = wild || *p == '?' || *p == '*';
    WIN32_FILE_ATTRIBUTE_DATA data;
    if (wild || ends_badly(path) || !attributes_of(path, data)) {
        fail_with_win32(ERROR_FILE_NOT_FOUND);
        return fail(e_noent);
    }
    FileFacts facts;
    facts.device = path[0] && path[1] == ':' ? unsigned(ascii_lower(path[0]) - 'a') : current_drive();
    facts.mode = mode_of(data.dwFileAttributes, is_executable_name(path));
    if (!(data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
        facts.size = (static_cast<unsigned long long>(data.nFileSizeHigh) << 32) | data.nFileSizeLow;
    facts.accessed = data.ftLastAccessTime;
    facts.written = data.ftLastWriteTime;
    facts.created = data.ftCreationTime;
    facts.timed = true;
    return fill(status, facts);
}

template<class Size, class Time> int stat_descriptor(int fd, Status<Size, Time>* status) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    if (!status)
        return invalid_parameter(), -1;
    HANDLE handle = handle_of(*descriptor);
    FileFacts facts;
    DWORD type = GetFileType(handle) & 0xFF;
    if (type == FILE_TYPE_DISK) {
        BY_HANDLE_FILE_INFORMATION data;
        if (!GetFileInformationByHandle(handle, &data))
            return fail_with_last_error();
        facts.mode = mode_of(data.dwFileAttributes, false);
        facts.size = (static_cast<unsigned long long>(data.nFileSizeHigh) << 32) | data.nFileSizeLow;
        facts.accessed = data.ftLastAccessTime;
        facts.written = data.ftLastWriteTime;
        facts.created = data.ftCreationTime;
        facts.timed = true;
    } else if (type == FILE_TYPE_CHAR || type == FILE_TYPE_PIPE) {
        DWORD waiting = 0;
        facts.mode = type == FILE_TYPE_CHAR ? mode_device : mode_pipe;
        if (type == FILE_TYPE_PIPE && PeekNamedPipe(handle, nullptr, 0, nullptr, &waiting, nullptr))
            facts.size = waiting;
        facts.device = unsigned(fd);
    } else {
        return fail(e_badf);
    }
    return fill(status, facts);
}

using Size32 = long;
using Size64 = long long;

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

#define STATUS_FUNCTIONS(suffix, Size, Time)                                                                \
    CRT_EXPORT int _stat##suffix(const char* path, Status<Size, Time>* s) { return stat_path(path, s); }     \
    CRT_EXPORT int _wstat##suffix(const wchar_t* path, Status<Size, Time>* s) { return stat_path(path, s); } \
    CRT_EXPORT int _fstat##suffix(int fd, Status<Size, Time>* s) { return stat_descriptor(fd, s); }

STATUS_FUNCTIONS(, Size32, TimeDefault)
STATUS_FUNCTIONS(32, Size32, Time32)
STATUS_FUNCTIONS(64, Size64, Time64)
STATUS_FUNCTIONS(i64, Size64, TimeDefault)
STATUS_FUNCTIONS(32i64, Size64, Time32)
STATUS_FUNCTIONS(64i32, Size32, Time64)
