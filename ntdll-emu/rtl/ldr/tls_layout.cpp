// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/tls_layout.h>

#include <bit>
#include <cstring>

namespace oriel::rtl::ldr {

void* TlsTemplate::make_copy(void* allocation) const {
    auto address = reinterpret_cast<std::uintptr_t>(allocation) + sizeof(void*);
    address = (address + alignment - 1) & ~(std::uintptr_t{alignment} - 1);
    auto* copy = reinterpret_cast<std::byte*>(address);
    std::memcpy(copy - sizeof(void*), &allocation, sizeof(void*));
    if (bytes != 0) std::memcpy(copy, start, bytes);
    if (zero_bytes != 0) std::memset(copy + bytes, 0, zero_bytes);
    return copy;
}

void* TlsTemplate::allocation_of(void* copy) {
    void* allocation = nullptr;
    std::memcpy(&allocation, static_cast<std::byte*>(copy) - sizeof(void*), sizeof(void*));
    return allocation;
}

std::size_t TlsTemplate::alignment_of(std::uint32_t characteristics) {
    const std::uint32_t bits = (characteristics >> 20) & 0xF;
    const std::size_t least = 2 * sizeof(void*); // what the heap gives anyway
    if (bits == 0 || bits == 0xF) return least;
    const std::size_t wanted = std::size_t{1} << (bits - 1);
    return wanted < least ? least : wanted;
}

std::optional<std::uint32_t> TlsIndexes::take() {
    for (std::uint32_t word = 0; word < most / 64; ++word) {
        if (~m_taken[word] == 0) continue;
        const auto bit = static_cast<std::uint32_t>(std::countr_one(m_taken[word]));
        m_taken[word] |= std::uint64_t{1} << bit;
        const std::uint32_t index = word * 64 + bit;
        if (index >= m_high_water) m_high_water = index + 1;
        return index;
    }
    return std::nullopt;
}

void TlsIndexes::give_back(std::uint32_t index) { m_taken[index / 64] &= ~(std::uint64_t{1} << (index % 64)); }

} // namespace oriel::rtl::ldr
