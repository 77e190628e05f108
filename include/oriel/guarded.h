// SPDX-License-Identifier: MIT
// guarded.h: data that can be reached only under its lock.
//
//     Guarded<VadTree> m_vads;
//     m_vads.with([&](VadTree& vads) { ... });
//
// The order in which locks may be taken is written once, in ntdll-emu/ke/lock_rank.h.
#pragma once

#include <mutex>
#include <utility>

namespace oriel {

template<class T, class Mutex = std::mutex>
class Guarded {
public:
    Guarded() = default;
    template<class... Args>
    explicit Guarded(std::in_place_t, Args&&... args) : m_value(std::forward<Args>(args)...) {}

    template<class F>
    decltype(auto) with(F&& action) {
        const std::lock_guard lock(m_mutex);
        return std::forward<F>(action)(m_value);
    }
    template<class F>
    decltype(auto) with(F&& action) const {
        const std::lock_guard lock(m_mutex);
        return std::forward<F>(action)(m_value);
    }

private:
    mutable Mutex m_mutex;
    T m_value{};
};

} // namespace oriel
