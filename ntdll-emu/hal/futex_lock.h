// SPDX-License-Identifier: MIT
// futex_lock.h: a mutual-exclusion lock of four bytes.
//
// The word is 0 (free), 1 (held) or 2 (held, and somebody may sleep). Taking a free lock and giving back
// one that nobody waits for are one atomic instruction each; only a contended lock calls the kernel.
// A std::mutex would do too, but has forty bytes and cannot lie in memory that processes share.
// Source: U. Drepper, "Futexes Are Tricky", the third mutex.
#pragma once

#include <atomic>
#include <cstdint>

namespace oriel::hal {

class FutexLock {
public:
    void lock() {
        std::uint32_t free = 0;
        if (!m_word.compare_exchange_strong(free, 1, std::memory_order_acquire)) lock_contended();
    }
    [[nodiscard]] bool try_lock() {
        std::uint32_t free = 0;
        return m_word.compare_exchange_strong(free, 1, std::memory_order_acquire);
    }
    void unlock() {
        if (m_word.exchange(0, std::memory_order_release) == 2) wake_one();
    }

private:
    void lock_contended();
    void wake_one();

    std::atomic<std::uint32_t> m_word{0};
};

} // namespace oriel::hal
