// SPDX-License-Identifier: MIT
// paths.cpp: taking paths apart and putting them together.
//
// A path is drive, folder (with its last separator), name and extension (with its dot), each of which may
// be missing. Source: "_splitpath", "_makepath", "_fullpath", "_searchenv" and their _s versions.
#include <dlls/crt/crt.h>

#include <dlls/crt/win32.h>

CRT_EXPORT char* getenv(const char* name);
CRT_EXPORT wchar_t* _wgetenv(const wchar_t* name);

namespace oriel::crt {

namespace {

template<class Char> bool is_separator(Char c) { return c == '\\' || c == '/'; }

/// Where the parts of a path begin; each ends where the next begins.
template<class Char> struct Parts {
    const Char *drive, *folder, *name, *extension, *end;

    explicit Parts(const Char* path) : drive(path) {
        folder = path[0] && path[1] == ':' ? path + 2 : path;
        name = folder;
        extension = nullptr;
        const Char* p = folder;
        for (; *p; ++p) {
            if (is_separator(*p)) {
                name = p + 1;
                extension = nullptr;
            } else if (*p == '.') {
                extension = p;
            }
        }
        end = p;
        if (!extension)
            extension = end;
    }
};

/// Copies a part; false if it does not fit. A null target takes anything.
template<class Char> bool give(Char* to, size_t room, const Char* begin, const Char* end) {
    if (!to)
        return true;
    size_t length = size_t(end - begin);
    if (length >= room)
        return false;
    memcpy(to, begin, length * sizeof(Char));
    to[length] = 0;
    return true;
}

template<class Char> struct Target {
    Char* text;
    size_t room;
    void clear() const {
        if (text && room)
            *text = 0;
    }
};

template<class Char>
int split(const Char* path, Target<Char> drive, Target<Char> folder, Target<Char> name, Target<Char> extension) {
    bool paired = !drive.text == !drive.room && !folder.text == !folder.room && !name.text == !name.room &&
                  !extension.text == !extension.room;
    int error = path && paired ? 0 : e_inval;
    if (!error) {
        Parts<Char> parts(path);
        bool fits = give(drive.text, drive.room, parts.drive, parts.folder) &&
                    give(folder.text, folder.room, parts.folder, parts.name) &&
                    give(name.text, name.room, parts.name, parts.extension) &&
                    give(extension.text, extension.room, parts.extension, parts.end);
        error = fits ? 0 : e_range;
    }
    if (error) {
        drive.clear();
        folder.clear();
        name.clear();
        extension.clear();
        return invalid_parameter(error);
    }
    return 0;
}

/// Adds what is missing: the colon, the folder's separator, the extension's dot.
template<class Char>
int make(Char* out, size_t room, const Char* drive, const Char* folder, const Char* name, const Char* extension) {
    if (!out || !room)
        return invalid_parameter();
    size_t used = 0;
    auto put = [&](Char c) {
        if (used + 1 < room)
            out[used] = c;
        ++used;
    };
    auto text = [&](const Char* part) {
        for (; part && *part; ++part)
            put(*part);
    };
    if (drive && *drive) {
        put(*drive);
        put(':');
    }
    if (folder && *folder) {
        text(folder);
        if (!is_separator(folder[length_of(folder) - 1]))
            put('\\');
    }
    text(name);
    if (extension && *extension && *extension != '.')
        put('.');
    text(extension);
    if (used >= room) {
        *out = 0;
        return invalid_parameter(e_range);
    }
    out[used] = 0;
    return 0;
}

DWORD full(const char* path, DWORD room, char* out) { return GetFullPathNameA(path, room, out, nullptr); }
DWORD full(const wchar_t* path, DWORD room, wchar_t* out) { return GetFullPathNameW(path, room, out, nullptr); }

template<class Char> Char* full_path(Char* out, const Char* path, size_t room) {
    Char current[2] = {'.', 0};
    if (!path || !*path)
        path = current;
    DWORD needed = full(path, 0, nullptr);
    if (!needed) {
        fail_with_last_error();
        return nullptr;
    }
    if (out && needed > room) {
        set_errno(e_range);
        return nullptr;
    }
    Char* where = out ? out : Owned<Char>::allocate(needed);
    if (!where) {
        set_errno(e_nomem);
        return nullptr;
    }
    return full(path, needed, where) ? where : nullptr;
}

bool exists(const char* path) { return GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES; }
bool exists(const wchar_t* path) { return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES; }

/// Looks in the current folder, then along the variable's list. 0 and the path, or errno and "".
template<class Char> int search(const Char* name, const Char* list, Char* out, size_t room) {
    if (!out || !room || !name)
        return invalid_parameter();
    *out = 0;
    if (!*name)
        return e_noent;
    if (exists(name))
        return full_path(out, name, room) ? 0 : *_errno();
    size_t name_length = length_of(name);
    while (list && *list) {
        size_t length = 0;
        while (list[length] && list[length] != ';')
            ++length;
        if (length && length + name_length + 2 <= room) {
            memcpy(out, list, length * sizeof(Char));
            size_t used = length;
            if (!is_separator(out[used - 1]) && out[used - 1] != ':')
                out[used++] = '\\';
            memcpy(out + used, name, (name_length + 1) * sizeof(Char));
            if (exists(out))
                return 0;
        }
        list += length + (list[length] == ';');
    }
    *out = 0;
    set_errno(e_noent);
    return e_noent;
}

constexpr size_t drive_room = 3, part_room = 256, path_room = 260;

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

template<class Char> static size_t room_if(Char* text, size_t room) { return text ? room : 0; }

CRT_EXPORT int _splitpath_s(const char* path, char* drive, size_t n1, char* folder, size_t n2, char* name, size_t n3,
                            char* extension, size_t n4) {
    return split<char>(path, {drive, n1}, {folder, n2}, {name, n3}, {extension, n4});
}
CRT_EXPORT int _wsplitpath_s(const wchar_t* path, wchar_t* drive, size_t n1, wchar_t* folder, size_t n2,
                             wchar_t* name, size_t n3, wchar_t* extension, size_t n4) {
    return split<wchar_t>(path, {drive, n1}, {folder, n2}, {name, n3}, {extension, n4});
}
CRT_EXPORT void _splitpath(const char* path, char* drive, char* folder, char* name, char* extension) {
    _splitpath_s(path, drive, room_if(drive, drive_room), folder, room_if(folder, part_room), name,
                 room_if(name, part_room), extension, room_if(extension, part_room));
}
CRT_EXPORT void _wsplitpath(const wchar_t* path, wchar_t* drive, wchar_t* folder, wchar_t* name, wchar_t* extension) {
    _wsplitpath_s(path, drive, room_if(drive, drive_room), folder, room_if(folder, part_room), name,
                  room_if(name, part_room), extension, room_if(extension, part_room));
}
CRT_EXPORT int _makepath_s(char* out, size_t room, const char* d, const char* f, const char* n, const char* e) {
    return make(out, room, d, f, n, e);
}
CRT_EXPORT int _wmakepath_s(wchar_t* out, size_t room, const wchar_t* d, const wchar_t* f, const wchar_t* n,
                            const wchar_t* e) {
    return make(out, room, d, f, n, e);
}
CRT_EXPORT void _makepath(char* out, const char* d, const char* f, const char* n, const char* e) {
    make(out, path_room, d, f, n, e);
}
CRT_EXPORT void _wmakepath(wchar_t* out, const wchar_t* d, const wchar_t* f, const wchar_t* n, const wchar_t* e) {
    make(out, path_room, d, f, n, e);
}

CRT_EXPORT char* _fullpath(char* out, const char* path, size_t room) { return full_path(out, path, room); }
CRT_EXPORT wchar_t* _wfullpath(wchar_t* out, const wchar_t* path, size_t room) { return full_path(out, path, room); }

CRT_EXPORT int _searchenv_s(const char* name, const char* variable, char* out, size_t room) {
    return search<char>(name, variable ? getenv(variable) : nullptr, out, room);
}
CRT_EXPORT int _wsearchenv_s(const wchar_t* name, const wchar_t* variable, wchar_t* out, size_t room) {
    return search<wchar_t>(name, variable ? _wgetenv(variable) : nullptr, out, room);
}
CRT_EXPORT void _searchenv(const char* name, const char* variable, char* out) {
    _searchenv_s(name, variable, out, path_room);
}
CRT_EXPORT void _wsearchenv(const wchar_t* name, const wchar_t* variable, wchar_t* out) {
    _wsearchenv_s(name, variable, out, path_room);
}
