// SPDX-License-Identifier: MIT
// fileapi_io.cpp: reading, writing, seeking, sizes, times, locks of open files.
//
// A synchronous request waits in the service, or here on the file if the service says STATUS_PENDING. An
// overlapped one puts NT's IO_STATUS_BLOCK into the first two words of OVERLAPPED (Internal, InternalHigh),
// which were made for that. The end of the file is success with 0 bytes for the first kind, and
// ERROR_HANDLE_EOF for the second.
// Sources: "ReadFile function", "WriteFile function", "SetFilePointer function" (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "standard_handles.h"

namespace oriel::k32 {
namespace {

IoStatusBlock* io_of(LPOVERLAPPED overlapped) { return reinterpret_cast<IoStatusBlock*>(&overlapped->Internal); }
std::int64_t offset_of(const OVERLAPPED* overlapped) {
    return static_cast<std::int64_t>(std::uint64_t{overlapped->OffsetHigh} << 32 | overlapped->Offset);
}
/// An event with its low bit set keeps the completion from the port ("GetQueuedCompletionStatus function").
void* port_context(LPOVERLAPPED overlapped) {
    return reinterpret_cast<std::uintptr_t>(overlapped->hEvent) & 1 ? nullptr : overlapped;
}

/// ReadFile and WriteFile differ in one service and in who may see the end of the file.
template<class Service>
BOOL transfer(Service service, HANDLE file, void* buffer, DWORD size, LPDWORD done, LPOVERLAPPED overlapped) {
    file = real_handle(file);
    if (done) *done = 0;
    if (!overlapped) {
        IoStatusBlock io{};
        Status status = service(file, nullptr, nullptr, nullptr, &io, buffer, size, nullptr, nullptr);
        if (status == Status::Pending) {
            status = NtWaitForSingleObject(file, false, nullptr);
            if (nt::is_success(status)) status = io.StatusCode;
        }
        if (status == Status::EndOfFile) return TRUE;
        if (done && !nt::is_error(status)) *done = static_cast<DWORD>(io.Information);
        return finish(status);
    }

    overlapped->Internal = static_cast<ULONG_PTR>(Status::Pending);
    std::int64_t offset = offset_of(overlapped);
    const Status status = service(file, overlapped->hEvent, nullptr, port_context(overlapped), io_of(overlapped),
                                  buffer, size, &offset, nullptr);
    if (status == Status::Pending) return fail(ERROR_IO_PENDING);
    if (done && !nt::is_error(status)) *done = static_cast<DWORD>(overlapped->InternalHigh);
    return finish(status);
}

/// The completion routine of ReadFileEx travels as an APC: ntdll calls it with (context, io status, reserved), and
/// this turns that into (error, bytes, overlapped).
void NT_API complete_extended(void* routine, IoStatusBlock* io, std::uint32_t) {
    const auto call = reinterpret_cast<LPOVERLAPPED_COMPLETION_ROUTINE>(routine);
    const DWORD error = nt::is_success(io->StatusCode) ? 0 : RtlNtStatusToDosError(io->StatusCode);
    call(error, nt::is_success(io->StatusCode) ? static_cast<DWORD>(io->Information) : 0,
         reinterpret_cast<LPOVERLAPPED>(io));
}

template<class Service>
BOOL transfer_extended(Service service, HANDLE file, void* buffer, DWORD size, LPOVERLAPPED overlapped,
                       LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    std::int64_t offset = offset_of(overlapped);
    overlapped->Internal = static_cast<ULONG_PTR>(Status::Pending);
    const Status status =
        service(file, nullptr, reinterpret_cast<void*>(&complete_extended), reinterpret_cast<void*>(routine),
                io_of(overlapped), buffer, size, &offset, nullptr);
    if (nt::is_error(status)) return finish(status);
    // A warning is success with news, and the news is the last error.
    if (!nt::is_success(status))
        set_last_error(status);
    else
        set_last_error(ERROR_SUCCESS);
    return TRUE;
}

/// Where a move ends. Statuses: those of the queries; the caller checks the sign.
Status destination(HANDLE file, std::int64_t distance, DWORD method, std::int64_t& position) {
    IoStatusBlock io{};
    if (method == FILE_BEGIN) {
        position = distance;
        return Status::Success;
    }
    if (method == FILE_CURRENT) {
        nt::FILE_POSITION_INFORMATION<Native> info{};
        const Status status = query_file(file, io, nt::FileInformationClass::Position, info);
        position = info.CurrentByteOffset + distance;
        return status;
    }
    if (method == FILE_END) {
        nt::FILE_STANDARD_INFORMATION<Native> info{};
        const Status status = query_file(file, io, nt::FileInformationClass::Standard, info);
        position = info.EndOfFile + distance;
        return status;
    }
    return Status::InvalidParameter;
}
Status set_position(HANDLE file, std::int64_t position) {
    IoStatusBlock io{};
    nt::FILE_POSITION_INFORMATION<Native> info{position};
    return set_file(file, io, nt::FileInformationClass::Position, info);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- reading and writing
K32_EXPORT BOOL WINAPI ReadFile(HANDLE file, LPVOID buffer, DWORD size, LPDWORD done, LPOVERLAPPED overlapped) {
    return transfer(NtReadFile, file, buffer, size, done, overlapped);
}
K32_EXPORT BOOL WINAPI WriteFile(HANDLE file, LPCVOID buffer, DWORD size, LPDWORD done, LPOVERLAPPED overlapped) {
    return transfer(NtWriteFile, file, const_cast<void*>(buffer), size, done, overlapped);
}
K32_EXPORT BOOL WINAPI ReadFileEx(HANDLE file, LPVOID buffer, DWORD size, LPOVERLAPPED overlapped,
                                  LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    return transfer_extended(NtReadFile, file, buffer, size, overlapped, routine);
}
K32_EXPORT BOOL WINAPI WriteFileEx(HANDLE file, LPCVOID buffer, DWORD size, LPOVERLAPPED overlapped,
                                   LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    return transfer_extended(NtWriteFile, file, const_cast<void*>(buffer), size, overlapped, routine);
}
K32_EXPORT BOOL WINAPI FlushFileBuffers(HANDLE file) {
    IoStatusBlock io{};
    return finish(NtFlushBuffersFile(real_handle(file), &io));
}

// ------------------------------------------------------------------------------------- position and size
K32_EXPORT DWORD WINAPI SetFilePointer(HANDLE file, LONG distance, PLONG high, DWORD method) {
    const std::int64_t wanted =
        high ? static_cast<std::int64_t>(std::uint64_t{static_cast<std::uint32_t>(*high)} << 32 |
                                         static_cast<std::uint32_t>(distance))
             : distance;
    std::int64_t position = 0;
    Status status = destination(file, wanted, method, position);
    if (nt::is_success(status)) {
        if (position < 0 || (!high && position > 0xFFFFFFFF)) {
            set_last_error(position < 0 ? ERROR_NEGATIVE_SEEK : ERROR_INVALID_PARAMETER);
            return INVALID_SET_FILE_POINTER;
        }
        status = set_position(file, position);
    }
    if (!finish(status)) return INVALID_SET_FILE_POINTER;
    if (high) *high = static_cast<LONG>(position >> 32);
    // 0xFFFFFFFF can be a position: the last error tells.
    if (static_cast<DWORD>(position) == INVALID_SET_FILE_POINTER) set_last_error(ERROR_SUCCESS);
    return static_cast<DWORD>(position);
}
K32_EXPORT BOOL WINAPI SetFilePointerEx(HANDLE file, LARGE_INTEGER distance, PLARGE_INTEGER result, DWORD method) {
    std::int64_t position = 0;
    Status status = destination(file, distance.QuadPart, method, position);
    if (nt::is_success(status)) {
        if (position < 0) return fail(ERROR_NEGATIVE_SEEK);
        status = set_position(file, position);
    }
    if (nt::is_success(status) && result) result->QuadPart = position;
    return finish(status);
}
K32_EXPORT BOOL WINAPI GetFileSizeEx(HANDLE file, PLARGE_INTEGER size) {
    IoStatusBlock io{};
    nt::FILE_STANDARD_INFORMATION<Native> info{};
    const Status status = query_file(file, io, nt::FileInformationClass::Standard, info);
    if (nt::is_success(status)) size->QuadPart = info.EndOfFile;
    return finish(status);
}
K32_EXPORT DWORD WINAPI GetFileSize(HANDLE file, LPDWORD high) {
    LARGE_INTEGER size;
    if (!GetFileSizeEx(file, &size)) {
        if (high) *high = 0xFFFFFFFF;
        return INVALID_FILE_SIZE;
    }
    if (high) *high = static_cast<DWORD>(size.HighPart);
    if (size.LowPart == INVALID_FILE_SIZE) set_last_error(ERROR_SUCCESS);
    return size.LowPart;
}
K32_EXPORT BOOL WINAPI SetEndOfFile(HANDLE file) {
    IoStatusBlock io{};
    nt::FILE_POSITION_INFORMATION<Native> position{};
    Status status = query_file(file, io, nt::FileInformationClass::Position, position);
    if (!nt::is_success(status)) return finish(status);
    nt::FILE_END_OF_FILE_INFORMATION<Native> end{position.CurrentByteOffset};
    status = set_file(file, io, nt::FileInformationClass::EndOfFile, end);
    if (nt::is_success(status)) { // and gives back what was allocated behind it
        nt::FILE_ALLOCATION_INFORMATION<Native> allocation{position.CurrentByteOffset};
        set_file(file, io, nt::FileInformationClass::Allocation, allocation);
    }
    return finish(status);
}
K32_EXPORT BOOL WINAPI SetFileValidData(HANDLE file, LONGLONG length) {
    IoStatusBlock io{};
    nt::FILE_VALID_DATA_LENGTH_INFORMATION<Native> info{length};
    return finish(set_file(file, io, nt::FileInformationClass::ValidDataLength, info));
}

// ------------------------------------------------------------------------------------- times
K32_EXPORT BOOL WINAPI GetFileTime(HANDLE file, LPFILETIME created, LPFILETIME accessed, LPFILETIME written) {
    IoStatusBlock io{};
    nt::FILE_BASIC_INFORMATION<Native> info{};
    const Status status = query_file(file, io, nt::FileInformationClass::Basic, info);
    if (!nt::is_success(status)) return finish(status);
    if (created) store_time(created, info.CreationTime);
    if (accessed) store_time(accessed, info.LastAccessTime);
    if (written) store_time(written, info.LastWriteTime);
    return TRUE;
}
K32_EXPORT BOOL WINAPI SetFileTime(HANDLE file, const FILETIME* created, const FILETIME* accessed,
                                   const FILETIME* written) {
    IoStatusBlock io{};
    nt::FILE_BASIC_INFORMATION<Native> info{}; // a time of 0 leaves the file's own
    if (created) info.CreationTime = time_of(*created);
    if (accessed) info.LastAccessTime = time_of(*accessed);
    if (written) info.LastWriteTime = time_of(*written);
    return finish(set_file(file, io, nt::FileInformationClass::Basic, info));
}

// ------------------------------------------------------------------------------------- locks
K32_EXPORT BOOL WINAPI LockFileEx(HANDLE file, DWORD flags, DWORD, DWORD low, DWORD high, LPOVERLAPPED overlapped) {
    std::int64_t offset = offset_of(overlapped);
    std::int64_t length = static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
    overlapped->Internal = static_cast<ULONG_PTR>(Status::Pending);
    Status status =
        NtLockFile(file, overlapped->hEvent, nullptr, port_context(overlapped), io_of(overlapped), &offset, &length,
                   0, (flags & LOCKFILE_FAIL_IMMEDIATELY) != 0, (flags & LOCKFILE_EXCLUSIVE_LOCK) != 0);
    if (status == Status::Pending) return fail(ERROR_IO_PENDING);
    return finish(status);
}
K32_EXPORT BOOL WINAPI LockFile(HANDLE file, DWORD low, DWORD high, DWORD length_low, DWORD length_high) {
    IoStatusBlock io{};
    std::int64_t offset = static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
    std::int64_t length = static_cast<std::int64_t>(std::uint64_t{length_high} << 32 | length_low);
    Status status = NtLockFile(file, nullptr, nullptr, nullptr, &io, &offset, &length, 0, true, true);
    if (status == Status::Pending) {
        status = NtWaitForSingleObject(file, false, nullptr);
        if (nt::is_success(status)) status = io.StatusCode;
    }
    return finish(status);
}
K32_EXPORT BOOL WINAPI UnlockFile(HANDLE file, DWORD low, DWORD high, DWORD length_low, DWORD length_high) {
    IoStatusBlock io{};
    std::int64_t offset = static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
    std::int64_t length = static_cast<std::int64_t>(std::uint64_t{length_high} << 32 | length_low);
    return finish(NtUnlockFile(file, &io, &offset, &length, 0));
}
K32_EXPORT BOOL WINAPI UnlockFileEx(HANDLE file, DWORD, DWORD length_low, DWORD length_high,
                                    LPOVERLAPPED overlapped) {
    return UnlockFile(file, overlapped->Offset, overlapped->OffsetHigh, length_low, length_high);
}

// ------------------------------------------------------------------------------------- what kind of thing it is
K32_EXPORT DWORD WINAPI GetFileType(HANDLE file) {
    IoStatusBlock io{};
    nt::FILE_FS_DEVICE_INFORMATION<Native> info{};
    if (!finish(query_volume(real_handle(file), io, nt::FsInformationClass::Device, info))) return FILE_TYPE_UNKNOWN;
    switch (info.DeviceType) {
    case FILE_DEVICE_CD_ROM:
    case FILE_DEVICE_CD_ROM_FILE_SYSTEM:
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_DISK_FILE_SYSTEM:
    case FILE_DEVICE_FILE_SYSTEM:
    case FILE_DEVICE_NETWORK_FILE_SYSTEM:
    case FILE_DEVICE_VIRTUAL_DISK:
        return FILE_TYPE_DISK;
    case FILE_DEVICE_NAMED_PIPE:
    case FILE_DEVICE_MAILSLOT:
        return FILE_TYPE_PIPE;
    case FILE_DEVICE_CONSOLE:
    case FILE_DEVICE_KEYBOARD:
    case FILE_DEVICE_MODEM:
    case FILE_DEVICE_NULL:
    case FILE_DEVICE_PARALLEL_PORT:
    case FILE_DEVICE_SERIAL_PORT:
        return FILE_TYPE_CHAR;
    default:
        set_last_error(ERROR_SUCCESS); // unknown, but that is no failure
        return FILE_TYPE_UNKNOWN;
    }
}
