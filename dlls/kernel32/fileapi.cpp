// SPDX-License-Identifier: MIT
// fileapi.cpp: opening, making and removing files and directories, and their attributes by name.
//
// CreateFile is NtCreateFile in older clothes: five dispositions, and flags that mix attributes with options.
// A file that is not a directory is asked for unless FILE_FLAG_BACKUP_SEMANTICS; every access gets
// SYNCHRONIZE and FILE_READ_ATTRIBUTES; without FILE_FLAG_OVERLAPPED the file object keeps a position and
// every request waits. Reading and writing are in fileapi_io.cpp, searching in fileapi_find.cpp.
// Sources: "CreateFileW function", "CreateDirectory function", "DeleteFile function" (Microsoft documentation).
#include "fileapi.h"

#include "kernel32.h"
#include "nt_path.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr std::uint32_t share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

struct Disposition {
    std::uint32_t nt;
    bool valid;
};
Disposition decode_disposition(DWORD disposition) {
    switch (disposition) {
    case CREATE_NEW:
        return {FILE_CREATE, true};
    case CREATE_ALWAYS:
        return {FILE_OVERWRITE_IF, true};
    case OPEN_EXISTING:
        return {FILE_OPEN, true};
    case OPEN_ALWAYS:
        return {FILE_OPEN_IF, true};
    case TRUNCATE_EXISTING:
        return {FILE_OVERWRITE, true};
    default:
        return {0, false};
    }
}

std::uint32_t decode_options(DWORD flags) {
    constexpr std::pair<DWORD, std::uint32_t> pairs[] = {{FILE_FLAG_WRITE_THROUGH, FILE_WRITE_THROUGH},
                                                         {FILE_FLAG_NO_BUFFERING, FILE_NO_INTERMEDIATE_BUFFERING},
                                                         {FILE_FLAG_RANDOM_ACCESS, FILE_RANDOM_ACCESS},
                                                         {FILE_FLAG_SEQUENTIAL_SCAN, FILE_SEQUENTIAL_ONLY},
                                                         {FILE_FLAG_DELETE_ON_CLOSE, FILE_DELETE_ON_CLOSE},
                                                         {FILE_FLAG_BACKUP_SEMANTICS, FILE_OPEN_FOR_BACKUP_INTENT},
                                                         {FILE_FLAG_OPEN_REPARSE_POINT, FILE_OPEN_REPARSE_POINT}};
    std::uint32_t options = flags & FILE_FLAG_OVERLAPPED ? 0 : FILE_SYNCHRONOUS_IO_NONALERT;
    if (!(flags & FILE_FLAG_BACKUP_SEMANTICS)) options |= FILE_NON_DIRECTORY_FILE;
    for (const auto& [win32, nt] : pairs)
        if (flags & win32) options |= nt;
    return options;
}

/// "CON" is the side of the console that the access needs; the two sides have names of their own.
const WCHAR* console_name(const WCHAR* name, DWORD access) {
    const WCHAR* const plain =
        name[0] == L'\\' && name[1] == L'\\' && (name[2] == L'.' || name[2] == L'?') && name[3] == L'\\' ? name + 4
                                                                                                         : name;
    if (equal_ignoring_case(plain, L"CONIN$")) return L"\\\\.\\CONIN$";
    if (equal_ignoring_case(plain, L"CONOUT$")) return L"\\\\.\\CONOUT$";
    if (!equal_ignoring_case(plain, L"CON")) return nullptr;
    const bool reads = (access & (GENERIC_READ | FILE_READ_DATA)) != 0;
    const bool writes = (access & (GENERIC_WRITE | FILE_WRITE_DATA)) != 0;
    return reads == writes ? nullptr : reads ? L"\\\\.\\CONIN$" : L"\\\\.\\CONOUT$";
}

HANDLE no_file(DWORD error) {
    set_last_error(error);
    return INVALID_HANDLE_VALUE;
}

/// The last error of a failed CreateFile: two statuses mean something else here than elsewhere.
HANDLE no_file(Status status, bool ends_in_backslash) {
    if (status == Status::ObjectNameCollision) return no_file(ERROR_FILE_EXISTS);
    if (status == Status::FileIsADirectory && ends_in_backslash) return no_file(ERROR_PATH_NOT_FOUND);
    set_last_error(status);
    return INVALID_HANDLE_VALUE;
}

HANDLE create_file(const WCHAR* name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security, DWORD disposition,
                   DWORD flags) {
    const Disposition decoded = decode_disposition(disposition);
    if (!decoded.valid ||
        (disposition == TRUNCATE_EXISTING && !(access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA))))
        return no_file(ERROR_INVALID_PARAMETER);
    if (!name || !*name) return no_file(ERROR_PATH_NOT_FOUND);
    if (const WCHAR* const console = console_name(name, access)) name = console;

    NtPath path(name);
    if (!path.ok())
        return no_file(path.status() == Status::ObjectPathSyntaxBad ? Status::ObjectPathNotFound : path.status(),
                       false);
    if (flags & FILE_FLAG_DELETE_ON_CLOSE) access |= DELETE;
    ObjectAttributes attributes = path.attributes(security);
    if (flags & FILE_FLAG_POSIX_SEMANTICS) attributes.Attributes &= ~nt::OBJ_CASE_INSENSITIVE;

    constexpr DWORD settable = 0x7FB7 & ~DWORD{FILE_ATTRIBUTE_DIRECTORY}; // FILE_ATTRIBUTE_VALID_FLAGS
    IoStatusBlock io{};
    HANDLE file = nullptr;
    const Status status = NtCreateFile(&file, access | SYNCHRONIZE | FILE_READ_ATTRIBUTES, &attributes, &io, nullptr,
                                       flags & settable, share, decoded.nt, decode_options(flags), nullptr, 0);
    if (!nt::is_success(status)) return no_file(status, name[length_of(name) - 1] == L'\\');

    const bool was_there = (disposition == CREATE_ALWAYS && io.Information == nt::FILE_OVERWRITTEN) ||
                           (disposition == OPEN_ALWAYS && io.Information == nt::FILE_OPENED);
    set_last_error(was_there ? DWORD{ERROR_ALREADY_EXISTS} : DWORD{ERROR_SUCCESS});
    return file;
}

/// Deletes what is open: at once by name if the file system knows how (POSIX semantics, as Windows 10 does),
/// else when the last handle closes.
Status mark_deleted(HANDLE file) {
    IoStatusBlock io{};
    nt::FILE_DISPOSITION_INFORMATION_EX<Native> modern{nt::FILE_DISPOSITION_DELETE |
                                                       nt::FILE_DISPOSITION_POSIX_SEMANTICS};
    Status status = set_file(file, io, nt::FileInformationClass::DispositionEx, modern);
    if (status == Status::InvalidInfoClass || status == Status::InvalidParameter || status == Status::NotSupported ||
        status == Status::NotImplemented) {
        nt::FILE_DISPOSITION_INFORMATION<Native> plain{1};
        status = set_file(file, io, nt::FileInformationClass::Disposition, plain);
    }
    return status;
}

BOOL delete_path(const WCHAR* name, std::uint32_t kind) {
    NtPath path(name);
    if (!path.ok()) return finish(path.status());
    OwnedHandle file;
    const Status status =
        open_file(file, path, DELETE | FILE_READ_ATTRIBUTES, share_all,
                  kind | FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT | FILE_SYNCHRONOUS_IO_NONALERT);
    return finish(nt::is_success(status) ? mark_deleted(file.get()) : status);
}

} // namespace

bool equal_ignoring_case(const WCHAR* left, const WCHAR* right) {
    for (;; ++left, ++right) {
        if (RtlUpcaseUnicodeChar(static_cast<char16_t>(*left)) != RtlUpcaseUnicodeChar(static_cast<char16_t>(*right)))
            return false;
        if (!*left) return true;
    }
}

Status open_file(OwnedHandle& file, NtPath& path, std::uint32_t access, std::uint32_t share, std::uint32_t options) {
    ObjectAttributes attributes = path.attributes();
    IoStatusBlock io{};
    return NtOpenFile(file.address(), access | SYNCHRONIZE, &attributes, &io, share, options);
}

} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT HANDLE WINAPI CreateFileW(LPCWSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                                     DWORD disposition, DWORD flags, HANDLE) {
    return create_file(name, access, share, security, disposition, flags);
}
K32_EXPORT HANDLE WINAPI CreateFileA(LPCSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                                     DWORD disposition, DWORD flags, HANDLE) {
    const FileText text(name);
    if (!text.ok()) return no_file(ERROR_NOT_ENOUGH_MEMORY);
    return create_file(text.get(), access, share, security, disposition, flags);
}
K32_EXPORT HANDLE WINAPI CreateFile2(LPCWSTR name, DWORD access, DWORD share, DWORD disposition,
                                     LPCREATEFILE2_EXTENDED_PARAMETERS more) {
    if (more && more->dwSize < sizeof *more) return no_file(ERROR_INVALID_PARAMETER);
    return create_file(name, access, share, more ? more->lpSecurityAttributes : nullptr, disposition,
                       more ? more->dwFileAttributes | more->dwFileFlags : 0);
}

K32_EXPORT BOOL WINAPI DeleteFileW(LPCWSTR name) { return delete_path(name, FILE_NON_DIRECTORY_FILE); }
K32_EXPORT BOOL WINAPI DeleteFileA(LPCSTR name) {
    const FileText text(name);
    return text.ok() ? DeleteFileW(text.get()) : fail(ERROR_NOT_ENOUGH_MEMORY);
}
K32_EXPORT BOOL WINAPI RemoveDirectoryW(LPCWSTR name) { return delete_path(name, FILE_DIRECTORY_FILE); }
K32_EXPORT BOOL WINAPI RemoveDirectoryA(LPCSTR name) {
    const FileText text(name);
    return text.ok() ? RemoveDirectoryW(text.get()) : fail(ERROR_NOT_ENOUGH_MEMORY);
}

K32_EXPORT BOOL WINAPI CreateDirectoryW(LPCWSTR name, LPSECURITY_ATTRIBUTES security) {
    NtPath path(name);
    if (!path.ok()) return finish(path.status());
    ObjectAttributes attributes = path.attributes(security);
    IoStatusBlock io{};
    OwnedHandle directory;
    return finish(NtCreateFile(directory.address(), FILE_LIST_DIRECTORY | SYNCHRONIZE, &attributes, &io, nullptr,
                               FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_CREATE,
                               FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT,
                               nullptr, 0));
}
K32_EXPORT BOOL WINAPI CreateDirectoryA(LPCSTR name, LPSECURITY_ATTRIBUTES security) {
    const FileText text(name);
    return text.ok() ? CreateDirectoryW(text.get(), security) : fail(ERROR_NOT_ENOUGH_MEMORY);
}
/// A template directory gives its attributes (and alternate streams, which we do not have).
K32_EXPORT BOOL WINAPI CreateDirectoryExW(LPCWSTR from, LPCWSTR name, LPSECURITY_ATTRIBUTES security) {
    const DWORD attributes = GetFileAttributesW(from);
    if (attributes == INVALID_FILE_ATTRIBUTES) return FALSE;
    if (!(attributes & FILE_ATTRIBUTE_DIRECTORY)) return fail(ERROR_DIRECTORY);
    return CreateDirectoryW(name, security) &&
           SetFileAttributesW(name, attributes & ~DWORD{FILE_ATTRIBUTE_DIRECTORY});
}

// ------------------------------------------------------------------------------------- attributes by name
K32_EXPORT DWORD WINAPI GetFileAttributesW(LPCWSTR name) {
    NtPath path(name);
    nt::FILE_BASIC_INFORMATION<Native> info{};
    Status status = path.status();
    if (path.ok()) {
        ObjectAttributes attributes = path.attributes();
        status = NtQueryAttributesFile(&attributes, &info);
        if (!nt::is_success(status) && RtlIsDosDeviceName_U(u16(name)))
            return FILE_ATTRIBUTE_ARCHIVE; // NUL, COM1, ...
    }
    return finish(status) ? info.FileAttributes : INVALID_FILE_ATTRIBUTES;
}
K32_EXPORT DWORD WINAPI GetFileAttributesA(LPCSTR name) {
    const FileText text(name);
    if (!text.ok()) {
        set_last_error(ERROR_NOT_ENOUGH_MEMORY);
        return INVALID_FILE_ATTRIBUTES;
    }
    return GetFileAttributesW(text.get());
}

K32_EXPORT BOOL WINAPI GetFileAttributesExW(LPCWSTR name, GET_FILEEX_INFO_LEVELS level, LPVOID to) {
    if (level != GetFileExInfoStandard) return fail(ERROR_INVALID_PARAMETER);
    NtPath path(name);
    if (!path.ok()) return finish(path.status());
    ObjectAttributes attributes = path.attributes();
    nt::FILE_NETWORK_OPEN_INFORMATION<Native> info{};
    if (!finish(NtQueryFullAttributesFile(&attributes, &info))) return FALSE;
    auto& data = *static_cast<WIN32_FILE_ATTRIBUTE_DATA*>(to);
    data.dwFileAttributes = info.FileAttributes;
    store_time(&data.ftCreationTime, info.CreationTime);
    store_time(&data.ftLastAccessTime, info.LastAccessTime);
    store_time(&data.ftLastWriteTime, info.LastWriteTime);
    data.nFileSizeHigh = static_cast<DWORD>(static_cast<std::uint64_t>(info.EndOfFile) >> 32);
    data.nFileSizeLow = static_cast<DWORD>(info.EndOfFile);
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetFileAttributesExA(LPCSTR name, GET_FILEEX_INFO_LEVELS level, LPVOID to) {
    const FileText text(name);
    return text.ok() ? GetFileAttributesExW(text.get(), level, to) : fail(ERROR_NOT_ENOUGH_MEMORY);
}

K32_EXPORT BOOL WINAPI SetFileAttributesW(LPCWSTR name, DWORD attributes) {
    NtPath path(name);
    if (!path.ok()) return finish(path.status());
    OwnedHandle file;
    Status status = open_file(file, path, FILE_WRITE_ATTRIBUTES, share_all,
                              FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT);
    if (!nt::is_success(status)) return finish(status);
    IoStatusBlock io{};
    nt::FILE_BASIC_INFORMATION<Native> info{};
    info.FileAttributes = (attributes & 0x7FB7) | FILE_ATTRIBUTE_NORMAL; // 0 would mean "leave them"
    return finish(set_file(file.get(), io, nt::FileInformationClass::Basic, info));
}
K32_EXPORT BOOL WINAPI SetFileAttributesA(LPCSTR name, DWORD attributes) {
    const FileText text(name);
    return text.ok() ? SetFileAttributesW(text.get(), attributes) : fail(ERROR_NOT_ENOUGH_MEMORY);
}
