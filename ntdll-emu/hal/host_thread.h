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

/// Starts `function(argument)` on a stack that the caller owns until it has joined the thread.
HostResult<HostThread> start_host_thread(HostStack stack, void (*function)(void*), void* argument);
/// Waits until the thread has ended.
void join_host_thread(HostThread thread);

/// The kernel's number of the calling thread.
std::int32_t host_thread_id();
/// Offers the CPU to others.
void yield_host_thread();

} // namespace oriel::hal
