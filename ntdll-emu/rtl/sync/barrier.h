// SPDX-License-Identifier: MIT
// barrier.h: a number of threads wait for each other, over and over.
//
// The last one to come sets the count back, begins a new phase and lets the others go; it alone is told so. A waiter
// watches the phase, which cannot change before the waiter itself has come, so reading it first is enough.
//
// Always: `inside` counts the threads that may still look at the barrier; deleting waits until it is zero.
// Source: "EnterSynchronizationBarrier function", "InitializeSynchronizationBarrier function", Microsoft documentation.
#pragma once

#include <nt/rtl_threadpool.h>

namespace oriel::rtl {

using Barrier = nt::RTL_BARRIER<nt::Native>;

namespace barrier_flag { // SYNCHRONIZATION_BARRIER_FLAGS_*
inline constexpr std::uint32_t spin_only = 1;
inline constexpr std::uint32_t block_only = 2;
inline constexpr std::uint32_t no_delete = 4;
inline constexpr std::uint32_t all = 7;
} // namespace barrier_flag

void initialize(Barrier& barrier, std::uint32_t threads, std::uint32_t spins);
/// True for one of the threads.
bool enter(Barrier& barrier, std::uint32_t flags);
void wait_until_left(Barrier& barrier);

} // namespace oriel::rtl
