// SPDX-License-Identifier: MIT
// tls_layout.h: the arithmetic of static thread-local storage.
//
// An image with `__declspec(thread)` variables has a template of them. The loader gives the image an index
// and writes it where the TLS directory says; each thread has an array of pointers (TEB
// ThreadLocalStoragePointer), and under the image's index the address of its own copy of the template,
// followed by zeros. Source: "PE Format", "The .tls section".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace oriel::rtl::ldr {

/// How one image's per-thread copy is made.
struct TlsTemplate {
    const void* start = nullptr;
    std::size_t bytes = 0;
    std::size_t zero_bytes = 0;
    std::size_t alignment = 0; ///< a power of two

    [[nodiscard]] std::size_t copy_bytes() const { return bytes + zero_bytes; }
    /// With room to align the copy and, before it, a pointer to the allocation itself.
    [[nodiscard]] std::size_t allocation_bytes() const { return copy_bytes() + alignment + sizeof(void*); }
    /// Fills `allocation` (of allocation_bytes) and answers the copy's address.
    [[nodiscard]] void* make_copy(void* allocation) const;
    /// The allocation of a copy that make_copy answered.
    static void* allocation_of(void* copy);

    /// `characteristics` holds the alignment in its bits 20 to 23, as a section's do; 0 means the default.
    static std::size_t alignment_of(std::uint32_t characteristics);
};

/// Which indexes are taken. Indexes of unloaded DLLs are given out again.
class TlsIndexes {
public:
    static constexpr std::uint32_t most = 1024;

    /// The lowest free one, now taken.
    [[nodiscard]] std::optional<std::uint32_t> take();
    void give_back(std::uint32_t index);
    /// One above the highest index that was ever taken.
    [[nodiscard]] std::uint32_t high_water() const { return m_high_water; }

private:
    std::uint64_t m_taken[most / 64] = {};
    std::uint32_t m_high_water = 0;
};

} // namespace oriel::rtl::ldr
