// SPDX-License-Identifier: MIT
// psapi_memory.cpp: the K32 functions about a process's memory: its working set, and which files are mapped.
//
// Source: "Process Status API" (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"
#include "process_information.h"
#include "text.h"

#include <algorithm>

#include <psapi.h>

namespace oriel::k32 {
namespace {

constexpr std::uint32_t MemoryWorkingSetList = 1, MemoryMappedFilename = 2, MemoryWorkingSetEx = 4;

/// A UNICODE_STRING with its text behind it, as NT gives names.
struct NameAnswer {
    UnicodeString string;
    WCHAR text[512];
};

/// Copies a name; one that is too long is cut, which the last error tells. Answers how many characters it has now.
DWORD give(const NameAnswer& name, WCHAR* to, DWORD size) {
    if (!size) return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
    const std::size_t length = characters(name.string);
    const std::size_t copied = std::min<std::size_t>(length, size - 1);
    std::copy_n(text_of(name.string), copied, to);
    to[copied] = 0;
    if (copied < length) set_last_error(ERROR_INSUFFICIENT_BUFFER);
    return static_cast<DWORD>(copied < length ? size : length);
}
DWORD give(const NameAnswer& name, char* to, DWORD size) {
    if (!size) return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
    const std::size_t bytes = narrow(text_of(name.string), characters(name.string), to, size - 1, CP_ACP);
    to[bytes] = 0;
    return static_cast<DWORD>(bytes);
}

template<class Character>
DWORD mapped_file_name(HANDLE process, void* address, Character* to, DWORD size) {
    NameAnswer name{};
    native_uptr written = 0;
    const Status status = NtQueryVirtualMemory(process, address, MemoryMappedFilename, &name, sizeof name, &written);
    return nt::is_success(status) ? give(name, to, size) : static_cast<DWORD>(finish(status));
}

template<class Character>
DWORD image_file_name(HANDLE process, Character* to, DWORD size) {
    NameAnswer name{};
    const Status status = query_process(process, ProcessInformation::ImageFileName, name);
    if (!nt::is_success(status)) return static_cast<DWORD>(finish(status));
    if (characters(name.string) >= size) return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
    return give(name, to, size);
}

BOOL query_memory(HANDLE process, std::uint32_t what, void* to, DWORD size) {
    native_uptr written = 0;
    return finish(NtQueryVirtualMemory(process, nullptr, what, to, size, &written));
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI K32QueryWorkingSet(HANDLE process, PVOID to, DWORD size) {
    return query_memory(process, MemoryWorkingSetList, to, size);
}
K32_EXPORT BOOL WINAPI K32QueryWorkingSetEx(HANDLE process, PVOID to, DWORD size) {
    return query_memory(process, MemoryWorkingSetEx, to, size);
}
K32_EXPORT BOOL WINAPI K32EmptyWorkingSet(HANDLE process) {
    return SetProcessWorkingSetSize(process, static_cast<SIZE_T>(-1), static_cast<SIZE_T>(-1));
}

K32_EXPORT DWORD WINAPI K32GetMappedFileNameW(HANDLE process, LPVOID address, LPWSTR to, DWORD size) {
    return mapped_file_name(process, address, to, size);
}
K32_EXPORT DWORD WINAPI K32GetMappedFileNameA(HANDLE process, LPVOID address, LPSTR to, DWORD size) {
    return mapped_file_name(process, address, to, size);
}
K32_EXPORT DWORD WINAPI K32GetProcessImageFileNameW(HANDLE process, LPWSTR to, DWORD size) {
    return image_file_name(process, to, size);
}
K32_EXPORT DWORD WINAPI K32GetProcessImageFileNameA(HANDLE process, LPSTR to, DWORD size) {
    return image_file_name(process, to, size);
}
