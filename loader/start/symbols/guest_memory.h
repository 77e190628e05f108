// SPDX-License-Identifier: MIT
// guest_memory.h: rtl::MemoryReader of the guest, for its unwinder and its tables, read from the host.
#pragma once

#include <oriel/user_ptr.h>

namespace oriel::start {

struct GuestMemory {
    bool read(std::uint64_t from, void* to, std::size_t bytes) const { return copy_from_guest(to, Address(from), bytes).ok(); }
};

} // namespace oriel::start
