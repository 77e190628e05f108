// SPDX-License-Identifier: MIT
// wait_on_address.h: sleep while a value in memory is what it was.
//
// The comparison is made under the bucket's lock, and a waker takes the same lock after it changed the
// value: either the sleeper sees the new value, or the waker sees the sleeper.
// ("WaitOnAddress function", Microsoft documentation.)
#pragma once

#include <ntdll-emu/rtl/platform.h>

namespace oriel::rtl {

/// `size` is 1, 2, 4 or 8 bytes. Statuses: Success (woken, or the value differs), Timeout, InvalidParameter.
Status wait_on_address(const void* address, const void* compare, std::size_t size, const std::int64_t* timeout);
void wake_address_one(const void* address);
void wake_address_all(const void* address);

} // namespace oriel::rtl
