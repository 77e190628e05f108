// SPDX-License-Identifier: MIT
// ldr_lock.cpp: ntdll's exports of the loader lock.
//
// A cookie proves that the caller took the lock: in its upper part the thread's id, below it a counter.
#include <ntdll-emu/rtl/ldr/own_process.h>

using namespace oriel::rtl::ldr;
using nt::Status;

namespace {

constexpr std::uint32_t raise_on_errors = 1;
constexpr std::uint32_t try_only = 2;
constexpr std::uint32_t disposition_invalid = 0;
constexpr std::uint32_t disposition_taken = 1;
constexpr std::uint32_t disposition_not_taken = 2;
constexpr unsigned thread_shift = 16;

std::uintptr_t own_cookie() { return (nt::current_teb()->ClientId.UniqueThread << thread_shift) | 1; }

Status fail(std::uint32_t flags, Status status) {
    if ((flags & raise_on_errors) != 0) RtlRaiseStatus(status);
    return status;
}

} // namespace

NT_EXPORT Status NT_API LdrLockLoaderLock(std::uint32_t Flags, std::uint32_t* Disposition, std::uintptr_t* Cookie) {
    if (Cookie != nullptr) *Cookie = 0;
    if (Disposition != nullptr) *Disposition = disposition_invalid;
    if ((Flags & ~(raise_on_errors | try_only)) != 0) return fail(Flags, Status::InvalidParameter1);
    if (Cookie == nullptr) return fail(Flags, Status::InvalidParameter3);
    if ((Flags & try_only) != 0) {
        if (Disposition == nullptr) return fail(Flags, Status::InvalidParameter2);
        if (RtlTryEnterCriticalSection(&loader_lock) == 0) {
            *Disposition = disposition_not_taken;
            return Status::Success;
        }
    } else {
        RtlEnterCriticalSection(&loader_lock);
    }
    if (Disposition != nullptr) *Disposition = disposition_taken;
    *Cookie = own_cookie();
    return Status::Success;
}

NT_EXPORT Status NT_API LdrUnlockLoaderLock(std::uint32_t Flags, std::uintptr_t Cookie) {
    if ((Flags & ~raise_on_errors) != 0) return fail(Flags, Status::InvalidParameter1);
    if (Cookie == 0) return Status::Success;
    if (Cookie != own_cookie()) return fail(Flags, Status::InvalidParameter2);
    RtlLeaveCriticalSection(&loader_lock);
    return Status::Success;
}
