// SPDX-License-Identifier: MIT
// reserved_array.h: an array on pages of its own, that grows where it is.
//
// Between suspending the other threads and resuming them nothing may be taken from a heap: one of them may hold its lock.
#pragma once

#include <dlls/win32_dll.h>

namespace oriel::dbghelp {

template<class T>
class ReservedArray {
public:
    explicit ReservedArray(std::size_t most) : m_most(most), m_items(static_cast<T*>(VirtualAlloc(nullptr, most * sizeof(T), MEM_RESERVE, PAGE_READWRITE))) {}
    ~ReservedArray() {
        if (m_items != nullptr) VirtualFree(m_items, 0, MEM_RELEASE);
    }
    ReservedArray(const ReservedArray&) = delete;
    ReservedArray& operator=(const ReservedArray&) = delete;

    /// Room for `count` more behind the last, or null: full, or no memory. They count once add() has been called.
    T* room(std::size_t count) {
        if (m_items == nullptr || count > m_most - m_count) return nullptr;
        T* const end = m_items + m_count;
        return VirtualAlloc(end, count * sizeof(T), MEM_COMMIT, PAGE_READWRITE) != nullptr ? end : nullptr;
    }
    bool add(const T& item) {
        T* const at = room(1);
        if (at == nullptr) return false;
        *at = item;
        ++m_count;
        return true;
    }
    void add_room(std::size_t count) { m_count += count; }
    void remove(std::size_t index) {
        for (std::size_t i = index; i + 1 < m_count; ++i) m_items[i] = m_items[i + 1];
        --m_count;
    }

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_count); }
    T& operator[](std::size_t index) { return m_items[index]; }
    T* begin() { return m_items; }
    T* end() { return m_items + m_count; }

private:
    std::size_t m_most;
    std::size_t m_count = 0;
    T* m_items;
};

} // namespace oriel::dbghelp
