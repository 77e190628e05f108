// SPDX-License-Identifier: MIT
// fileapi_find.cpp: FindFirstFile and FindNextFile.
//
// A search is an open directory and a buffer of entries that NtQueryDirectoryFile fills; each FindNextFile takes
// one off the front. The pattern is NT's, which has DOS's odd wildcards under letters of their own: "*." and
// "????" also match short names there ("FsRtlIsNameInExpression function"). FindExInfoBasic leaves short
// names away; FIND_FIRST_EX_LARGE_FETCH takes a larger buffer.
// Sources: "FindFirstFileExW function", "FindNextFileW function" (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

using Entry = nt::FILE_BOTH_DIR_INFORMATION<Native>;
constexpr auto entry_class = nt::FileInformationClass::BothDirectory;
constexpr std::uint32_t search_magic = 0x446E6946; // "FinD"

struct Search {
    std::uint32_t magic;
    bool basic;         ///< no short names
    std::uint32_t size; ///< of the buffer behind this
    std::uint32_t next; ///< offset of the entry that comes next; meaningless when `filled` is false
    bool filled;
    HANDLE directory;
    NtCriticalSection lock;
    alignas(8) std::uint8_t buffer[1];
};

/// Takes a search's lock for a scope: two threads may share one handle.
class SearchLock {
public:
    explicit SearchLock(Search& search) : m_search(search) { RtlEnterCriticalSection(&m_search.lock); }
    ~SearchLock() { RtlLeaveCriticalSection(&m_search.lock); }

private:
    Search& m_search;
};

/// The Search behind a handle, or null.
Search* search_of(HANDLE handle) {
    if (!handle || handle == INVALID_HANDLE_VALUE) return nullptr;
    auto* const search = static_cast<Search*>(handle);
    return search->magic == search_magic ? search : nullptr;
}

/// '*', '?' and '.' become NT's DOS wildcards where DOS meant something else by them:
/// "*.*" is everything; '?' before the end also matches nothing ('>'); a '.' before a wildcard also matches the
/// end of the name ('"'); a '*' before '.' stops at the last dot ('<').
std::size_t translate_pattern(const WCHAR* from, std::size_t length, bool ended_in_dot, WCHAR* to) {
    if (length == 3 && from[0] == L'*' && from[1] == L'.' && from[2] == L'*') {
        to[0] = L'*';
        return 1;
    }
    for (std::size_t i = 0; i < length; ++i) {
        const WCHAR next = i + 1 < length ? from[i + 1] : 0;
        switch (from[i]) {
        case L'?':
            to[i] = L'>';
            break;
        case L'.':
            to[i] = next == L'?' || next == L'*' ? L'"' : L'.';
            break;
        case L'*':
            to[i] = next == L'.' ? L'<' : L'*';
            break;
        default:
            to[i] = from[i];
        }
    }
    if (ended_in_dot && length && to[length - 1] == L'*') to[length - 1] = L'<';
    return length;
}

void give(const Entry& entry, bool basic, WIN32_FIND_DATAW& to) {
    to.dwFileAttributes = entry.FileAttributes;
    store_time(&to.ftCreationTime, entry.CreationTime);
    store_time(&to.ftLastAccessTime, entry.LastAccessTime);
    store_time(&to.ftLastWriteTime, entry.LastWriteTime);
    to.nFileSizeHigh = static_cast<DWORD>(static_cast<std::uint64_t>(entry.EndOfFile) >> 32);
    to.nFileSizeLow = static_cast<DWORD>(entry.EndOfFile);
    to.dwReserved0 =
        entry.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT ? entry.EaSize : 0; // the reparse tag travels there
    to.dwReserved1 = 0;
    const std::size_t length = std::min<std::size_t>(entry.FileNameLength / sizeof(WCHAR), MAX_PATH - 1);
    std::copy_n(wide(entry.FileName), length, to.cFileName);
    to.cFileName[length] = 0;
    const std::size_t short_length = basic ? 0 : std::min<std::size_t>(entry.ShortNameLength / sizeof(WCHAR), 12);
    std::copy_n(wide(entry.ShortName), short_length, to.cAlternateFileName);
    to.cAlternateFileName[short_length] = 0;
}

/// Fills the buffer from the directory. `pattern` is given the first time only.
Status fill(Search& search, UnicodeString* pattern) {
    IoStatusBlock io{};
    Status status = NtQueryDirectoryFile(search.directory, nullptr, nullptr, nullptr, &io, search.buffer, search.size,
                                         static_cast<std::uint32_t>(entry_class), false, pattern, pattern != nullptr);
    if (status == Status::Pending) {
        status = NtWaitForSingleObject(search.directory, false, nullptr);
        if (nt::is_success(status)) status = io.StatusCode;
    }
    search.filled = nt::is_success(status);
    search.next = 0;
    return status;
}

/// The front entry; the one behind it becomes the front.
const Entry& take(Search& search) {
    const auto& entry = *reinterpret_cast<const Entry*>(search.buffer + search.next);
    if (entry.NextEntryOffset)
        search.next += entry.NextEntryOffset;
    else
        search.filled = false;
    return entry;
}

HANDLE no_search(DWORD error) {
    set_last_error(error);
    return INVALID_HANDLE_VALUE;
}
HANDLE no_search(Status status) {
    set_last_error(status);
    return INVALID_HANDLE_VALUE;
}

/// Opens the directory part of `path` and leaves the file part in `pattern`.
Status open_directory(const WCHAR* name, OwnedHandle& directory, Buffer<WCHAR, MAX_PATH>& pattern,
                      std::size_t& length) {
    UnicodeString path{};
    char16_t* file_part = nullptr;
    const Status named = RtlDosPathNameToNtPathName_U_WithStatus(u16(name), &path, &file_part, nullptr);
    if (!nt::is_success(named)) return Status::ObjectPathNotFound;
    struct Free {
        UnicodeString& path;
        std::uint16_t whole;
        ~Free() {
            path.Length = whole;
            RtlFreeUnicodeString(&path);
        }
    } const free{path, path.Length};
    if (!file_part) return Status::NoSuchFile; // ends in a backslash: nothing is searched for

    // ntdll drops a trailing dot; the pattern must know of it.
    const std::size_t given = length_of(name);
    const bool ended_in_dot = given != 0 && name[given - 1] == L'.';
    const auto head = static_cast<std::size_t>(file_part - path.Buffer.get());
    const std::size_t tail = characters(path) - head;
    if (!pattern.reserve(tail + 1)) return Status::NoMemory;
    length = translate_pattern(wide(file_part), tail, ended_in_dot, pattern.data());

    path.Length = static_cast<std::uint16_t>(head * sizeof(WCHAR));
    ObjectAttributes attributes{};
    attributes.Length = sizeof attributes;
    attributes.ObjectName = &path;
    attributes.Attributes = nt::OBJ_CASE_INSENSITIVE;
    IoStatusBlock io{};
    const Status status =
        NtOpenFile(directory.address(), FILE_LIST_DIRECTORY | SYNCHRONIZE, &attributes, &io,
                   FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                   FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT);
    return status == Status::ObjectNameNotFound || status == Status::ObjectTypeMismatch ? Status::ObjectPathNotFound
                                                                                        : status;
}

HANDLE find_first(const WCHAR* name, FINDEX_INFO_LEVELS level, WIN32_FIND_DATAW& to, FINDEX_SEARCH_OPS operation,
                  const void* filter, DWORD flags) {
    constexpr DWORD known =
        FIND_FIRST_EX_CASE_SENSITIVE | FIND_FIRST_EX_LARGE_FETCH | 0x4 /* FIND_FIRST_EX_ON_DISK_ENTRIES_ONLY */;
    if ((level != FindExInfoStandard && level != FindExInfoBasic) || operation > FindExSearchLimitToDevices ||
        filter || (flags & ~known))
        return no_search(ERROR_INVALID_PARAMETER);
    if (operation == FindExSearchLimitToDevices) return no_search(ERROR_NOT_SUPPORTED);
    if (!name || !*name) return no_search(ERROR_PATH_NOT_FOUND);

    OwnedHandle directory;
    Buffer<WCHAR, MAX_PATH> text;
    std::size_t length = 0;
    Status status = open_directory(name, directory, text, length);
    if (!nt::is_success(status)) return no_search(status);

    const std::uint32_t size = flags & FIND_FIRST_EX_LARGE_FETCH ? 0x10000 : 0x1000;
    auto* const search = static_cast<Search*>(allocate(sizeof(Search) + size));
    if (!search) return no_search(ERROR_NOT_ENOUGH_MEMORY);
    search->magic = search_magic;
    search->basic = level == FindExInfoBasic;
    search->size = size;
    search->directory = directory.get();
    UnicodeString pattern = counted(text.data(), length);
    status = fill(*search, &pattern);
    if (!nt::is_success(status)) {
        release(search);
        return no_search(status == Status::NoMoreFiles ? Status::NoSuchFile : status);
    }
    directory.take();
    RtlInitializeCriticalSection(&search->lock);
    give(take(*search), search->basic, to);
    return search;
}

bool narrow_data(const WIN32_FIND_DATAW& from, WIN32_FIND_DATAA& to) {
    static_assert(offsetof(WIN32_FIND_DATAA, cFileName) == offsetof(WIN32_FIND_DATAW, cFileName));
    __builtin_memcpy(&to, &from, offsetof(WIN32_FIND_DATAA, cFileName));
    const std::size_t length = length_of(from.cFileName);
    if (narrow_length(from.cFileName, length, file_code_page()) >= sizeof to.cFileName) return false;
    to.cFileName[narrow(from.cFileName, length, to.cFileName, sizeof to.cFileName - 1, file_code_page())] = 0;
    to.cAlternateFileName[narrow(from.cAlternateFileName, length_of(from.cAlternateFileName), to.cAlternateFileName,
                                 sizeof to.cAlternateFileName - 1, file_code_page())] = 0;
    return true;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT HANDLE WINAPI FindFirstFileExW(LPCWSTR name, FINDEX_INFO_LEVELS level, LPVOID to,
                                          FINDEX_SEARCH_OPS operation, LPVOID filter, DWORD flags) {
    return find_first(name, level, *static_cast<WIN32_FIND_DATAW*>(to), operation, filter, flags);
}
K32_EXPORT HANDLE WINAPI FindFirstFileW(LPCWSTR name, LPWIN32_FIND_DATAW to) {
    return find_first(name, FindExInfoStandard, *to, FindExSearchNameMatch, nullptr, 0);
}
K32_EXPORT HANDLE WINAPI FindFirstFileExA(LPCSTR name, FINDEX_INFO_LEVELS level, LPVOID to,
                                          FINDEX_SEARCH_OPS operation, LPVOID filter, DWORD flags) {
    const FileText text(name);
    if (!text.ok()) return no_search(ERROR_NOT_ENOUGH_MEMORY);
    WIN32_FIND_DATAW data;
    HANDLE const search = find_first(text.get(), level, data, operation, filter, flags);
    if (search != INVALID_HANDLE_VALUE && !narrow_data(data, *static_cast<WIN32_FIND_DATAA*>(to))) {
        FindClose(search);
        return no_search(ERROR_FILENAME_EXCED_RANGE);
    }
    return search;
}
K32_EXPORT HANDLE WINAPI FindFirstFileA(LPCSTR name, LPWIN32_FIND_DATAA to) {
    return FindFirstFileExA(name, FindExInfoStandard, to, FindExSearchNameMatch, nullptr, 0);
}

K32_EXPORT BOOL WINAPI FindNextFileW(HANDLE handle, LPWIN32_FIND_DATAW to) {
    Search* const search = search_of(handle);
    if (!search) return fail(ERROR_INVALID_HANDLE);
    const SearchLock lock(*search);
    if (!search->filled) {
        const Status status = fill(*search, nullptr);
        if (!nt::is_success(status)) return finish(status);
    }
    give(take(*search), search->basic, *to);
    return TRUE;
}
K32_EXPORT BOOL WINAPI FindNextFileA(HANDLE handle, LPWIN32_FIND_DATAA to) {
    WIN32_FIND_DATAW data;
    if (!FindNextFileW(handle, &data)) return FALSE;
    return narrow_data(data, *to) ? TRUE : fail(ERROR_FILENAME_EXCED_RANGE);
}
K32_EXPORT BOOL WINAPI FindClose(HANDLE handle) {
    if (close_stream_search(handle)) return TRUE;
    Search* const search = search_of(handle);
    if (!search) return fail(ERROR_INVALID_HANDLE);
    search->magic = 0;
    NtClose(search->directory);
    RtlDeleteCriticalSection(&search->lock);
    release(search);
    return TRUE;
}
