// SPDX-License-Identifier: MIT
// errno_status.h: what an errno of the host is called in NT.
//
//     auto file = TRY(from_host(hal::open_file(path, how)));
//
// The table is for plain operations on names and open files. Where a call gives an errno another meaning
// (a missing folder above a missing file, a pipe), the caller decides before it asks here.
#pragma once

#include <ntdll-emu/hal/host_result.h>
#include <oriel/nt_result.h>

namespace oriel::io {

/// Never answers a success.
Status status_of_errno(int number);

template<class T>
NtResult<T> from_host(hal::HostResult<T> result) {
    if (!result.ok()) return status_of_errno(result.error());
    return std::move(result).value();
}
inline NtResult<> from_host(hal::HostResult<> result) {
    if (!result.ok()) return status_of_errno(result.error());
    return {};
}

} // namespace oriel::io
