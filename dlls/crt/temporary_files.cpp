// SPDX-License-Identifier: MIT
// temporary_files.cpp: names and files that nobody else has: tmpnam, _tempnam, tmpfile, _mktemp.
//
// tmpnam's names are "\s" and the process and a counter in base 32: in the root of the current drive, as
// msvcrt's always were. tmpfile's files are made there too and vanish with their last handle.
// Source: "_tempnam, _wtempnam, tmpnam, _wtmpnam", "tmpfile", "_mktemp", "_rmtmp".
#include <dlls/crt/low_io.h>
#include <dlls/crt/locks.h>
#include <dlls/crt/stream.h>
#include <dlls/crt/thread_data.h>

CRT_EXPORT char* getenv(const char* name);
CRT_EXPORT wchar_t* _wgetenv(const wchar_t* name);

namespace oriel::crt {

namespace {

constexpr size_t name_room = 20; ///< L_tmpnam is 16; the buffers here are larger
unsigned name_counter;

bool exists(const char* path) { return GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES; }
bool exists(const wchar_t* path) { return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES; }

template<class Char> Char* put_number(Char* out, unsigned value, unsigned base) {
    Char digits[33];
    int count = 0;
    do
        digits[count++] = Char("0123456789abcdefghijklmnopqrstuvwxyz"[value % base]);
    while (value /= base);
    while (count)
        *out++ = digits[--count];
    return out;
}

/// A name of a file that does not exist at this moment.
template<class Char> bool make_name(Char* out) {
    LockScope lock(lock_temporary_name);
    for (int tries = 0; tries < 32767; ++tries) {
        Char* p = out;
        *p++ = '\\';
        *p++ = 's';
        p = put_number(p, GetCurrentProcessId(), 32);
        *p++ = '.';
        p = put_number(p, name_counter++, 32);
        *p = 0;
        if (!exists(out))
            return true;
    }
    return false;
}

template<class Char> int name_into(Char* out, size_t room) {
    if (!out || !room)
        return invalid_parameter();
    Char name[name_room];
    if (!make_name(name))
        return e_acces;
    size_t length = length_of(name);
    if (length >= room) {
        *out = 0;
        return invalid_parameter(e_range);
    }
    memcpy(out, name, (length + 1) * sizeof(Char));
    return 0;
}

template<class Char> bool is_folder(const Char* path) {
    if (!path || !*path)
        return false;
    DWORD attributes;
    if constexpr (sizeof(Char) == 1)
        attributes = GetFileAttributesA(path);
    else
        attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

/// TMP's folder, else the one asked for, else "\".
template<class Char> Char* name_in_folder(const Char* wanted, const Char* prefix, const Char* tmp) {
    static constexpr Char root[] = {'\\', 0}, none[] = {0};
    const Char* folder = is_folder(tmp) ? tmp : is_folder(wanted) ? wanted : root;
    if (!prefix)
        prefix = none;
    size_t a = length_of(folder), b = length_of(prefix);
    Char* path = Owned<Char>::allocate(a + b + 16);
    if (!path)
        return nullptr;
    memcpy(path, folder, a * sizeof(Char));
    if (a && path[a - 1] != '\\' && path[a - 1] != '/')
        path[a++] = '\\';
    memcpy(path + a, prefix, b * sizeof(Char));
    LockScope lock(lock_temporary_name);
    do
        *put_number(path + a + b, ++name_counter, 10) = 0;
    while (exists(path) && name_counter);
    return path;
}

/// Replaces "XXXXXX" at the end by a letter and five digits of the thread's number.
template<class Char> int fill_template(Char* text, size_t room) {
    size_t length = 0;
    while (text && length < room && text[length])
        ++length;
    if (!text || length == room || length < 6)
        return text && room ? (*text = 0, invalid_parameter()) : invalid_parameter();
    for (size_t i = length - 6; i < length; ++i)
        if (text[i] != 'X') {
            *text = 0;
            return invalid_parameter();
        }
    unsigned id = GetCurrentThreadId();
    for (size_t i = length - 1; i > length - 6; --i, id /= 10)
        text[i] = Char('0' + id % 10);
    for (Char letter = 'a'; letter <= 'z'; ++letter) {
        text[length - 6] = letter;
        if (!exists(text))
            return 0;
    }
    *text = 0;
    set_errno(e_exist);
    return e_exist;
}

File* open_temporary() {
    for (int tries = 0; tries < 64; ++tries) {
        char name[name_room];
        if (!make_name(name))
            return nullptr;
        int fd;
        int flags = o_creat | o_excl | o_rdwr | o_binary | o_temporary;
        int error = open_file<char>(name, flags, 0x40, s_iread | s_iwrite, fd);
        if (error == e_exist)
            continue;
        if (error)
            return nullptr;
        File* stream = reserve_stream();
        if (!stream) {
            _close(fd);
            return nullptr;
        }
        release_stream(stream);
        stream->_file = fd;
        auto* kept = Owned<char>::allocate(strlen(name) + 1);
        if (kept)
            memcpy(kept, name, strlen(name) + 1);
        stream->_tmpfname = kept;
        stream->_flag = io_update;
        return stream;
    }
    return nullptr;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT char* tmpnam(char* out) {
    char* where = out ? out : this_thread().tmpnam_buffer;
    return make_name(where) ? where : nullptr;
}
CRT_EXPORT wchar_t* _wtmpnam(wchar_t* out) {
    wchar_t* where = out ? out : this_thread().wtmpnam_buffer;
    return make_name(where) ? where : nullptr;
}
CRT_EXPORT int tmpnam_s(char* out, size_t room) { return name_into(out, room); }
CRT_EXPORT int _wtmpnam_s(wchar_t* out, size_t room) { return name_into(out, room); }

CRT_EXPORT char* _tempnam(const char* folder, const char* prefix) {
    return name_in_folder<char>(folder, prefix, getenv("TMP"));
}
CRT_EXPORT wchar_t* _wtempnam(const wchar_t* folder, const wchar_t* prefix) {
    return name_in_folder<wchar_t>(folder, prefix, _wgetenv(L"TMP"));
}

CRT_EXPORT char* _mktemp(char* text) { return fill_template(text, SIZE_MAX) == 0 ? text : nullptr; }
CRT_EXPORT wchar_t* _wmktemp(wchar_t* text) { return fill_template(text, SIZE_MAX) == 0 ? text : nullptr; }
CRT_EXPORT int _mktemp_s(char* text, size_t room) { return fill_template(text, room); }
CRT_EXPORT int _wmktemp_s(wchar_t* text, size_t room) { return fill_template(text, room); }

CRT_EXPORT File* tmpfile() { return open_temporary(); }
CRT_EXPORT int tmpfile_s(File** result) {
    if (!result)
        return invalid_parameter();
    *result = open_temporary();
    return *result ? 0 : *_errno();
}

/// Closes, and so removes, all of tmpfile's files.
CRT_EXPORT int _rmtmp() {
    return for_each_stream([](File* stream) { return stream->_tmpfname && close_locked(stream) == 0; });
}
