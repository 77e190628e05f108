// SPDX-License-Identifier: MIT
// fileapi_streams.cpp: FindFirstStream: the data streams of a file.
//
// NTFS files can have several; ours have the unnamed one, "::$DATA", and directories none.
// Source: "FindFirstStreamW function" (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"

#include <algorithm>
#include <iterator>

namespace oriel::k32 {
namespace {

constexpr std::uint32_t stream_magic = 0x7274536E; // "nStr"

struct StreamSearch {
    std::uint32_t magic;
    std::uint32_t next; ///< offset of the next one; ~0: no more
    alignas(8) std::uint8_t buffer[0x1000];
};

void take(StreamSearch& search, WIN32_FIND_STREAM_DATA& to) {
    const auto& info = *reinterpret_cast<const nt::FILE_STREAM_INFORMATION<Native>*>(search.buffer + search.next);
    to.StreamSize.QuadPart = info.StreamSize;
    const std::size_t length =
        std::min<std::size_t>(info.StreamNameLength / sizeof(WCHAR), std::size(to.cStreamName) - 1);
    std::copy_n(wide(info.StreamName), length, to.cStreamName);
    to.cStreamName[length] = 0;
    search.next = info.NextEntryOffset ? search.next + info.NextEntryOffset : ~0u;
}

HANDLE no_search(DWORD error) {
    set_last_error(error);
    return INVALID_HANDLE_VALUE;
}

} // namespace

bool close_stream_search(HANDLE handle) {
    auto* const search = static_cast<StreamSearch*>(handle);
    if (!handle || handle == INVALID_HANDLE_VALUE || search->magic != stream_magic) return false;
    search->magic = 0;
    release(search);
    return true;
}

} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT HANDLE WINAPI FindFirstStreamW(LPCWSTR name, STREAM_INFO_LEVELS level, LPVOID to, DWORD flags) {
    if (level != FindStreamInfoStandard || flags || !to) return no_search(ERROR_INVALID_PARAMETER);
    NtPath path(name);
    if (!path.ok()) {
        set_last_error(path.status());
        return INVALID_HANDLE_VALUE;
    }
    OwnedHandle file;
    Status status =
        open_file(file, path, FILE_READ_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                  FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT);
    if (!nt::is_success(status)) {
        set_last_error(status);
        return INVALID_HANDLE_VALUE;
    }
    auto* const search = static_cast<StreamSearch*>(allocate(sizeof(StreamSearch)));
    if (!search) return no_search(ERROR_NOT_ENOUGH_MEMORY);
    IoStatusBlock io{};
    status = NtQueryInformationFile(file.get(), &io, search->buffer, sizeof search->buffer,
                                    static_cast<std::uint32_t>(nt::FileInformationClass::Stream));
    if (!nt::is_success(status) || io.Information == 0) {
        release(search);
        if (nt::is_success(status)) return no_search(ERROR_HANDLE_EOF); // a directory
        set_last_error(status);
        return INVALID_HANDLE_VALUE;
    }
    search->magic = stream_magic;
    search->next = 0;
    take(*search, *static_cast<WIN32_FIND_STREAM_DATA*>(to));
    return search;
}
K32_EXPORT BOOL WINAPI FindNextStreamW(HANDLE handle, LPVOID to) {
    auto* const search = static_cast<StreamSearch*>(handle);
    if (!handle || handle == INVALID_HANDLE_VALUE || search->magic != stream_magic) return fail(ERROR_INVALID_HANDLE);
    if (search->next == ~0u) return fail(ERROR_HANDLE_EOF);
    take(*search, *static_cast<WIN32_FIND_STREAM_DATA*>(to));
    return TRUE;
}
