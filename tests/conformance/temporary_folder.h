// SPDX-License-Identifier: MIT
// temporary_folder.h: a folder for one test, on Windows' own terms; and the few NT calls that windows.h
// does not declare.
#pragma once

#include <windows.h>
#include <winternl.h>

#include <gtest/gtest.h>

#include <string>

class TemporaryFolder {
public:
    TemporaryFolder() {
        wchar_t base[MAX_PATH + 1];
        GetTempPathW(MAX_PATH + 1, base);
        static int count = 0;
        m_path =
            std::wstring(base) + L"oriel" + std::to_wstring(GetCurrentProcessId()) + L"_" + std::to_wstring(++count);
        CreateDirectoryW(m_path.c_str(), nullptr);
    }
    ~TemporaryFolder() { remove_all(m_path); }
    std::wstring operator/(const std::wstring& name) const { return m_path + L"\\" + name; }
    const std::wstring& path() const { return m_path; }

private:
    static void remove_all(const std::wstring& folder) {
        WIN32_FIND_DATAW found;
        const HANDLE search = FindFirstFileW((folder + L"\\*").c_str(), &found);
        if (search != INVALID_HANDLE_VALUE) {
            do {
                const std::wstring name = found.cFileName;
                if (name == L"." || name == L"..") continue;
                const std::wstring path = folder + L"\\" + name;
                SetFileAttributesW(path.c_str(), FILE_ATTRIBUTE_NORMAL);
                if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
                    remove_all(path);
                else
                    DeleteFileW(path.c_str());
            } while (FindNextFileW(search, &found));
            FindClose(search);
        }
        RemoveDirectoryW(folder.c_str());
    }
    std::wstring m_path;
};

/// Closes itself.
class FileHandle {
public:
    FileHandle() = default;
    explicit FileHandle(HANDLE handle) : m_handle(handle) {}
    FileHandle(FileHandle&& other) noexcept : m_handle(other.m_handle) { other.m_handle = INVALID_HANDLE_VALUE; }
    FileHandle& operator=(FileHandle&& other) noexcept {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    ~FileHandle() { close(); }
    void close() {
        if (m_handle != INVALID_HANDLE_VALUE) CloseHandle(m_handle);
        m_handle = INVALID_HANDLE_VALUE;
    }
    operator HANDLE() const { return m_handle; }
    bool valid() const { return m_handle != INVALID_HANDLE_VALUE; }

private:
    HANDLE m_handle = INVALID_HANDLE_VALUE;
};

constexpr DWORD share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

inline FileHandle open_file(const std::wstring& path, DWORD access = GENERIC_READ | GENERIC_WRITE,
                            DWORD disposition = OPEN_EXISTING, DWORD share = share_all,
                            DWORD flags = FILE_ATTRIBUTE_NORMAL) {
    return FileHandle(CreateFileW(path.c_str(), access, share, nullptr, disposition, flags, nullptr));
}
inline FileHandle create_file(const std::wstring& path, const std::string& content = {}) {
    FileHandle file = open_file(path, GENERIC_READ | GENERIC_WRITE | DELETE, CREATE_ALWAYS);
    DWORD written = 0;
    if (!content.empty()) WriteFile(file, content.data(), static_cast<DWORD>(content.size()), &written, nullptr);
    return file;
}
inline std::string content_of(const std::wstring& path) {
    FileHandle file = open_file(path, GENERIC_READ);
    char buffer[256];
    DWORD bytes = 0;
    if (!file.valid() || !ReadFile(file, buffer, sizeof buffer, &bytes, nullptr)) return "<unreadable>";
    return {buffer, bytes};
}
inline bool exists(const std::wstring& path) { return GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES; }

// Function pointers, because headers differ in which of these they declare.
template<class F>
F nt_function(const char* name) {
    return reinterpret_cast<F>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name)));
}

#define EXPECT_FAILS_WITH(call, error)                                                                               \
    do {                                                                                                             \
        SetLastError(0xDEAD);                                                                                        \
        EXPECT_FALSE(call);                                                                                          \
        EXPECT_EQ(GetLastError(), static_cast<DWORD>(error));                                                        \
    } while (false)
