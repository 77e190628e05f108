// SPDX-License-Identifier: MIT
// host_thread.h: threads of the host.
#pragma once

#include <ntdll-emu/hal/host_result.h>
#include <ntdll-emu/hal/host_stack.h>

#include <cstdint>

namespace oriel::hal {

/// A started thread that has not been joined.
struct HostThread {
    std::uintptr_t handle = 0; ///< pthread_t
};

/// Which signals a new thread takes; not its creator's choice, who may be inside a handler.
enum class HostSignals { All, None };

/// Starts `function(argument)` on a stack that the caller owns until it has joined the thread.
HostResult<HostThread> start_host_thread(HostStack stack, void (*function)(void*), void* argument,
                                         HostSignals signals = HostSignals::All);
/// Waits until the thread has ended.
void join_host_thread(HostThread thread);

/// The kernel's number of the calling thread.
std::int32_t host_thread_id();
/// Differs from that of every other running thread; costs nothing.
inline std::uintptr_t host_thread_key() { return reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer()); }
/// Offers the CPU to others.
void yield_host_thread();

} // namespace oriel::hal
