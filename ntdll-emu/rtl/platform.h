// SPDX-License-Identifier: MIT
// platform.h: all that rtl asks of what lies below it.
//
// rtl is compiled twice: into ntdll.dll, where these functions are TEB and PEB accesses and Nt* services
// (platform_guest.cpp), and natively for unit tests, model tests and fuzzers, where they are pthreads and
// mmap (platform_native.cpp). Nothing else in rtl may differ between the two.
#pragma once

#include <nt/status.h>

#include <cstddef>
#include <cstdint>

namespace oriel::rtl {

using nt::Status;

namespace platform {

/// The calling thread's id: TEB.ClientId.UniqueThread.
std::uintptr_t current_thread_id();
/// Processors of the machine; spinning makes sense only if there are two.
unsigned processor_count();

/// Sleeps until alert(), which may have come before; may also return early for no reason.
/// `timeout` as NtWaitForSingleObject's: 100 ns, negative relative, null forever.
/// Statuses: Alerted, Timeout.
Status wait_for_alert(const void* what, const std::int64_t* timeout);
/// Ends a thread's wait_for_alert, now or when it comes to it. A thread that has ended is no error.
void alert(std::uintptr_t thread_id);
/// A clock that only goes forward, 100 ns.
std::int64_t monotonic_time();
/// Lets another thread run.
void yield();

/// Is the process ending, with this thread as its only one left? Locks of the others are abandoned then.
bool is_alone_at_the_end();

/// RtlRaiseStatus: a noncontinuable exception.
[[noreturn]] void raise(Status status);
/// An exception that the caller may continue from, with one parameter.
void raise_continuable(Status status, std::uintptr_t parameter);
/// A broken invariant: says the sentence and stops the process.
[[noreturn]] void stop(const char* sentence);

/// Can one byte be read there? Asks the system, does not touch.
bool is_readable(const void* address);

void set_last_error(std::uint32_t win32_error);
void set_last_status(Status status);

/// Where the process' list of heaps is (PEB.ProcessHeaps).
void publish_heaps(void** heaps, std::size_t count, std::size_t room);
/// STATUS_HEAP_CORRUPTION at that address: raises it where termination on corruption is on, else returns.
void report_heap_corruption(const void* heap, const void* address);
void enable_termination_on_corruption();

/// 64 bits nobody can guess (the seed of heap encoding and pointer cookies).
std::uint64_t random_seed();

} // namespace platform

/// A hint to the processor that this is a spin loop.
inline void spin_pause() { __builtin_ia32_pause(); }

} // namespace oriel::rtl
