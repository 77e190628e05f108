// SPDX-License-Identifier: MIT
// futex.h: sleeping until a word in memory changes.
//
// Linux's futex: "sleep if the word still holds `expected`" and "wake sleepers on this word". Comparing
// and going to sleep are one step to the kernel, so a wake between the two is never lost.
// Source: futex(2).
#pragma once

#include <ntdll-emu/hal/clock.h>

#include <atomic>
#include <cstdint>

namespace oriel::hal {

enum class FutexWait {
    Woken,    ///< woken, or interrupted, or the word had another value: look again
    TimedOut, ///< the deadline has passed
};

/// Sleeps while `word` holds `expected`, at most until `deadline` (Ticks::never: without limit).
FutexWait futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Ticks deadline = Ticks::never());
/// Wakes up to `count` sleepers.
void futex_wake(const std::atomic<std::uint32_t>& word, int count = 1);

} // namespace oriel::hal
