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

/// Starts `function(argument)` on a stack that the caller owns until it has joined the thread. No signal comes to it
/// before prepare_signal_stack().
HostResult<HostThread> start_host_thread(HostStack stack, void (*function)(void*), void* argument);
/// The gate's signal handlers find the host's FS base in the lowest word of the aligned block that they run in.
inline constexpr std::size_t signal_stack_bytes = 0x10000;
/// Gives the calling thread a stack for signal handlers, unless it has one, and lets signals come. The stack goes when the
/// thread ends. False: the host has no memory for it.
bool prepare_signal_stack();
/// Waits until the thread has ended.
void join_host_thread(HostThread thread);

/// The kernel's number of the calling thread.
std::int32_t host_thread_id();
/// Differs from that of every other running thread; costs nothing.
inline std::uintptr_t host_thread_key() { return reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer()); }
/// Offers the CPU to others.
void yield_host_thread();

} // namespace oriel::hal
