// SPDX-License-Identifier: MIT
// park_word.h: the values of ThreadSlot::park_word, which both carriers use alike.
//
// A wake that comes before the sleep is kept as a permit, once. So a thread may decide to sleep, give a
// lock back, and then park: a wake in between is not lost. Only a thread that really sleeps costs its
// waker a system call.
#pragma once

#include <atomic>
#include <cstdint>

namespace oriel::ke::park_word {

inline constexpr std::uint32_t awake = 0;
inline constexpr std::uint32_t permit = 1;
inline constexpr std::uint32_t asleep = 2;

/// By the thread: true if it may sleep now; false if a permit was there, which is now used up.
inline bool fall_asleep(std::atomic<std::uint32_t>& word) {
    std::uint32_t was = awake;
    if (word.compare_exchange_strong(was, asleep, std::memory_order_acq_rel)) return true;
    word.store(awake, std::memory_order_relaxed);
    return false;
}
/// By the thread, when it no longer sleeps for whatever reason: true if a permit was there.
inline bool wake_up(std::atomic<std::uint32_t>& word) {
    return word.exchange(awake, std::memory_order_acq_rel) == permit;
}
/// By a waker: true if the thread sleeps and must be woken.
inline bool give_permit(std::atomic<std::uint32_t>& word) {
    return word.exchange(permit, std::memory_order_acq_rel) == asleep;
}

} // namespace oriel::ke::park_word
