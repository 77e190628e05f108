// SPDX-License-Identifier: MIT
// timer_heap.h: the timers that are set, the earliest first. Under the dispatcher lock.
#pragma once

#include <cstddef>
#include <vector>

namespace oriel::ke {

class Timer;

class TimerHeap {
public:
    /// Makes room for `count` timers. Throws std::bad_alloc.
    void reserve_for(std::size_t count) {
        if (count > m_heap.capacity()) m_heap.reserve(2 * count);
    }
    /// Whether the timer is now the first one.
    bool insert(Timer& timer);
    /// Takes the timer out if it is in.
    void remove(Timer& timer);
    [[nodiscard]] Timer* first() const { return m_heap.empty() ? nullptr : m_heap.front(); }

private:
    void place(Timer& timer, std::size_t index);
    void sift_up(Timer& timer, std::size_t index);
    void sift_down(Timer& timer, std::size_t index);

    std::vector<Timer*> m_heap;
};

} // namespace oriel::ke
