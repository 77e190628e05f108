// SPDX-License-Identifier: MIT
// record_pool.h: records that stay where they are, numbered from 0, in pages of their own.
//
// The debug heap's own memory: never in a heap (it would watch itself), and apart from the program's blocks, so that
// what the program writes over is not what would tell of it.
//
// Always: under the owner's lock; count() grows only, and every record below it can be read without a lock.
#pragma once

#include <ntdll-emu/rtl/heap/page_source.h>

#include <atomic>

namespace oriel::rtl::heap::debug {

template<class T>
class RecordPool {
public:
    /// A new record, all zero; null if there is no memory.
    T* add() {
        const std::uint32_t number = m_count.load(std::memory_order_relaxed);
        const std::uint32_t chunk = number / per_chunk;
        if (chunk == chunks) return nullptr;
        if (m_chunks[chunk] == nullptr && !add_chunk(chunk)) return nullptr;
        m_count.store(number + 1, std::memory_order_release);
        return &(*this)[number];
    }
    T& operator[](std::uint32_t number) { return m_chunks[number / per_chunk][number % per_chunk]; }
    const T& operator[](std::uint32_t number) const { return m_chunks[number / per_chunk][number % per_chunk]; }
    [[nodiscard]] std::uint32_t count() const { return m_count.load(std::memory_order_acquire); }

private:
    static constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
    static constexpr std::uint32_t per_chunk = chunk_bytes / sizeof(T);
    static constexpr std::uint32_t chunks = 2048;

    bool add_chunk(std::uint32_t chunk) {
        const auto range = process_pages().reserve(chunk_bytes);
        if (!range.ok()) return false;
        if (!process_pages().commit(range.value(), PageUse::Data).ok()) {
            process_pages().release(range.value());
            return false;
        }
        m_chunks[chunk] = pointer_to<T>(range.value().base());
        return true;
    }

    std::atomic<std::uint32_t> m_count = 0;
    T* m_chunks[chunks] = {};
};

} // namespace oriel::rtl::heap::debug
