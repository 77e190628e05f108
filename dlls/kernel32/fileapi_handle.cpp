// SPDX-License-Identifier: MIT
// fileapi_handle.cpp: facts about an open file, asked and set by class: GetFileInformationByHandle(Ex),
// SetFileInformationByHandle, GetFinalPathNameByHandle.
//
// Most Win32 classes are NT's with other names and, here and there, other padding; where the layouts agree, the
// buffer goes through. Sources: "GetFileInformationByHandleEx function", "GetFinalPathNameByHandle function"
// (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "text.h"

#include <algorithm>
#include <iterator>

namespace oriel::k32 {
namespace {

using Class = nt::FileInformationClass;

/// A query whose answer has the same layout on both sides.
BOOL pass_query(HANDLE file, Class kind, void* to, DWORD size) {
    IoStatusBlock io{};
    return finish(NtQueryInformationFile(file, &io, to, size, static_cast<std::uint32_t>(kind)));
}
BOOL pass_set(HANDLE file, Class kind, void* from, DWORD size) {
    IoStatusBlock io{};
    return finish(NtSetInformationFile(file, &io, from, size, static_cast<std::uint32_t>(kind)));
}

BOOL list_directory(HANDLE file, Class kind, void* to, DWORD size, bool restart) {
    IoStatusBlock io{};
    Status status = NtQueryDirectoryFile(file, nullptr, nullptr, nullptr, &io, to, size,
                                         static_cast<std::uint32_t>(kind), false, nullptr, restart);
    if (status == Status::Pending) {
        status = NtWaitForSingleObject(file, false, nullptr);
        if (nt::is_success(status)) status = io.StatusCode;
    }
    return finish(status);
}

struct DosDevice {
    WCHAR letter;
    WCHAR target[128];
    std::size_t length;
};

/// What \??\X: leads to.
bool read_drive_link(WCHAR letter, DosDevice& device) {
    const WCHAR text[] = {L'\\', L'?', L'?', L'\\', letter, L':', 0};
    UnicodeString name = counted(text);
    ObjectAttributes attributes{};
    attributes.Length = sizeof attributes;
    attributes.ObjectName = &name;
    attributes.Attributes = nt::OBJ_CASE_INSENSITIVE;
    OwnedHandle link;
    if (!nt::is_success(NtOpenSymbolicLinkObject(link.address(), 1 /* SYMBOLIC_LINK_QUERY */, &attributes)))
        return false;
    UnicodeString target{};
    target.Buffer = u16(device.target);
    target.MaximumLength = sizeof device.target;
    if (!nt::is_success(NtQuerySymbolicLinkObject(link.get(), &target, nullptr))) return false;
    device.letter = letter;
    device.length = characters(target);
    return true;
}

/// The NT name of an open file ("\Device\HarddiskVolume1\dir\file").
Status object_name(HANDLE file, Buffer<std::uint64_t, 160>& storage, UnicodeString& name) {
    constexpr std::uint32_t ObjectNameInformation = 1;
    std::uint32_t needed = 0;
    Status status;
    while ((status = NtQueryObject(file, ObjectNameInformation, storage.data(),
                                   static_cast<std::uint32_t>(storage.capacity() * 8), &needed)) ==
               Status::BufferOverflow ||
           status == Status::InfoLengthMismatch || status == Status::BufferTooSmall) {
        if (needed <= storage.capacity() * 8 || !storage.reserve(needed / 8 + 1)) return Status::NoMemory;
    }
    if (nt::is_success(status)) name = *reinterpret_cast<const UnicodeString*>(storage.data());
    return status;
}

/// The DOS form of an NT name: the drive whose link is the longest prefix of it.
Status dos_form(const UnicodeString& name, DWORD volume, PathBuffer& to, std::size_t& length) {
    const WCHAR* text = text_of(name);
    std::size_t count = characters(name);
    if (!to.reserve(count + 16)) return Status::NoMemory;
    length = 0;
    const auto add = [&](const WCHAR* part, std::size_t part_length) {
        std::copy_n(part, part_length, to.data() + length);
        length += part_length;
    };
    constexpr WCHAR prefix[] = L"\\\\?\\", dos_devices[] = L"\\??\\";
    if (volume == VOLUME_NAME_NT) {
        add(text, count);
    } else if (count > 4 &&
               std::equal(dos_devices, dos_devices + 4, text)) { // the system names it by its drive already
        if (volume == VOLUME_NAME_DOS) add(prefix, 4);
        const std::size_t skip = volume == VOLUME_NAME_DOS ? 4 : 6;
        add(text + skip, count - skip);
    } else {
        DosDevice best{};
        for (WCHAR letter = L'A'; letter <= L'Z'; ++letter) {
            DosDevice device{};
            if (!read_drive_link(letter, device) || device.length <= best.length || device.length > count) continue;
            if (std::equal(device.target, device.target + device.length, text)) best = device;
        }
        if (!best.length) return Status::ObjectNameNotFound;
        if (volume == VOLUME_NAME_DOS) {
            add(prefix, 4);
            const WCHAR drive[] = {best.letter, L':'};
            add(drive, 2);
        }
        add(text + best.length, count - best.length);
    }
    to[length] = 0;
    return Status::Success;
}

DWORD final_path(HANDLE file, DWORD flags, PathBuffer& to, std::size_t& length) {
    constexpr DWORD volume_bits = VOLUME_NAME_GUID | VOLUME_NAME_NT | VOLUME_NAME_NONE;
    const DWORD volume = flags & volume_bits;
    if ((flags & ~DWORD{volume_bits | FILE_NAME_OPENED}) || (volume & (volume - 1))) return ERROR_INVALID_PARAMETER;
    if (volume == VOLUME_NAME_GUID) return ERROR_PATH_NOT_FOUND; // our volumes have no GUID paths
    Buffer<std::uint64_t, 160> storage;
    UnicodeString name{};
    Status status = object_name(file, storage, name);
    if (nt::is_success(status)) status = dos_form(name, volume, to, length);
    return nt::is_success(status) ? ERROR_SUCCESS : RtlNtStatusToDosError(status);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI GetFileInformationByHandle(HANDLE file, LPBY_HANDLE_FILE_INFORMATION to) {
    IoStatusBlock io{};
    nt::FILE_FS_VOLUME_INFORMATION<Native> volume{};
    nt::FILE_ALL_INFORMATION<Native> all{};
    // The names do not fit into these, and are not wanted: STATUS_BUFFER_OVERFLOW brings the rest.
    Status status = query_volume(file, io, nt::FsInformationClass::Volume, volume);
    if (nt::is_error(status)) return finish(status);
    status = query_file(file, io, Class::All, all);
    if (nt::is_error(status)) return finish(status);
    to->dwFileAttributes = all.BasicInformation.FileAttributes;
    store_time(&to->ftCreationTime, all.BasicInformation.CreationTime);
    store_time(&to->ftLastAccessTime, all.BasicInformation.LastAccessTime);
    store_time(&to->ftLastWriteTime, all.BasicInformation.LastWriteTime);
    to->dwVolumeSerialNumber = volume.VolumeSerialNumber;
    to->nFileSizeHigh = static_cast<DWORD>(static_cast<std::uint64_t>(all.StandardInformation.EndOfFile) >> 32);
    to->nFileSizeLow = static_cast<DWORD>(all.StandardInformation.EndOfFile);
    to->nNumberOfLinks = all.StandardInformation.NumberOfLinks;
    to->nFileIndexHigh = static_cast<DWORD>(static_cast<std::uint64_t>(all.InternalInformation.IndexNumber) >> 32);
    to->nFileIndexLow = static_cast<DWORD>(all.InternalInformation.IndexNumber);
    return TRUE;
}

K32_EXPORT BOOL WINAPI GetFileInformationByHandleEx(HANDLE file, FILE_INFO_BY_HANDLE_CLASS kind, LPVOID to,
                                                    DWORD size) {
    switch (static_cast<int>(kind)) {
    case FileBasicInfo:
        return pass_query(file, Class::Basic, to, size);
    case FileStandardInfo:
        return pass_query(file, Class::Standard, to, size);
    case FileNameInfo:
        return pass_query(file, Class::Name, to, size);
    case FileStreamInfo:
        return pass_query(file, Class::Stream, to, size);
    case FileCompressionInfo:
        return pass_query(file, Class::Compression, to, size);
    case FileAttributeTagInfo:
        return pass_query(file, Class::AttributeTag, to, size);
    case FileRemoteProtocolInfo:
        return pass_query(file, Class::RemoteProtocol, to, size);
    case 17 /* FileAlignmentInfo */:
        return pass_query(file, Class::Alignment, to, size);
    case 18 /* FileIdInfo */:
        return pass_query(file, Class::Id, to, size);
    case 16 /* FileStorageInfo */: {
        IoStatusBlock io{};
        return finish(NtQueryVolumeInformationFile(file, &io, to, size,
                                                   static_cast<std::uint32_t>(nt::FsInformationClass::SectorSize)));
    }
    case FileIdBothDirectoryInfo:
        return list_directory(file, Class::IdBothDirectory, to, size, false);
    case FileIdBothDirectoryRestartInfo:
        return list_directory(file, Class::IdBothDirectory, to, size, true);
    case 14 /* FileFullDirectoryInfo */:
        return list_directory(file, Class::FullDirectory, to, size, false);
    case 15 /* FileFullDirectoryRestartInfo */:
        return list_directory(file, Class::FullDirectory, to, size, true);
    case 19 /* FileIdExtdDirectoryInfo */:
        return list_directory(file, Class::IdExtdDirectory, to, size, false);
    case 20 /* FileIdExtdDirectoryRestartInfo */:
        return list_directory(file, Class::IdExtdDirectory, to, size, true);
    default:
        return fail(ERROR_INVALID_PARAMETER);
    }
}

K32_EXPORT BOOL WINAPI SetFileInformationByHandle(HANDLE file, FILE_INFO_BY_HANDLE_CLASS kind, LPVOID from,
                                                  DWORD size) {
    switch (static_cast<int>(kind)) {
    case FileBasicInfo:
        return pass_set(file, Class::Basic, from, size);
    case FileDispositionInfo:
        return pass_set(file, Class::Disposition, from, size);
    case FileAllocationInfo:
        return pass_set(file, Class::Allocation, from, size);
    case FileEndOfFileInfo:
        return pass_set(file, Class::EndOfFile, from, size);
    case 12 /* FileIoPriorityHintInfo */:
        return pass_set(file, Class::IoPriorityHint, from, size);
    case 21 /* FileDispositionInfoEx */:
        return pass_set(file, Class::DispositionEx, from, size);
    case FileRenameInfo:
    case 22 /* FileRenameInfoEx */: {
        // The name may be a DOS path here; NT wants its own form.
        const auto& info = *static_cast<const FILE_RENAME_INFO*>(from);
        PathBuffer name;
        const std::size_t length = info.FileNameLength / sizeof(WCHAR);
        if (size < offsetof(FILE_RENAME_INFO, FileName) || !name.reserve(length + 1))
            return fail(ERROR_INVALID_PARAMETER);
        std::copy_n(info.FileName, length, name.data());
        name[length] = 0;
        NtPath path(name.data());
        if (!path.ok()) return finish(path.status());
        using Info = nt::FILE_RENAME_INFORMATION<Native>;
        Buffer<std::uint64_t, 128> storage;
        const std::size_t bytes = std::max(sizeof(Info), offsetof(Info, FileName) + path.name().Length);
        if (!storage.reserve(bytes / 8 + 1)) return fail(ERROR_NOT_ENOUGH_MEMORY);
        auto& rename = *reinterpret_cast<Info*>(storage.data());
        rename.Flags = *static_cast<const std::uint32_t*>(from);
        rename.RootDirectory = 0;
        rename.FileNameLength = path.name().Length;
        __builtin_memcpy(rename.FileName, path.name().Buffer.get(), path.name().Length);
        return pass_set(file, kind == FileRenameInfo ? Class::Rename : Class::RenameEx, &rename,
                        static_cast<DWORD>(bytes));
    }
    default:
        return fail(ERROR_INVALID_PARAMETER);
    }
}

K32_EXPORT DWORD WINAPI GetFinalPathNameByHandleW(HANDLE file, LPWSTR to, DWORD size, DWORD flags) {
    PathBuffer path;
    std::size_t length = 0;
    if (const DWORD error = final_path(file, flags, path, length)) return static_cast<DWORD>(fail(error));
    const DWORD answer = answer_wide(path.data(), length, to, size);
    if (answer >= size) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return answer;
}
K32_EXPORT DWORD WINAPI GetFinalPathNameByHandleA(HANDLE file, LPSTR to, DWORD size, DWORD flags) {
    PathBuffer path;
    std::size_t length = 0;
    if (const DWORD error = final_path(file, flags, path, length)) return static_cast<DWORD>(fail(error));
    const DWORD answer = answer_narrow(path.data(), length, to, size, file_code_page());
    if (answer >= size) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return answer;
}

/// An open handle again, with other rights.
K32_EXPORT HANDLE WINAPI ReOpenFile(HANDLE original, DWORD access, DWORD share, DWORD flags) {
    WCHAR path[1024];
    const DWORD length =
        GetFinalPathNameByHandleW(original, path, static_cast<DWORD>(std::size(path)), VOLUME_NAME_DOS);
    if (!length || length >= std::size(path)) return INVALID_HANDLE_VALUE;
    return CreateFileW(path, access, share, nullptr, OPEN_EXISTING, flags, nullptr);
}

K32_EXPORT DWORD WINAPI QueryDosDeviceW(LPCWSTR name, LPWSTR to, DWORD size) {
    if (!name) { // a list of all: the drives
        DWORD length = 0;
        for (WCHAR letter = L'A'; letter <= L'Z'; ++letter) {
            DosDevice device{};
            if (!read_drive_link(letter, device)) continue;
            if (length + 4 > size) return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
            to[length++] = letter;
            to[length++] = L':';
            to[length++] = 0;
        }
        to[length++] = 0;
        return length;
    }
    DosDevice device{};
    if (!name[0] || name[1] != L':' || name[2] || !read_drive_link(name[0], device))
        return static_cast<DWORD>(fail(ERROR_FILE_NOT_FOUND));
    if (device.length + 2 > size) return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
    std::copy_n(device.target, device.length, to);
    to[device.length] = to[device.length + 1] = 0;
    return static_cast<DWORD>(device.length + 2);
}
