// SPDX-License-Identifier: MIT
// guest_buffer.h: where a read puts its bytes and a write takes them from: guest memory.
//
// Host code does not touch it. Either the kernel does (pread and pwrite on guest addresses, which are
// addresses of this process; no bounce copy), or it is captured piece by piece (oriel/user_ptr.h).
//
// Always, for a buffer that a read is given: mm has made its pages writable, so that the kernel cannot
// take bytes from a pipe and then answer EFAULT (DESIGN 6).
#pragma once

#include <oriel/address.h>

#include <cstdint>

namespace oriel::io {

struct GuestBuffer {
    Address address;
    std::uint32_t bytes = 0;

    /// For the kernel, not for us.
    [[nodiscard]] void* for_host() const { return reinterpret_cast<void*>(address.value()); }
    [[nodiscard]] GuestBuffer from(std::uint32_t offset) const { return {address + offset, bytes - offset}; }
};

} // namespace oriel::io
