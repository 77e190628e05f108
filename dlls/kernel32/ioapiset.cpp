// SPDX-License-Identifier: MIT
// ioapiset.cpp: device requests, completion ports, cancelling, results of overlapped I/O.
//
// Sources: "DeviceIoControl function", "CreateIoCompletionPort function", "GetOverlappedResult function"
// (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "standard_handles.h"

namespace oriel::k32 {
namespace {

constexpr DWORD file_system_device = 9; // FILE_DEVICE_FILE_SYSTEM: its codes go to NtFsControlFile

Status control(HANDLE file, HANDLE event, void* context, IoStatusBlock* io, DWORD code, void* in, DWORD in_size,
               void* out, DWORD out_size) {
    const auto service = code >> 16 == file_system_device ? NtFsControlFile : NtDeviceIoControlFile;
    return service(file, event, nullptr, context, io, code, in, in_size, out, out_size);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI DeviceIoControl(HANDLE file, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                                       LPDWORD returned, LPOVERLAPPED overlapped) {
    file = real_handle(file);
    if (!overlapped) {
        IoStatusBlock io{};
        Status status = control(file, nullptr, nullptr, &io, code, in, in_size, out, out_size);
        if (status == Status::Pending) {
            status = NtWaitForSingleObject(file, false, nullptr);
            if (nt::is_success(status)) status = io.StatusCode;
        }
        if (returned) *returned = nt::is_error(status) ? 0 : static_cast<DWORD>(io.Information);
        return finish(status);
    }
    overlapped->Internal = static_cast<ULONG_PTR>(Status::Pending);
    void* const context = reinterpret_cast<std::uintptr_t>(overlapped->hEvent) & 1 ? nullptr : overlapped;
    const Status status =
        control(file, overlapped->hEvent, context, reinterpret_cast<IoStatusBlock*>(&overlapped->Internal), code, in,
                in_size, out, out_size);
    if (status == Status::Pending) return fail(ERROR_IO_PENDING);
    if (returned) *returned = nt::is_error(status) ? 0 : static_cast<DWORD>(overlapped->InternalHigh);
    return finish(status);
}

// ------------------------------------------------------------------------------------- results
K32_EXPORT BOOL WINAPI GetOverlappedResultEx(HANDLE file, LPOVERLAPPED overlapped, LPDWORD transferred,
                                             DWORD milliseconds, BOOL alertable) {
    if (static_cast<Status>(overlapped->Internal) == Status::Pending) {
        if (milliseconds == 0) return fail(ERROR_IO_INCOMPLETE);
        HANDLE const event =
            reinterpret_cast<HANDLE>(reinterpret_cast<std::uintptr_t>(overlapped->hEvent) & ~std::uintptr_t{1});
        const DWORD wait = WaitForSingleObjectEx(event ? event : file, milliseconds, alertable);
        if (wait == WAIT_FAILED) return FALSE;
        if (wait != WAIT_OBJECT_0) return fail(wait == WAIT_TIMEOUT ? ERROR_IO_INCOMPLETE : wait);
    }
    *transferred = static_cast<DWORD>(overlapped->InternalHigh);
    return finish(static_cast<Status>(overlapped->Internal));
}
K32_EXPORT BOOL WINAPI GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, LPDWORD transferred, BOOL wait) {
    return GetOverlappedResultEx(file, overlapped, transferred, wait ? INFINITE : 0, FALSE);
}

K32_EXPORT BOOL WINAPI CancelIo(HANDLE file) {
    IoStatusBlock io{};
    return finish(NtCancelIoFile(file, &io));
}
K32_EXPORT BOOL WINAPI CancelIoEx(HANDLE file, LPOVERLAPPED overlapped) {
    IoStatusBlock io{};
    return finish(
        NtCancelIoFileEx(file, overlapped ? reinterpret_cast<IoStatusBlock*>(&overlapped->Internal) : nullptr, &io));
}

// ------------------------------------------------------------------------------------- completion ports
K32_EXPORT HANDLE WINAPI CreateIoCompletionPort(HANDLE file, HANDLE existing, ULONG_PTR key, DWORD threads) {
    HANDLE port = existing;
    if (!port) {
        const Status status = NtCreateIoCompletion(&port, IO_COMPLETION_ALL_ACCESS, nullptr, threads);
        if (!finish(status)) return nullptr;
    } else if (file == INVALID_HANDLE_VALUE) {
        return fail_null(ERROR_INVALID_PARAMETER);
    }
    if (file == INVALID_HANDLE_VALUE) return port;
    IoStatusBlock io{};
    nt::FILE_COMPLETION_INFORMATION<Native> info{reinterpret_cast<native_uptr>(port), key};
    const Status status = set_file(file, io, nt::FileInformationClass::Completion, info);
    if (nt::is_success(status)) return port;
    if (!existing) NtClose(port);
    set_last_error(status);
    return nullptr;
}

K32_EXPORT BOOL WINAPI GetQueuedCompletionStatus(HANDLE port, LPDWORD transferred, PULONG_PTR key,
                                                 LPOVERLAPPED* overlapped, DWORD milliseconds) {
    std::int64_t storage;
    auto* const timeout = const_cast<std::int64_t*>(relative_timeout(milliseconds, storage));
    native_uptr found_key = 0, found_context = 0;
    IoStatusBlock io{};
    const Status status = NtRemoveIoCompletion(port, reinterpret_cast<void**>(&found_key),
                                               reinterpret_cast<void**>(&found_context), &io, timeout);
    if (status != Status::Success) { // nothing came off the port
        *overlapped = nullptr;
        return status == Status::Timeout ? fail(WAIT_TIMEOUT) : finish(status);
    }
    *key = found_key;
    *overlapped = reinterpret_cast<LPOVERLAPPED>(found_context);
    *transferred = static_cast<DWORD>(io.Information);
    return finish(io.StatusCode); // the I/O itself may have failed
}
K32_EXPORT BOOL WINAPI GetQueuedCompletionStatusEx(HANDLE port, LPOVERLAPPED_ENTRY entries, ULONG count,
                                                   PULONG removed, DWORD milliseconds, BOOL alertable) {
    std::int64_t storage;
    auto* const timeout = const_cast<std::int64_t*>(relative_timeout(milliseconds, storage));
    std::uint32_t got = 0;
    const Status status = NtRemoveIoCompletionEx(port, entries, count, &got, timeout, alertable != 0);
    *removed = status == Status::Success ? got : 0;
    if (status == Status::Timeout) return fail(WAIT_TIMEOUT);
    if (status == Status::UserApc) return fail(WAIT_IO_COMPLETION);
    return finish(status);
}
K32_EXPORT BOOL WINAPI PostQueuedCompletionStatus(HANDLE port, DWORD transferred, ULONG_PTR key,
                                                  LPOVERLAPPED overlapped) {
    return finish(NtSetIoCompletion(port, reinterpret_cast<void*>(key), overlapped, Status::Success, transferred));
}

K32_EXPORT BOOL WINAPI SetFileCompletionNotificationModes(HANDLE file, UCHAR modes) {
    if (modes & ~(FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE))
        return fail(ERROR_INVALID_PARAMETER);
    IoStatusBlock io{};
    nt::FILE_IO_COMPLETION_NOTIFICATION_INFORMATION<Native> info{modes};
    return finish(set_file(file, io, nt::FileInformationClass::IoCompletionNotification, info));
}
