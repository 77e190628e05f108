// SPDX-License-Identifier: MIT
// winbase_files.cpp: moving, copying and linking files.
//
// A move is one service, FileRenameInformation on the open source; only where source and target are on
// different volumes, and the caller allows it, does it become a copy and a deletion. A copy reads and writes,
// and takes over the attributes and the time of the last write.
// Sources: "MoveFileEx function", "CopyFileEx function", "CreateHardLink function" (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr std::uint32_t share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

/// FILE_RENAME_INFORMATION (and FILE_LINK_INFORMATION) for a target.
template<class Act>
Status with_rename_information(NtPath& target, bool replace, Act act) {
    using Info = nt::FILE_RENAME_INFORMATION<Native>;
    Buffer<std::uint64_t, 128> storage;
    const std::size_t bytes = offsetof(Info, FileName) + target.name().Length;
    if (!storage.reserve(std::max(sizeof(Info), bytes) / 8 + 1)) return Status::NoMemory;
    auto& info = *reinterpret_cast<Info*>(storage.data());
    info.Flags = 0;
    info.ReplaceIfExists = replace;
    info.RootDirectory = 0;
    info.FileNameLength = target.name().Length;
    __builtin_memcpy(info.FileName, target.name().Buffer.get(), target.name().Length);
    return act(&info, static_cast<std::uint32_t>(std::max(sizeof(Info), bytes)));
}

BOOL move_file(const WCHAR* from, const WCHAR* to, LPPROGRESS_ROUTINE progress, LPVOID context, DWORD flags) {
    if ((flags & MOVEFILE_DELAY_UNTIL_REBOOT) || !to) return fail(ERROR_CALL_NOT_IMPLEMENTED); // nothing here reboots
    NtPath source(from);
    if (!source.ok()) return finish(source.status());
    NtPath target(to);
    if (!target.ok()) return finish(target.status());
    Status status;
    {
        OwnedHandle file;
        status = open_file(file, source, DELETE | FILE_READ_ATTRIBUTES, share_all,
                           FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT | FILE_SYNCHRONOUS_IO_NONALERT |
                               (flags & MOVEFILE_WRITE_THROUGH ? FILE_WRITE_THROUGH : 0));
        if (!nt::is_success(status)) return finish(status);
        status = with_rename_information(
            target, (flags & MOVEFILE_REPLACE_EXISTING) != 0, [&](void* info, std::uint32_t size) {
                IoStatusBlock io{};
                return NtSetInformationFile(file.get(), &io, info, size,
                                            static_cast<std::uint32_t>(nt::FileInformationClass::Rename));
            });
    }
    if (status != Status::NotSameDevice || !(flags & MOVEFILE_COPY_ALLOWED)) return finish(status);
    const DWORD attributes = GetFileAttributesW(from);
    if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY))
        return finish(status); // only files are copied
    if (!CopyFileExW(from, to, progress, context, nullptr,
                     flags & MOVEFILE_REPLACE_EXISTING ? 0 : COPY_FILE_FAIL_IF_EXISTS)) {
        if (last_error() == ERROR_FILE_EXISTS) set_last_error(ERROR_ALREADY_EXISTS);
        return FALSE;
    }
    return DeleteFileW(from);
}

/// What a copy tells its caller, and how the caller answers.
class Progress {
public:
    Progress(LPPROGRESS_ROUTINE routine, LPVOID context, LPBOOL cancel, HANDLE source, HANDLE target,
             std::int64_t total)
        : m_routine(routine), m_context(context), m_cancel(cancel), m_source(source), m_target(target),
          m_total(total) {}

    /// False: the copy ends with ERROR_REQUEST_ABORTED.
    bool tell(std::int64_t done, DWORD reason) {
        if (m_cancel && *m_cancel) return false;
        if (!m_routine) return true;
        LARGE_INTEGER total, transferred;
        total.QuadPart = m_total;
        transferred.QuadPart = done;
        const DWORD answer =
            m_routine(total, transferred, total, transferred, 1, reason, m_source, m_target, m_context);
        if (answer == PROGRESS_QUIET) m_routine = nullptr;
        return answer == PROGRESS_CONTINUE || answer == PROGRESS_QUIET;
    }

private:
    LPPROGRESS_ROUTINE m_routine;
    LPVOID m_context;
    LPBOOL m_cancel;
    HANDLE m_source, m_target;
    std::int64_t m_total;
};

/// Copies the bytes and then attributes and write time. On failure the last error is set.
bool copy_contents(HANDLE source, HANDLE target, Progress& progress) {
    constexpr DWORD chunk = 0x10000;
    auto* const buffer = static_cast<char*>(allocate(chunk));
    if (!buffer) return fail(ERROR_NOT_ENOUGH_MEMORY);
    std::int64_t done = 0;
    bool good = true;
    if (!progress.tell(0, CALLBACK_STREAM_SWITCH)) good = fail(ERROR_REQUEST_ABORTED);
    while (good) {
        DWORD read = 0, written = 0;
        good = ReadFile(source, buffer, chunk, &read, nullptr);
        if (!good || read == 0) break;
        for (DWORD at = 0; good && at < read; at += written)
            good = WriteFile(target, buffer + at, read - at, &written, nullptr);
        done += read;
        if (good && !progress.tell(done, CALLBACK_CHUNK_FINISHED)) good = fail(ERROR_REQUEST_ABORTED);
    }
    release(buffer);
    if (!good) return false;
    IoStatusBlock io{};
    nt::FILE_BASIC_INFORMATION<Native> info{};
    if (nt::is_success(query_file(source, io, nt::FileInformationClass::Basic, info))) {
        info.CreationTime = info.LastAccessTime = info.ChangeTime = 0; // those are the copy's own
        set_file(target, io, nt::FileInformationClass::Basic, info);
    }
    return true;
}

BOOL link_file(const WCHAR* link, const WCHAR* existing) {
    NtPath source(existing);
    if (!source.ok()) return finish(source.status());
    NtPath target(link);
    if (!target.ok()) return finish(target.status());
    OwnedHandle file;
    Status status = open_file(file, source, FILE_WRITE_ATTRIBUTES, share_all,
                              FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT);
    if (!nt::is_success(status)) return finish(status);
    status = with_rename_information(target, false, [&](void* info, std::uint32_t size) {
        IoStatusBlock io{};
        return NtSetInformationFile(file.get(), &io, info, size,
                                    static_cast<std::uint32_t>(nt::FileInformationClass::Link));
    });
    return finish(status);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- moving
K32_EXPORT BOOL WINAPI MoveFileWithProgressW(LPCWSTR from, LPCWSTR to, LPPROGRESS_ROUTINE progress, LPVOID context,
                                             DWORD flags) {
    return move_file(from, to, progress, context, flags);
}
K32_EXPORT BOOL WINAPI MoveFileExW(LPCWSTR from, LPCWSTR to, DWORD flags) {
    return move_file(from, to, nullptr, nullptr, flags);
}
K32_EXPORT BOOL WINAPI MoveFileW(LPCWSTR from, LPCWSTR to) {
    return move_file(from, to, nullptr, nullptr, MOVEFILE_COPY_ALLOWED);
}
K32_EXPORT BOOL WINAPI MoveFileExA(LPCSTR from, LPCSTR to, DWORD flags) {
    const FileText wide_from(from), wide_to(to);
    if (!wide_from.ok() || !wide_to.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return move_file(wide_from.get(), wide_to.get(), nullptr, nullptr, flags);
}
K32_EXPORT BOOL WINAPI MoveFileA(LPCSTR from, LPCSTR to) { return MoveFileExA(from, to, MOVEFILE_COPY_ALLOWED); }

/// ReplaceFile: the new file takes the old one's name; the old one becomes the backup, if one is wanted.
K32_EXPORT BOOL WINAPI ReplaceFileW(LPCWSTR replaced, LPCWSTR replacement, LPCWSTR backup, DWORD, LPVOID, LPVOID) {
    if (!replaced || !replacement) return fail(ERROR_INVALID_PARAMETER);
    if (GetFileAttributesW(replaced) == INVALID_FILE_ATTRIBUTES) return FALSE;
    if (backup && !MoveFileExW(replaced, backup, MOVEFILE_REPLACE_EXISTING))
        return fail(ERROR_UNABLE_TO_REMOVE_REPLACED);
    if (MoveFileExW(replacement, replaced, MOVEFILE_REPLACE_EXISTING)) return TRUE;
    const DWORD error = last_error();
    if (backup) MoveFileExW(backup, replaced, 0); // as it was
    return fail(error);
}

// ------------------------------------------------------------------------------------- copying
K32_EXPORT BOOL WINAPI CopyFileExW(LPCWSTR from, LPCWSTR to, LPPROGRESS_ROUTINE progress, LPVOID context,
                                   LPBOOL cancel, DWORD flags) {
    const OwnedFile source(CreateFileW(from, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                       nullptr, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr));
    if (!source.ok()) return FALSE;
    LARGE_INTEGER size;
    if (!GetFileSizeEx(source.get(), &size)) return FALSE;
    const DWORD disposition = flags & COPY_FILE_FAIL_IF_EXISTS ? CREATE_NEW : CREATE_ALWAYS;
    OwnedFile target(CreateFileW(to, GENERIC_WRITE | DELETE, FILE_SHARE_READ, nullptr, disposition,
                                 FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!target.ok()) return FALSE;
    Progress teller(progress, context, cancel, source.get(), target.get(), size.QuadPart);
    if (copy_contents(source.get(), target.get(), teller)) return TRUE;
    // Half a copy is worse than none.
    const DWORD error = last_error();
    target.close();
    DeleteFileW(to);
    return fail(error);
}
K32_EXPORT BOOL WINAPI CopyFileW(LPCWSTR from, LPCWSTR to, BOOL fail_if_exists) {
    return CopyFileExW(from, to, nullptr, nullptr, nullptr, fail_if_exists ? COPY_FILE_FAIL_IF_EXISTS : 0);
}
K32_EXPORT BOOL WINAPI CopyFileExA(LPCSTR from, LPCSTR to, LPPROGRESS_ROUTINE progress, LPVOID context, LPBOOL cancel,
                                   DWORD flags) {
    const FileText wide_from(from), wide_to(to);
    if (!wide_from.ok() || !wide_to.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return CopyFileExW(wide_from.get(), wide_to.get(), progress, context, cancel, flags);
}
K32_EXPORT BOOL WINAPI CopyFileA(LPCSTR from, LPCSTR to, BOOL fail_if_exists) {
    return CopyFileExA(from, to, nullptr, nullptr, nullptr, fail_if_exists ? COPY_FILE_FAIL_IF_EXISTS : 0);
}

// ------------------------------------------------------------------------------------- linking
K32_EXPORT BOOL WINAPI CreateHardLinkW(LPCWSTR link, LPCWSTR existing, LPSECURITY_ATTRIBUTES) {
    return link_file(link, existing);
}
K32_EXPORT BOOL WINAPI CreateHardLinkA(LPCSTR link, LPCSTR existing, LPSECURITY_ATTRIBUTES) {
    const FileText wide_link(link), wide_existing(existing);
    if (!wide_link.ok() || !wide_existing.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return link_file(wide_link.get(), wide_existing.get());
}

// ------------------------------------------------------------------------------------- 16-bit Windows' file
// functions
K32_EXPORT HFILE WINAPI _lopen(LPCSTR name, int mode) {
    DWORD access = GENERIC_READ;
    if ((mode & 3) == OF_WRITE)
        access = GENERIC_WRITE;
    else if ((mode & 3) == OF_READWRITE)
        access = GENERIC_READ | GENERIC_WRITE;
    DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE;
    switch (mode & 0x70) {
    case OF_SHARE_EXCLUSIVE:
        share = 0;
        break;
    case OF_SHARE_DENY_WRITE:
        share = FILE_SHARE_READ;
        break;
    case OF_SHARE_DENY_READ:
        share = FILE_SHARE_WRITE;
        break;
    default:
        break;
    }
    return static_cast<HFILE>(
        reinterpret_cast<std::intptr_t>(CreateFileA(name, access, share, nullptr, OPEN_EXISTING, 0, nullptr)));
}
K32_EXPORT HFILE WINAPI _lcreat(LPCSTR name, int attributes) {
    return static_cast<HFILE>(reinterpret_cast<std::intptr_t>(
        CreateFileA(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, CREATE_ALWAYS,
                    static_cast<DWORD>(attributes) & 7, nullptr)));
}
K32_EXPORT UINT WINAPI _lread(HFILE file, LPVOID to, UINT size) {
    DWORD done = 0;
    return ReadFile(reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(file)), to, size, &done, nullptr)
               ? done
               : static_cast<UINT>(HFILE_ERROR);
}
K32_EXPORT UINT WINAPI _lwrite(HFILE file, LPCCH from, UINT size) {
    HANDLE const handle = reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(file));
    if (size == 0)
        return SetEndOfFile(handle) ? 0 : static_cast<UINT>(HFILE_ERROR); // that is what it meant in MS-DOS
    DWORD done = 0;
    return WriteFile(handle, from, size, &done, nullptr) ? done : static_cast<UINT>(HFILE_ERROR);
}
K32_EXPORT LONG WINAPI _hread(HFILE file, LPVOID to, LONG size) {
    return static_cast<LONG>(_lread(file, to, static_cast<UINT>(size)));
}
K32_EXPORT LONG WINAPI _hwrite(HFILE file, LPCCH from, LONG size) {
    return static_cast<LONG>(_lwrite(file, from, static_cast<UINT>(size)));
}
K32_EXPORT LONG WINAPI _llseek(HFILE file, LONG offset, int origin) {
    return static_cast<LONG>(SetFilePointer(reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(file)), offset,
                                            nullptr, static_cast<DWORD>(origin)));
}
K32_EXPORT HFILE WINAPI _lclose(HFILE file) {
    return CloseHandle(reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(file))) ? 0 : HFILE_ERROR;
}
