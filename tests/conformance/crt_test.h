// SPDX-License-Identifier: MIT
// crt_test.h: what the tests of msvcrt.dll share.
//
// mingw-w64 puts its own printf and scanf in place of msvcrt's for C++ programs, so functions under test
// are fetched from the DLL by name. EXPECT_ERRNO checks a call's answer and errno together.
#pragma once

#include <gtest/gtest.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <string>
#include <wchar.h>
#include <windows.h>

/// A function of msvcrt.dll; the test fails if there is none of that name.
template<class Function> Function* msvcrt(const char* name) {
    auto* address = reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("msvcrt.dll"), name));
    EXPECT_NE(address, nullptr) << name << " is not exported";
    return reinterpret_cast<Function*>(address);
}

#define EXPECT_ERRNO(expected, answer, call)                                                                \
    do {                                                                                                    \
        errno = 0;                                                                                          \
        EXPECT_EQ(answer, call);                                                                            \
        EXPECT_EQ(expected, errno) << #call;                                                                \
    } while (0)

/// A file name in the temporary folder that is removed at the end.
class TemporaryName {
public:
    explicit TemporaryName(const char* suffix = "") {
        static int count = 0;
        char folder[MAX_PATH];
        GetTempPathA(MAX_PATH, folder);
        m_name = folder + ("crt" + std::to_string(GetCurrentProcessId())) + "_" + std::to_string(++count) + suffix;
        DeleteFileA(m_name.c_str());
    }
    ~TemporaryName() {
        SetFileAttributesA(m_name.c_str(), FILE_ATTRIBUTE_NORMAL);
        DeleteFileA(m_name.c_str());
    }
    operator const char*() const { return m_name.c_str(); }

private:
    std::string m_name;
};

/// The bytes of a file, as they are on disk.
inline std::string bytes_of(const char* path) {
    std::string bytes;
    HANDLE file =
        CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr);
    char buffer[4096];
    DWORD got;
    while (file != INVALID_HANDLE_VALUE && ReadFile(file, buffer, sizeof buffer, &got, nullptr) && got)
        bytes.append(buffer, got);
    CloseHandle(file);
    return bytes;
}

inline void write_bytes(const char* path, const std::string& bytes) {
    HANDLE file = CreateFileA(path, GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr);
    DWORD written;
    WriteFile(file, bytes.data(), DWORD(bytes.size()), &written, nullptr);
    CloseHandle(file);
}
