// SPDX-License-Identifier: MIT
// host_stack.h: the stacks on which host code serves the guest's threads.
//
// Each has 256 KiB, aligned to its own size, with an inaccessible page at its lowest end. The highest
// bytes, the stack's base, hold a record that says whose stack it is. So whoever runs on such a stack
// finds its thread from the stack pointer alone: no thread-local storage, which would be wrong as soon
// as a thread continues on another host thread (DESIGN 8), and nothing that the guest can write.
#pragma once

#include <ntdll-emu/hal/host_result.h>

#include <cstddef>
#include <cstdint>

namespace oriel::hal {

inline constexpr std::size_t host_stack_size = 256 * 1024;

/// Lies in the last bytes of every host stack.
struct alignas(64) HostStackBase {
    void* thread = nullptr; ///< the ke::Thread
    void* carrier = nullptr; ///< the carrier's own record
};

/// A host stack. Plain data: whoever allocated it frees it.
struct HostStack {
    std::byte* lowest = nullptr; ///< aligned to host_stack_size; the first page is inaccessible

    explicit operator bool() const { return lowest != nullptr; }
    [[nodiscard]] HostStackBase* base() const {
        return reinterpret_cast<HostStackBase*>(lowest + host_stack_size - sizeof(HostStackBase));
    }
    /// Where a fresh stack pointer starts (64-byte aligned).
    [[nodiscard]] std::byte* top() const { return reinterpret_cast<std::byte*>(base()); }
    /// The lowest byte that can be used.
    [[nodiscard]] std::byte* limit() const { return lowest + 4096; }
};

/// Fresh, zeroed.
HostResult<HostStack> allocate_host_stack();
void free_host_stack(HostStack stack);

/// The base record of the host stack that the caller runs on.
inline HostStackBase* host_stack_base() {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    return reinterpret_cast<HostStackBase*>((here | (host_stack_size - 1)) + 1 - sizeof(HostStackBase));
}

} // namespace oriel::hal
