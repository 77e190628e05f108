// SPDX-License-Identifier: MIT
// node_memory.h: what the lists of this folder ask from outside: memory for nodes, and a lock.
//
// In ntdll these are the process heap and an SRW lock (own_memory.h); native tests bring their own.
#pragma once

#include <concepts>
#include <cstddef>

namespace oriel::rtl {

template<class Memory>
concept NodeMemory = requires(std::size_t bytes, void* block) {
    { Memory::allocate(bytes) } -> std::same_as<void*>; // null: there is none
    Memory::free(block);
};

/// Holds a lock until the end of the scope. (std::lock_guard's header asks for threads, which guest code
/// has none of.)
template<class Lock>
class [[nodiscard]] Held {
public:
    explicit Held(Lock& lock) : m_lock(lock) { m_lock.lock(); }
    ~Held() { m_lock.unlock(); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

private:
    Lock& m_lock;
};

} // namespace oriel::rtl
