// SPDX-License-Identifier: MIT
// fault_safe_copy.h: copying from and to guest memory without ever crashing the host.
//
// NT's kernel wraps its accesses to user memory in __try/__except. Here there is one assembly routine that
// copies; if an instruction of it faults, the signal handler moves RIP to the routine's failing exit, and
// the caller reads "failed" as a value. A check of the range comes first: an address outside the arena is
// refused without being touched, so a guest cannot make the host read its own memory.
//
// Before the handler gives up it asks mm, for the page may only need its guard bit cleared, its stack grown or
// its private copy made. mm takes its lock for that: therefore no lock of mm's is held during a copy.
//
// oriel::copy_from_guest and oriel::copy_to_guest (include/oriel/user_ptr.h) are made of this.
#pragma once

#include <oriel/page_range.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace oriel::hal {

/// Says what the guest's memory is: the pieces of HostMemory::arena(). Once, at start, before any guest runs.
void set_guest_arena(std::span<const PageRange> pieces);

/// Whether all of [address, address + bytes) lies in one piece of the arena. An empty range: whether its
/// address does.
[[nodiscard]] bool is_guest_range(Address address, std::size_t bytes);

enum class CopyOutcome { Done, Faulted };

/// Copies; a fault on either side ends in Faulted, with some bytes perhaps copied.
[[nodiscard]] CopyOutcome fault_safe_copy(void* to, const void* from, std::size_t bytes);

/// For the signal handler. Whether the instruction at `rip` is one that may fault in a copy.
[[nodiscard]] bool is_copy_instruction(std::uintptr_t rip);
/// For the signal handler, after mm could not help: moves `rip` to the copy's failing exit. False: the fault
/// was not in a copy, and is the host's own mistake.
[[nodiscard]] bool fix_up_copy_fault(std::uintptr_t& rip);

} // namespace oriel::hal
