// SPDX-License-Identifier: MIT
// errors.cpp: from a Win32 error to errno.
//
// Microsoft documents the pairs ("errno constants", "_doserrno", and the table in the description of
// _dosmaperr): a list of codes, then two ranges (write protection to sharing buffer: EACCES; invalid
// starting code segment to infinite loop in relocation chain: ENOEXEC), and EINVAL for all others.
// _doserrno keeps the Win32 error itself.
#include <dlls/crt/crt.h>

#include <dlls/crt/win32.h>

CRT_EXPORT unsigned long* __doserrno();

namespace oriel::crt {

static constexpr struct { unsigned short win32; unsigned char error; } pairs[] = {
    {ERROR_INVALID_FUNCTION, e_inval}, {ERROR_FILE_NOT_FOUND, e_noent}, {ERROR_PATH_NOT_FOUND, e_noent},
    {ERROR_TOO_MANY_OPEN_FILES, e_mfile}, {ERROR_ACCESS_DENIED, e_acces}, {ERROR_INVALID_HANDLE, e_badf},
    {ERROR_ARENA_TRASHED, e_nomem}, {ERROR_NOT_ENOUGH_MEMORY, e_nomem}, {ERROR_INVALID_BLOCK, e_nomem},
    {ERROR_BAD_ENVIRONMENT, e_2big}, {ERROR_BAD_FORMAT, e_noexec}, {ERROR_INVALID_ACCESS, e_inval},
    {ERROR_INVALID_DATA, e_inval}, {ERROR_INVALID_DRIVE, e_noent}, {ERROR_CURRENT_DIRECTORY, e_acces},
    {ERROR_NOT_SAME_DEVICE, e_xdev}, {ERROR_NO_MORE_FILES, e_noent}, {ERROR_LOCK_VIOLATION, e_acces},
    {ERROR_BAD_NETPATH, e_noent}, {ERROR_NETWORK_ACCESS_DENIED, e_acces}, {ERROR_BAD_NET_NAME, e_noent},
    {ERROR_FILE_EXISTS, e_exist}, {ERROR_CANNOT_MAKE, e_acces}, {ERROR_FAIL_I24, e_acces},
    {ERROR_INVALID_PARAMETER, e_inval}, {ERROR_NO_PROC_SLOTS, e_again}, {ERROR_DRIVE_LOCKED, e_acces},
    {ERROR_BROKEN_PIPE, e_pipe}, {ERROR_DISK_FULL, e_nospc}, {ERROR_INVALID_TARGET_HANDLE, e_badf},
    {ERROR_WAIT_NO_CHILDREN, e_child}, {ERROR_CHILD_NOT_COMPLETE, e_child},
    {ERROR_DIRECT_ACCESS_HANDLE, e_badf}, {ERROR_NEGATIVE_SEEK, e_inval}, {ERROR_SEEK_ON_DEVICE, e_acces},
    {ERROR_DIR_NOT_EMPTY, e_notempty}, {ERROR_NOT_LOCKED, e_acces}, {ERROR_BAD_PATHNAME, e_noent},
    {ERROR_MAX_THRDS_REACHED, e_again}, {ERROR_LOCK_FAILED, e_acces}, {ERROR_ALREADY_EXISTS, e_exist},
    {ERROR_FILENAME_EXCED_RANGE, e_noent}, {ERROR_NESTING_NOT_ALLOWED, e_again},
    {ERROR_NOT_ENOUGH_QUOTA, e_nomem},
};

static int errno_of_win32(unsigned long error) {
    for (auto& pair : pairs)
        if (pair.win32 == error)
            return pair.error;
    if (error >= ERROR_WRITE_PROTECT && error <= ERROR_SHARING_BUFFER_EXCEEDED)
        return e_acces;
    if (error >= ERROR_INVALID_STARTING_CODESEG && error <= ERROR_INFLOOP_IN_RELOC_CHAIN)
        return e_noexec;
    return e_inval;
}

int fail_with_win32(unsigned long error) {
    *__doserrno() = error;
    return fail(errno_of_win32(error));
}

int fail_with_last_error() { return fail_with_win32(GetLastError()); }

} // namespace oriel::crt
