// SPDX-License-Identifier: MIT
// directories.cpp: making, removing, renaming and asking about files and folders.
//
// Each function is one Win32 call and the mapping of its error. After _chdir the hidden variable "=C:" is
// set as cmd and Microsoft's library do, so that each drive remembers its folder.
// Source: "_access", "_chmod", "_mkdir", "_rmdir", "_chdir", "_getcwd", "remove", "rename", "_getdrive".
#include <dlls/crt/crt.h>

#include <dlls/crt/win32.h>

namespace oriel::crt {

namespace {

int answer(BOOL ok) { return ok ? 0 : fail_with_last_error(); }

DWORD attributes_of(const char* path) { return GetFileAttributesA(path); }
DWORD attributes_of(const wchar_t* path) { return GetFileAttributesW(path); }
BOOL set_attributes(const char* path, DWORD attributes) { return SetFileAttributesA(path, attributes); }
BOOL set_attributes(const wchar_t* path, DWORD attributes) { return SetFileAttributesW(path, attributes); }

/// Modes: 0 exists, 2 may be written, 4 may be read. 0 or errno.
template<class Char> int access(const Char* path, int mode) {
    if (!path || (mode & ~6))
        return invalid_parameter();
    DWORD attributes = attributes_of(path);
    if (attributes == INVALID_FILE_ATTRIBUTES) {
        fail_with_last_error();
        return *_errno();
    }
    bool directory = attributes & FILE_ATTRIBUTE_DIRECTORY;
    if ((mode & 2) && (attributes & FILE_ATTRIBUTE_READONLY) && !directory) {
        fail_with_win32(ERROR_ACCESS_DENIED);
        return e_acces;
    }
    return 0;
}

template<class Char> int change_mode(const Char* path, int mode) {
    if (!path)
        return invalid_parameter(), -1;
    DWORD attributes = attributes_of(path);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return fail_with_last_error();
    constexpr int writable = 0x80;
    attributes =
        mode & writable ? attributes & ~DWORD(FILE_ATTRIBUTE_READONLY) : attributes | FILE_ATTRIBUTE_READONLY;
    return answer(set_attributes(path, attributes));
}

/// Tells the environment where this drive now is ("=C:" is "C:\folder"), unless the folder is on a share.
int remember_folder() {
    wchar_t folder[MAX_PATH + 1];
    DWORD length = GetCurrentDirectoryW(MAX_PATH + 1, folder);
    if (!length || length > MAX_PATH)
        return length ? 0 : fail_with_last_error();
    if (folder[1] != ':')
        return 0;
    wchar_t name[4] = {'=', ascii_upper(folder[0]), ':', 0};
    return answer(SetEnvironmentVariableW(name, folder));
}

DWORD current(char* out, DWORD room) { return GetCurrentDirectoryA(room, out); }
DWORD current(wchar_t* out, DWORD room) { return GetCurrentDirectoryW(room, out); }
DWORD full(const char* path, DWORD room, char* out) { return GetFullPathNameA(path, room, out, nullptr); }
DWORD full(const wchar_t* path, DWORD room, wchar_t* out) { return GetFullPathNameW(path, room, out, nullptr); }

/// The current folder of a drive (0 is the current one) into the caller's or a malloc'ed buffer.
template<class Char> Char* folder_of(int drive, Char* out, int room) {
    Char dot[4] = {Char('A' + drive - 1), ':', '.', 0};
    auto ask = [&](Char* where, DWORD size) { return drive ? full(dot, size, where) : current(where, size); };
    if (drive < 0 || drive > 26 || room < 0 || (out && !room)) {
        invalid_parameter();
        return nullptr;
    }
    DWORD needed = ask(nullptr, 0);
    if (!needed) {
        fail_with_last_error();
        return nullptr;
    }
    if (out && needed > DWORD(room)) {
        set_errno(e_range);
        return nullptr;
    }
    Char* where = out ? out : Owned<Char>::allocate(larger(size_t(needed), size_t(room)));
    if (!where) {
        set_errno(e_nomem);
        return nullptr;
    }
    ask(where, out ? DWORD(room) : needed);
    return where;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT int _access(const char* path, int mode) { return access(path, mode) ? -1 : 0; }
CRT_EXPORT int _waccess(const wchar_t* path, int mode) { return access(path, mode) ? -1 : 0; }
CRT_EXPORT int _access_s(const char* path, int mode) { return access(path, mode); }
CRT_EXPORT int _waccess_s(const wchar_t* path, int mode) { return access(path, mode); }
CRT_EXPORT int _chmod(const char* path, int mode) { return change_mode(path, mode); }
CRT_EXPORT int _wchmod(const wchar_t* path, int mode) { return change_mode(path, mode); }

CRT_EXPORT int _mkdir(const char* path) { return answer(CreateDirectoryA(path, nullptr)); }
CRT_EXPORT int _wmkdir(const wchar_t* path) { return answer(CreateDirectoryW(path, nullptr)); }
CRT_EXPORT int _rmdir(const char* path) { return answer(RemoveDirectoryA(path)); }
CRT_EXPORT int _wrmdir(const wchar_t* path) { return answer(RemoveDirectoryW(path)); }
CRT_EXPORT int _unlink(const char* path) { return answer(DeleteFileA(path)); }
CRT_EXPORT int _wunlink(const wchar_t* path) { return answer(DeleteFileW(path)); }
CRT_ALIAS(remove, _unlink);
CRT_ALIAS(_wremove, _wunlink);
CRT_EXPORT int rename(const char* from, const char* to) {
    return answer(MoveFileExA(from, to, MOVEFILE_COPY_ALLOWED));
}
CRT_EXPORT int _wrename(const wchar_t* from, const wchar_t* to) {
    return answer(MoveFileExW(from, to, MOVEFILE_COPY_ALLOWED));
}

CRT_EXPORT int _chdir(const char* path) {
    if (!path)
        return invalid_parameter(), -1;
    return SetCurrentDirectoryA(path) ? remember_folder() : fail_with_last_error();
}
CRT_EXPORT int _wchdir(const wchar_t* path) {
    if (!path)
        return invalid_parameter(), -1;
    return SetCurrentDirectoryW(path) ? remember_folder() : fail_with_last_error();
}
CRT_EXPORT char* _getcwd(char* out, int room) { return folder_of(0, out, room); }
CRT_EXPORT wchar_t* _wgetcwd(wchar_t* out, int room) { return folder_of(0, out, room); }
CRT_EXPORT char* _getdcwd(int drive, char* out, int room) { return folder_of(drive, out, room); }
CRT_EXPORT wchar_t* _wgetdcwd(int drive, wchar_t* out, int room) { return folder_of(drive, out, room); }

/// 1 is A. 0 if the current folder has no drive letter.
CRT_EXPORT int _getdrive() {
    wchar_t folder[MAX_PATH + 1];
    DWORD length = GetCurrentDirectoryW(MAX_PATH + 1, folder);
    return length && length <= MAX_PATH && folder[1] == ':' ? ascii_upper(folder[0]) - 'A' + 1 : 0;
}
CRT_EXPORT int _chdrive(int drive) {
    if (drive < 1 || drive > 26) {
        fail_with_win32(ERROR_INVALID_DRIVE);
        return fail(e_acces);
    }
    wchar_t path[3] = {wchar_t('A' + drive - 1), ':', 0};
    return answer(SetCurrentDirectoryW(path));
}
CRT_EXPORT unsigned long _getdrives() { return GetLogicalDrives(); }

/// struct _diskfree_t.
struct DiskSpace { unsigned total_clusters, avail_clusters, sectors_per_cluster, bytes_per_sector; };
CRT_EXPORT unsigned _getdiskfree(unsigned drive, DiskSpace* space) {
    if (drive > 26 || !space)
        return invalid_parameter(), unsigned(ERROR_INVALID_PARAMETER);
    wchar_t root[4] = {wchar_t('A' + drive - 1), ':', '\\', 0};
    DWORD sectors, bytes, available, total;
    if (!GetDiskFreeSpaceW(drive ? root : nullptr, &sectors, &bytes, &available, &total)) {
        DWORD error = GetLastError();
        fail_with_win32(error);
        return error;
    }
    *space = {total, available, sectors, bytes};
    return 0;
}
