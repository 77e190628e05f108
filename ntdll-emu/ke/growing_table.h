// SPDX-License-Identifier: MIT
// growing_table.h: an array that grows without moving, so that reading it needs no lock.
//
// The table is made of chunks, each twice as large as the one before: say 256 elements, 512, 1024, ...
// An index plus 256 has its highest bit at the chunk's number (plus 8), and the bits below it are the
// place in the chunk. Growing adds a chunk and touches nothing else; elements are never freed before the table.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>

namespace oriel::ke {

template<class T, unsigned first_chunk_log2 = 8, unsigned max_chunks = 17>
class GrowingTable {
    static constexpr std::uint32_t first_chunk = 1u << first_chunk_log2;

public:
    static constexpr std::uint32_t max_size = (first_chunk << max_chunks) - first_chunk;

    GrowingTable() = default;
    GrowingTable(const GrowingTable&) = delete;
    GrowingTable& operator=(const GrowingTable&) = delete;
    ~GrowingTable() {
        for (auto& chunk : m_chunks) delete[] chunk.load(std::memory_order_relaxed);
    }

    /// Makes element `index` (below max_size) exist. One caller at a time. Throws std::bad_alloc.
    void ensure(std::uint32_t index) {
        auto& chunk = m_chunks[chunk_of(index)];
        if (!chunk.load(std::memory_order_relaxed)) {
            chunk.store(new T[std::size_t{first_chunk} << chunk_of(index)](), std::memory_order_release);
        }
    }

    /// The element, or null if it never existed. Any thread, without a lock.
    [[nodiscard]] T* find(std::uint32_t index) const {
        if (index >= max_size) return nullptr;
        T* chunk = m_chunks[chunk_of(index)].load(std::memory_order_acquire);
        return chunk ? chunk + place_of(index) : nullptr;
    }
    /// The element, which must exist.
    [[nodiscard]] T& operator[](std::uint32_t index) const {
        return m_chunks[chunk_of(index)].load(std::memory_order_acquire)[place_of(index)];
    }

private:
    static constexpr std::uint32_t chunk_of(std::uint32_t index) {
        return static_cast<std::uint32_t>(std::bit_width(index + first_chunk)) - 1 - first_chunk_log2;
    }
    static constexpr std::uint32_t place_of(std::uint32_t index) {
        return index + first_chunk - (first_chunk << chunk_of(index));
    }

    std::array<std::atomic<T*>, max_chunks> m_chunks{};
};

} // namespace oriel::ke
