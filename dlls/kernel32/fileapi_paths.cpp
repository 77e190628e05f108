// SPDX-License-Identifier: MIT
// fileapi_paths.cpp: names of files as text: full, long and short paths, temporary names, searching along paths.
//
// Where the length did not fit, these answer the size that is needed, with the NUL; where it did, the length
// without it. Sources: "GetFullPathName function", "GetLongPathName function", "GetTempPath function",
// "GetTempFileName function", "SearchPath function" (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

/// Full path of `name` in `to`; 0 for a bad name or no memory. The last error is not touched.
std::size_t full_path(const WCHAR* name, PathBuffer& to, WCHAR** file_part) {
    char16_t* part = nullptr;
    std::size_t length = RtlGetFullPathName_U(u16(name), static_cast<std::uint32_t>(to.capacity() * sizeof(WCHAR)),
                                              u16(to.data()), &part) /
                         sizeof(WCHAR);
    if (length >= to.capacity()) {
        if (!to.reserve(length + 1)) return 0;
        length = RtlGetFullPathName_U(u16(name), static_cast<std::uint32_t>(to.capacity() * sizeof(WCHAR)),
                                      u16(to.data()), &part) /
                 sizeof(WCHAR);
    }
    if (file_part) *file_part = wide(part);
    return length;
}

bool exists(const WCHAR* name) {
    NtPath path(name);
    if (!path.ok()) return false;
    ObjectAttributes attributes = path.attributes();
    nt::FILE_BASIC_INFORMATION<Native> info{};
    return nt::is_success(NtQueryAttributesFile(&attributes, &info));
}

/// Where the part behind the root begins: "C:\", "\\server\share\", "\\?\C:\".
std::size_t root_length(const WCHAR* path, std::size_t length) {
    std::size_t at = 0;
    if (length >= 4 && path[0] == L'\\' && path[1] == L'\\' && (path[2] == L'?' || path[2] == L'.') &&
        path[3] == L'\\')
        at = 4;
    if (length >= at + 2 && path[at + 1] == L':') return std::min(length, at + 3);
    if (at == 0 && length >= 2 && path[0] == L'\\' && path[1] == L'\\') {
        at = 2;
        for (int parts = 0; parts < 2 && at < length; ++parts) {
            while (at < length && path[at] != L'\\') ++at;
            if (at < length) ++at;
        }
        return at;
    }
    return at + (at < length && path[at] == L'\\');
}

/// Rewrites each component of an existing path with the name that the file system has for it.
/// `pick` chooses between a directory entry's two names.
template<class Pick>
DWORD rewrite_path(const WCHAR* path, PathBuffer& to, Pick pick) {
    const std::size_t length = length_of(path);
    if (!to.reserve(length + MAX_PATH * 2)) return fail(ERROR_NOT_ENOUGH_MEMORY);
    std::size_t at = root_length(path, length);
    std::copy_n(path, at, to.data());
    std::size_t written = at;
    while (at < length) {
        std::size_t end = at;
        while (end < length && path[end] != L'\\' && path[end] != L'/') ++end;
        std::copy(path + at, path + end, to.data() + written);
        to[written + (end - at)] = 0;
        const bool dots = end - at <= 2 && std::all_of(path + at, path + end, [](WCHAR c) { return c == L'.'; });
        if (end != at && !dots) {
            for (std::size_t i = at; i < end; ++i)
                if (path[i] == L'*' || path[i] == L'?') return fail(ERROR_INVALID_NAME);
            WIN32_FIND_DATAW data;
            HANDLE const search = FindFirstFileW(to.data(), &data);
            if (search == INVALID_HANDLE_VALUE) return FALSE;
            FindClose(search);
            const WCHAR* const name = pick(data);
            const std::size_t name_length = length_of(name);
            if (written + name_length + (length - end) + 2 > to.capacity()) return fail(ERROR_FILENAME_EXCED_RANGE);
            std::copy_n(name, name_length + 1, to.data() + written);
            written += name_length;
        } else {
            written += end - at;
        }
        if (end < length) to[written++] = path[end++];
        at = end;
    }
    to[written] = 0;
    return static_cast<DWORD>(written);
}

DWORD long_path(const WCHAR* path, PathBuffer& to) {
    if (!path || !*path) return fail(path ? ERROR_PATH_NOT_FOUND : ERROR_INVALID_PARAMETER);
    if (!exists(path)) {
        GetFileAttributesW(path); // says why
        return 0;
    }
    return rewrite_path(path, to, [](WIN32_FIND_DATAW& data) { return data.cFileName; });
}
DWORD short_path(const WCHAR* path, PathBuffer& to) {
    if (!path || !*path) return fail(path ? ERROR_PATH_NOT_FOUND : ERROR_INVALID_PARAMETER);
    if (!exists(path)) {
        GetFileAttributesW(path);
        return 0;
    }
    return rewrite_path(path, to, [](WIN32_FIND_DATAW& data) {
        return data.cAlternateFileName[0] ? data.cAlternateFileName : data.cFileName;
    });
}

/// %TMP%, else %TEMP%, else %USERPROFILE%, else the Windows directory; ends in a backslash.
std::size_t temp_path(PathBuffer& to) {
    const DWORD error = last_error();
    PathBuffer raw;
    std::size_t length = 0;
    for (const WCHAR* const name : {L"TMP", L"TEMP", L"USERPROFILE"}) {
        length = GetEnvironmentVariableW(name, raw.data(), static_cast<DWORD>(raw.capacity()));
        if (length && length < raw.capacity()) break;
        length = 0;
    }
    if (!length) GetWindowsDirectoryW(raw.data(), static_cast<UINT>(raw.capacity()));
    set_last_error(error);
    length = full_path(raw.data(), to, nullptr);
    if (!length || length + 2 > to.capacity()) return 0;
    if (to[length - 1] != L'\\') to[length++] = L'\\';
    to[length] = 0;
    return length;
}

constexpr WCHAR hex_digits[] = L"0123456789ABCDEF";

UINT temp_file_name(const WCHAR* directory, const WCHAR* prefix, UINT unique, WCHAR* to) {
    PathBuffer path;
    const std::size_t length = full_path(directory, path, nullptr);
    if (!length) return fail(ERROR_INVALID_NAME);
    const DWORD attributes = GetFileAttributesW(path.data());
    if (attributes == INVALID_FILE_ATTRIBUTES || !(attributes & FILE_ATTRIBUTE_DIRECTORY))
        return fail(ERROR_DIRECTORY);
    if (length > MAX_PATH - 14) return fail(ERROR_BUFFER_OVERFLOW);
    std::copy_n(path.data(), length, to);
    std::size_t at = length;
    if (to[at - 1] != L'\\') to[at++] = L'\\';
    for (int i = 0; prefix && i < 3 && prefix[i]; ++i) to[at++] = prefix[i];

    // The number is what makes it unique: 16 bits, the caller's, or from the clock and up until one is free.
    UINT number = unique ? unique & 0xFFFF : (GetTickCount() & 0xFFFF);
    for (unsigned tries = 0; tries < 0x10000; ++tries, number = (number + 1) & 0xFFFF) {
        if (!number) continue;
        std::size_t end = at;
        bool leading = true;
        for (int shift = 12; shift >= 0; shift -= 4) {
            const UINT digit = number >> shift & 0xF;
            leading = leading && digit == 0;
            if (!leading) to[end++] = hex_digits[digit];
        }
        for (const WCHAR c : {L'.', L't', L'm', L'p', L'\0'}) to[end++] = c;
        if (unique) return number;
        HANDLE const file = CreateFileW(to, GENERIC_READ, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
        if (file != INVALID_HANDLE_VALUE) {
            CloseHandle(file);
            return number;
        }
        if (last_error() != ERROR_FILE_EXISTS && last_error() != ERROR_SHARING_VIOLATION) return 0;
    }
    return fail(ERROR_FILE_EXISTS);
}

bool has_extension(const WCHAR* name) {
    const WCHAR* dot = nullptr;
    for (; *name; ++name) {
        if (*name == L'.')
            dot = name;
        else if (*name == L'\\' || *name == L'/')
            dot = nullptr;
    }
    return dot != nullptr;
}

/// Joins directory, name and extension in `to`, and says whether that file exists.
bool try_candidate(const WCHAR* directory, std::size_t directory_length, const WCHAR* name, const WCHAR* extension,
                   PathBuffer& to) {
    const std::size_t name_length = length_of(name), extension_length = extension ? length_of(extension) : 0;
    if (!to.reserve(directory_length + name_length + extension_length + 2)) return false;
    std::size_t at = 0;
    at = static_cast<std::size_t>(std::copy_n(directory, directory_length, to.data()) - to.data());
    if (at && to[at - 1] != L'\\' && to[at - 1] != L'/') to[at++] = L'\\';
    at = static_cast<std::size_t>(std::copy_n(name, name_length, to.data() + at) - to.data());
    if (extension)
        at = static_cast<std::size_t>(std::copy_n(extension, extension_length, to.data() + at) - to.data());
    to[at] = 0;
    return exists(to.data());
}

/// The default search: the program's directory, the current one, System32, Windows, and %PATH%.
bool default_search_path(Buffer<WCHAR, 2048>& to) {
    PathBuffer program;
    DWORD length = GetModuleFileNameW(nullptr, program.data(), static_cast<DWORD>(program.capacity()));
    while (length && program[length - 1] != L'\\') --length;
    const DWORD path_size = GetEnvironmentVariableW(L"PATH", nullptr, 0);
    if (!to.reserve(length + 2 * MAX_PATH + path_size + 16)) return false;
    std::size_t at = 0;
    const auto add = [&](const WCHAR* text, std::size_t count) {
        if (at) to[at++] = L';';
        at = static_cast<std::size_t>(std::copy_n(text, count, to.data() + at) - to.data());
    };
    add(program.data(), length);
    add(L".", 1);
    WCHAR directory[MAX_PATH];
    add(directory, GetSystemDirectoryW(directory, MAX_PATH));
    add(directory, GetWindowsDirectoryW(directory, MAX_PATH));
    if (path_size) {
        to[at++] = L';';
        at += GetEnvironmentVariableW(L"PATH", to.data() + at, path_size);
    }
    to[at] = 0;
    return true;
}

/// The path of the first file found, in `to`; 0 with ERROR_FILE_NOT_FOUND if there is none.
std::size_t search(const WCHAR* path, const WCHAR* name, const WCHAR* extension, PathBuffer& to) {
    const WCHAR* const added = extension && !has_extension(name) ? extension : nullptr;
    PathBuffer candidate;
    const auto type = RtlDetermineDosPathNameType_U(u16(name));
    constexpr unsigned relative = 5; // RtlPathTypeRelative
    const bool dotted = name[0] == L'.' && (name[1] == L'\\' || name[1] == L'/' ||
                                            (name[1] == L'.' && (name[2] == L'\\' || name[2] == L'/')));
    if (static_cast<unsigned>(type) != relative || dotted) {
        if (try_candidate(L"", 0, name, nullptr, candidate) ||
            (added && try_candidate(L"", 0, name, added, candidate)))
            return full_path(candidate.data(), to, nullptr);
        set_last_error(ERROR_FILE_NOT_FOUND);
        return 0;
    }
    Buffer<WCHAR, 2048> directories;
    if (!path) {
        const DWORD error = last_error();
        if (!default_search_path(directories)) return static_cast<std::size_t>(fail(ERROR_NOT_ENOUGH_MEMORY));
        set_last_error(error);
        path = directories.data();
    }
    while (*path) {
        const WCHAR* end = path;
        while (*end && *end != L';') ++end;
        if (end != path && try_candidate(path, static_cast<std::size_t>(end - path), name, added, candidate))
            return full_path(candidate.data(), to, nullptr);
        path = *end ? end + 1 : end;
    }
    set_last_error(ERROR_FILE_NOT_FOUND);
    return 0;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT DWORD WINAPI GetFullPathNameW(LPCWSTR name, DWORD size, LPWSTR to, LPWSTR* file_part) {
    if (!name || !*name) return fail(ERROR_INVALID_NAME);
    return RtlGetFullPathName_U(u16(name), size * sizeof(WCHAR), u16(to), reinterpret_cast<char16_t**>(file_part)) /
           sizeof(WCHAR);
}
K32_EXPORT DWORD WINAPI GetFullPathNameA(LPCSTR name, DWORD size, LPSTR to, LPSTR* file_part) {
    const FileText text(name);
    if (!name || !*name) return fail(ERROR_INVALID_NAME);
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    PathBuffer path;
    WCHAR* part = nullptr;
    const std::size_t length = full_path(text.get(), path, &part);
    if (!length) return fail(ERROR_INVALID_NAME);
    const DWORD answer = answer_narrow(path.data(), length, to, size, file_code_page());
    if (file_part && answer < size)
        *file_part =
            part ? to + narrow_length(path.data(), static_cast<std::size_t>(part - path.data()), file_code_page())
                 : nullptr;
    return answer;
}

K32_EXPORT DWORD WINAPI GetLongPathNameW(LPCWSTR path, LPWSTR to, DWORD size) {
    PathBuffer result;
    const DWORD length = long_path(path, result);
    return length ? answer_wide(result.data(), length, to, size) : 0;
}
K32_EXPORT DWORD WINAPI GetLongPathNameA(LPCSTR path, LPSTR to, DWORD size) {
    const FileText text(path);
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    PathBuffer result;
    const DWORD length = long_path(text.get(), result);
    return length ? answer_narrow(result.data(), length, to, size, file_code_page()) : 0;
}
K32_EXPORT DWORD WINAPI GetShortPathNameW(LPCWSTR path, LPWSTR to, DWORD size) {
    PathBuffer result;
    const DWORD length = short_path(path, result);
    return length ? answer_wide(result.data(), length, to, size) : 0;
}
K32_EXPORT DWORD WINAPI GetShortPathNameA(LPCSTR path, LPSTR to, DWORD size) {
    const FileText text(path);
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    PathBuffer result;
    const DWORD length = short_path(text.get(), result);
    return length ? answer_narrow(result.data(), length, to, size, file_code_page()) : 0;
}

// ------------------------------------------------------------------------------------- temporary files
K32_EXPORT DWORD WINAPI GetTempPathW(DWORD size, LPWSTR to) {
    PathBuffer path;
    const std::size_t length = temp_path(path);
    return length ? answer_wide(path.data(), length, to, size) : fail(ERROR_NOT_ENOUGH_MEMORY);
}
K32_EXPORT DWORD WINAPI GetTempPathA(DWORD size, LPSTR to) {
    PathBuffer path;
    const std::size_t length = temp_path(path);
    return length ? answer_narrow(path.data(), length, to, size, file_code_page()) : fail(ERROR_NOT_ENOUGH_MEMORY);
}
/// Differs for processes that run as SYSTEM, which ours never do.
K32_EXPORT DWORD WINAPI GetTempPath2W(DWORD size, LPWSTR to) { return GetTempPathW(size, to); }
K32_EXPORT DWORD WINAPI GetTempPath2A(DWORD size, LPSTR to) { return GetTempPathA(size, to); }

K32_EXPORT UINT WINAPI GetTempFileNameW(LPCWSTR directory, LPCWSTR prefix, UINT unique, LPWSTR to) {
    return temp_file_name(directory, prefix, unique, to);
}
K32_EXPORT UINT WINAPI GetTempFileNameA(LPCSTR directory, LPCSTR prefix, UINT unique, LPSTR to) {
    const FileText wide_directory(directory), wide_prefix(prefix);
    if (!wide_directory.ok() || !wide_prefix.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    WCHAR path[MAX_PATH];
    const UINT number = temp_file_name(wide_directory.get(), wide_prefix.get(), unique, path);
    if (number) answer_narrow(path, length_of(path), to, MAX_PATH, file_code_page());
    return number;
}

// ------------------------------------------------------------------------------------- searching
K32_EXPORT DWORD WINAPI SearchPathW(LPCWSTR path, LPCWSTR name, LPCWSTR extension, DWORD size, LPWSTR to,
                                    LPWSTR* file_part) {
    if (!name || !*name) return fail(ERROR_INVALID_PARAMETER);
    PathBuffer found;
    const std::size_t length = search(path, name, extension, found);
    if (!length) return 0;
    const DWORD answer = answer_wide(found.data(), length, to, size);
    if (file_part && answer < size) {
        *file_part = to + answer;
        while (*file_part != to && (*file_part)[-1] != L'\\') --*file_part;
    }
    return answer;
}
K32_EXPORT DWORD WINAPI SearchPathA(LPCSTR path, LPCSTR name, LPCSTR extension, DWORD size, LPSTR to,
                                    LPSTR* file_part) {
    if (!name || !*name) return fail(ERROR_INVALID_PARAMETER);
    const FileText wide_path(path), wide_name(name), wide_extension(extension);
    if (!wide_path.ok() || !wide_name.ok() || !wide_extension.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    PathBuffer found;
    const std::size_t length = search(wide_path.get(), wide_name.get(), wide_extension.get(), found);
    if (!length) return 0;
    const DWORD answer = answer_narrow(found.data(), length, to, size, file_code_page());
    if (file_part && answer < size) {
        *file_part = to + answer;
        while (*file_part != to && (*file_part)[-1] != '\\') --*file_part;
    }
    return answer;
}
