// SPDX-License-Identifier: MIT
// fileapi_volume.cpp: drives and volumes: which there are, how large, what kind, what file system.
//
// A drive letter is a name in \??. A question about a volume goes to its root directory.
// Sources: "Volume Management Functions", "GetDriveType function", "GetDiskFreeSpaceEx function" (Microsoft
// documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "text.h"

#include <algorithm>
#include <iterator>

namespace oriel::k32 {
namespace {

constexpr std::uint32_t share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

/// The root to ask: the caller's path, or the current drive's root.
class RootPath {
public:
    explicit RootPath(const WCHAR* given) : m_given(given) {
        if (given) return;
        PathBuffer current;
        const DWORD length = GetCurrentDirectoryW(static_cast<DWORD>(current.capacity()), current.data());
        if (length >= 2 && length < current.capacity() && current[1] == L':') m_drive[0] = current[0];
    }
    [[nodiscard]] const WCHAR* get() const { return m_given ? m_given : m_drive; }

private:
    const WCHAR* m_given;
    WCHAR m_drive[4] = L"C:\\";
};

Status open_root(const WCHAR* root, OwnedHandle& handle) {
    NtPath path(root);
    if (!path.ok()) return path.status();
    const Status status =
        open_file(handle, path, 0, share_all, FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT);
    // A drive that is not there is a path that is not there.
    return status == Status::ObjectNameNotFound ? Status::ObjectPathNotFound : status;
}

template<class Info>
Status query_root(const WCHAR* root, nt::FsInformationClass kind, Info& info) {
    OwnedHandle handle;
    Status status = open_root(RootPath(root).get(), handle);
    IoStatusBlock io{};
    return nt::is_success(status) ? query_volume(handle.get(), io, kind, info) : status;
}

bool drive_exists(WCHAR letter) {
    const WCHAR root[] = {letter, L':', L'\\', 0};
    OwnedHandle handle;
    return nt::is_success(open_root(root, handle));
}

struct VolumeFacts {
    std::uint32_t serial;
    std::uint32_t flags;
    std::int32_t component_length;
    WCHAR label[64];
    std::size_t label_length;
    WCHAR file_system[32];
    std::size_t file_system_length;
};

Status volume_facts(HANDLE file, VolumeFacts& facts) {
    IoStatusBlock io{};
    struct {
        nt::FILE_FS_VOLUME_INFORMATION<Native> info;
        char16_t more[64];
    } volume{};
    struct {
        nt::FILE_FS_ATTRIBUTE_INFORMATION<Native> info;
        char16_t more[32];
    } attribute{};
    Status status = query_volume(file, io, nt::FsInformationClass::Volume, volume);
    if (nt::is_success(status)) status = query_volume(file, io, nt::FsInformationClass::Attribute, attribute);
    if (!nt::is_success(status)) return status;
    facts.serial = volume.info.VolumeSerialNumber;
    facts.flags = attribute.info.FileSystemAttributes;
    facts.component_length = attribute.info.MaximumComponentNameLength;
    facts.label_length = std::min<std::size_t>(volume.info.VolumeLabelLength / sizeof(WCHAR), std::size(facts.label));
    std::copy_n(wide(volume.info.VolumeLabel), facts.label_length, facts.label);
    facts.file_system_length =
        std::min<std::size_t>(attribute.info.FileSystemNameLength / sizeof(WCHAR), std::size(facts.file_system));
    std::copy_n(wide(attribute.info.FileSystemName), facts.file_system_length, facts.file_system);
    return status;
}

/// Root paths of GetVolumeInformation must end in a backslash.
Status facts_of_root(const WCHAR* root, VolumeFacts& facts) {
    if (root && (!*root || root[length_of(root) - 1] != L'\\')) return Status::ObjectNameInvalid;
    OwnedHandle handle;
    const Status status = open_root(RootPath(root).get(), handle);
    return nt::is_success(status) ? volume_facts(handle.get(), facts) : status;
}

BOOL give_facts(const VolumeFacts& facts, LPWSTR label, DWORD label_size, LPDWORD serial, LPDWORD component,
                LPDWORD flags, LPWSTR system, DWORD system_size) {
    if ((label && facts.label_length >= label_size) || (system && facts.file_system_length >= system_size))
        return fail(ERROR_MORE_DATA);
    if (label) answer_wide(facts.label, facts.label_length, label, label_size);
    if (system) answer_wide(facts.file_system, facts.file_system_length, system, system_size);
    if (serial) *serial = facts.serial;
    if (component) *component = static_cast<DWORD>(facts.component_length);
    if (flags) *flags = facts.flags;
    return TRUE;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- drives
K32_EXPORT DWORD WINAPI GetLogicalDrives() {
    DWORD result = 0;
    for (WCHAR letter = L'A'; letter <= L'Z'; ++letter)
        if (drive_exists(letter)) result |= 1u << (letter - L'A');
    return result;
}
K32_EXPORT DWORD WINAPI GetLogicalDriveStringsW(DWORD size, LPWSTR to) {
    const DWORD drives = GetLogicalDrives();
    const auto needed = static_cast<DWORD>(__builtin_popcount(drives)) * 4;
    if (size < needed + 1) return needed + 1;
    for (int i = 0; i < 26; ++i) {
        if (!(drives & 1u << i)) continue;
        *to++ = static_cast<WCHAR>(L'A' + i);
        *to++ = L':';
        *to++ = L'\\';
        *to++ = 0;
    }
    *to = 0;
    return needed;
}
K32_EXPORT DWORD WINAPI GetLogicalDriveStringsA(DWORD size, LPSTR to) {
    WCHAR drives[26 * 4 + 1];
    const DWORD length = GetLogicalDriveStringsW(static_cast<DWORD>(std::size(drives)), drives);
    if (size < length + 1) return length + 1;
    std::copy_n(drives, length + 1, to);
    return length;
}

K32_EXPORT UINT WINAPI GetDriveTypeW(LPCWSTR root) {
    nt::FILE_FS_DEVICE_INFORMATION<Native> info{};
    const DWORD error = last_error();
    const Status status = query_root(root, nt::FsInformationClass::Device, info);
    set_last_error(error);
    if (!nt::is_success(status)) return DRIVE_NO_ROOT_DIR;
    constexpr std::uint32_t removable = 0x1, remote = 0x10; // FILE_REMOVABLE_MEDIA, FILE_REMOTE_DEVICE
    switch (info.DeviceType) {
    case FILE_DEVICE_NETWORK_FILE_SYSTEM:
        return DRIVE_REMOTE;
    case FILE_DEVICE_CD_ROM:
    case FILE_DEVICE_CD_ROM_FILE_SYSTEM:
        return DRIVE_CDROM;
    case FILE_DEVICE_VIRTUAL_DISK:
        return DRIVE_RAMDISK;
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_DISK_FILE_SYSTEM:
        return info.Characteristics & remote      ? DRIVE_REMOTE
               : info.Characteristics & removable ? DRIVE_REMOVABLE
                                                  : DRIVE_FIXED;
    default:
        return DRIVE_UNKNOWN;
    }
}
K32_EXPORT UINT WINAPI GetDriveTypeA(LPCSTR root) {
    const FileText text(root);
    return text.ok() ? GetDriveTypeW(text.get()) : UINT{DRIVE_UNKNOWN};
}

// ------------------------------------------------------------------------------------- space
K32_EXPORT BOOL WINAPI GetDiskFreeSpaceExW(LPCWSTR root, PULARGE_INTEGER available, PULARGE_INTEGER total,
                                           PULARGE_INTEGER free) {
    nt::FILE_FS_FULL_SIZE_INFORMATION<Native> info{};
    const Status status = query_root(root, nt::FsInformationClass::FullSize, info);
    if (!nt::is_success(status)) return finish(status);
    const std::uint64_t unit = std::uint64_t{info.SectorsPerAllocationUnit} * info.BytesPerSector;
    if (available) available->QuadPart = static_cast<std::uint64_t>(info.CallerAvailableAllocationUnits) * unit;
    if (total) total->QuadPart = static_cast<std::uint64_t>(info.TotalAllocationUnits) * unit;
    if (free) free->QuadPart = static_cast<std::uint64_t>(info.ActualAvailableAllocationUnits) * unit;
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetDiskFreeSpaceExA(LPCSTR root, PULARGE_INTEGER available, PULARGE_INTEGER total,
                                           PULARGE_INTEGER free) {
    const FileText text(root);
    return text.ok() ? GetDiskFreeSpaceExW(text.get(), available, total, free) : fail(ERROR_NOT_ENOUGH_MEMORY);
}
K32_EXPORT BOOL WINAPI GetDiskFreeSpaceW(LPCWSTR root, LPDWORD sectors, LPDWORD bytes, LPDWORD free, LPDWORD total) {
    nt::FILE_FS_SIZE_INFORMATION<Native> info{};
    const Status status = query_root(root, nt::FsInformationClass::Size, info);
    if (!nt::is_success(status)) return finish(status);
    const auto cut = [](std::int64_t units) { return static_cast<DWORD>(std::min<std::int64_t>(units, 0xFFFFFFFF)); };
    if (sectors) *sectors = info.SectorsPerAllocationUnit;
    if (bytes) *bytes = info.BytesPerSector;
    if (free) *free = cut(info.AvailableAllocationUnits);
    if (total) *total = cut(info.TotalAllocationUnits);
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetDiskFreeSpaceA(LPCSTR root, LPDWORD sectors, LPDWORD bytes, LPDWORD free, LPDWORD total) {
    const FileText text(root);
    return text.ok() ? GetDiskFreeSpaceW(text.get(), sectors, bytes, free, total) : fail(ERROR_NOT_ENOUGH_MEMORY);
}

// ------------------------------------------------------------------------------------- volumes
K32_EXPORT BOOL WINAPI GetVolumeInformationW(LPCWSTR root, LPWSTR label, DWORD label_size, LPDWORD serial,
                                             LPDWORD component, LPDWORD flags, LPWSTR system, DWORD system_size) {
    VolumeFacts facts{};
    const Status status = facts_of_root(root, facts);
    if (!nt::is_success(status)) return finish(status);
    return give_facts(facts, label, label_size, serial, component, flags, system, system_size);
}
K32_EXPORT BOOL WINAPI GetVolumeInformationA(LPCSTR root, LPSTR label, DWORD label_size, LPDWORD serial,
                                             LPDWORD component, LPDWORD flags, LPSTR system, DWORD system_size) {
    const FileText text(root);
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    VolumeFacts facts{};
    const Status status = facts_of_root(text.get(), facts);
    if (!nt::is_success(status)) return finish(status);
    if (!give_facts(facts, nullptr, 0, serial, component, flags, nullptr, 0)) return FALSE;
    if (label && answer_narrow(facts.label, facts.label_length, label, label_size, file_code_page()) >= label_size)
        return fail(ERROR_MORE_DATA);
    if (system && answer_narrow(facts.file_system, facts.file_system_length, system, system_size, file_code_page()) >=
                      system_size)
        return fail(ERROR_MORE_DATA);
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetVolumeInformationByHandleW(HANDLE file, LPWSTR label, DWORD label_size, LPDWORD serial,
                                                     LPDWORD component, LPDWORD flags, LPWSTR system,
                                                     DWORD system_size) {
    VolumeFacts facts{};
    const Status status = volume_facts(file, facts);
    if (!nt::is_success(status)) return finish(status);
    return give_facts(facts, label, label_size, serial, component, flags, system, system_size);
}

/// The drive's root: volumes are not mounted on folders here.
K32_EXPORT BOOL WINAPI GetVolumePathNameW(LPCWSTR name, LPWSTR to, DWORD size) {
    PathBuffer path;
    const DWORD length = GetFullPathNameW(name, static_cast<DWORD>(path.capacity()), path.data(), nullptr);
    if (!length) return FALSE;
    if (length >= path.capacity()) return fail(ERROR_FILENAME_EXCED_RANGE);
    std::size_t root = 0;
    if (path[1] == L':') {
        root = 2;
    } else if (path[0] == L'\\' && path[1] == L'\\') { // \\?\X: and \\server\share
        root = 2;
        for (int parts = 0; parts < 2 && path[root]; ++parts) {
            while (path[root] && path[root] != L'\\') ++root;
            if (parts == 0 && path[root]) ++root;
        }
    }
    if (size < root + 2) return fail(ERROR_FILENAME_EXCED_RANGE);
    std::copy_n(path.data(), root, to);
    to[root] = L'\\';
    to[root + 1] = 0;
    return TRUE;
}
