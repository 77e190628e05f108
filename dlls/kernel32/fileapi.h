// SPDX-License-Identifier: MIT
// fileapi.h: what the files about files share.
#pragma once

#include "buffer.h"
#include "nt_path.h"

namespace oriel::k32 {

template<class T>
Status query_file(HANDLE file, IoStatusBlock& io, nt::FileInformationClass kind, T& to) {
    return NtQueryInformationFile(file, &io, &to, sizeof to, static_cast<std::uint32_t>(kind));
}
template<class T>
Status set_file(HANDLE file, IoStatusBlock& io, nt::FileInformationClass kind, T& from) {
    return NtSetInformationFile(file, &io, &from, sizeof from, static_cast<std::uint32_t>(kind));
}
template<class T>
Status query_volume(HANDLE file, IoStatusBlock& io, nt::FsInformationClass kind, T& to) {
    return NtQueryVolumeInformationFile(file, &io, &to, sizeof to, static_cast<std::uint32_t>(kind));
}

/// Opens what is there, with SYNCHRONIZE added to the access.
Status open_file(OwnedHandle& file, NtPath& path, std::uint32_t access, std::uint32_t share, std::uint32_t options);

/// A handle of CreateFile, closed at the end of the scope.
class OwnedFile {
public:
    explicit OwnedFile(HANDLE handle) : m_handle(handle) {}
    ~OwnedFile() { close(); }
    OwnedFile(const OwnedFile&) = delete;
    OwnedFile& operator=(const OwnedFile&) = delete;

    [[nodiscard]] bool ok() const { return m_handle != INVALID_HANDLE_VALUE; }
    [[nodiscard]] HANDLE get() const { return m_handle; }
    void close() {
        if (ok()) NtClose(m_handle);
        m_handle = INVALID_HANDLE_VALUE;
    }

private:
    HANDLE m_handle;
};

/// FindClose for a handle of FindFirstStream; false if it is none.
bool close_stream_search(HANDLE handle);

bool equal_ignoring_case(const WCHAR* left, const WCHAR* right);

} // namespace oriel::k32
