// SPDX-License-Identifier: MIT
// file_times.cpp: _utime and _futime: setting a file's times.
//
// Null times mean now. Source: "_utime functions", "_futime functions".
#include <dlls/crt/low_io.h>
#include <dlls/crt/time_data.h>

namespace oriel::crt {

template<class Time> struct FileTimes {
    Time actime, modtime;
};

static FILETIME filetime_of(unsigned long long units) { return {DWORD(units), DWORD(units >> 32)}; }

template<class Time> static int set_times(int fd, const FileTimes<Time>* times) {
    Descriptor* descriptor = open_descriptor(fd);
    if (!descriptor)
        return -1;
    FILETIME accessed, written;
    GetSystemTimeAsFileTime(&accessed);
    written = accessed;
    if (times) {
        unsigned long long access = filetime_of_time(times->actime), write = filetime_of_time(times->modtime);
        if (!access || !write)
            return fail(e_inval);
        accessed = filetime_of(access);
        written = filetime_of(write);
    }
    if (!SetFileTime(handle_of(*descriptor), nullptr, &accessed, &written)) {
        fail_with_last_error();
        return fail(e_inval);
    }
    return 0;
}

template<class Char, class Time> static int set_times_of(const Char* path, const FileTimes<Time>* times) {
    if (!path)
        return invalid_parameter(), -1;
    int fd;
    if (open_file(path, o_rdwr | o_binary, 0x40, 0, fd) != 0)
        return -1;
    int result = set_times(fd, times), error = *_errno();
    _close(fd);
    if (result)
        set_errno(error);
    return result;
}

} // namespace oriel::crt

using namespace oriel::crt;

#define TIMES_FUNCTIONS(suffix, Time)                                                                       \
    CRT_EXPORT int _utime##suffix(const char* path, FileTimes<Time>* t) { return set_times_of(path, t); }    \
    CRT_EXPORT int _wutime##suffix(const wchar_t* path, FileTimes<Time>* t) { return set_times_of(path, t); } \
    CRT_EXPORT int _futime##suffix(int fd, FileTimes<Time>* t) { return set_times(fd, t); }

TIMES_FUNCTIONS(, TimeDefault)
TIMES_FUNCTIONS(32, Time32)
TIMES_FUNCTIONS(64, Time64)
