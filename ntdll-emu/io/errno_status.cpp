// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/errno_status.h>

#include <cerrno>

namespace oriel::io {

Status status_of_errno(int number) {
    switch (number) {
    case ENOENT: return Status::ObjectNameNotFound;
    case ENOTDIR: return Status::ObjectPathNotFound;
    case EEXIST: return Status::ObjectNameCollision;
    case ENAMETOOLONG: return Status::NameTooLong;
    case EACCES:
    case EPERM: return Status::AccessDenied;
    case EISDIR: return Status::FileIsADirectory;
    case ENOTEMPTY: return Status::DirectoryNotEmpty;
    case EROFS: return Status::MediaWriteProtected;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return Status::DiskFull; // a limit of the host's (ulimit -f), as FAT answers beyond 4 GiB
    case EMFILE:
    case ENFILE: return Status::TooManyOpenedFiles;
    case EMLINK: return Status::TooManyLinks;
    case EXDEV: return Status::NotSameDevice;
    case ELOOP: return Status::ReparsePointNotResolved;
    case EBUSY:
    case ETXTBSY: return Status::SharingViolation;
    case EPIPE: return Status::PipeClosing; // a write without a reader: ERROR_NO_DATA
    case EFAULT: return Status::AccessViolation;
    case ENOMEM: return Status::NoMemory;
    case EIO: return Status::IoDeviceError;
    case ENODEV:
    case ENXIO: return Status::NoSuchDevice;
    case ESTALE: return Status::FileInvalid;
    case ETIMEDOUT: return Status::IoTimeout;
    case EAGAIN: return Status::DeviceBusy;
    case ENOTTY: return Status::InvalidDeviceRequest;
    case EOPNOTSUPP:
    case ENOSYS: return Status::NotSupported;
    case EINVAL:
    case ESPIPE: return Status::InvalidParameter;
    default: return Status::UnexpectedIoError;
    }
}

} // namespace oriel::io
