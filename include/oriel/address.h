// SPDX-License-Identifier: MIT
// address.h: a guest virtual address, as a type of its own.
//
// A guest address is a number until something captures what lies there (user_ptr.h); the host never
// dereferences it (DESIGN 6). Its arithmetic is written here, once: pages of 4 KiB, and the allocation
// granularity of 64 KiB at which NT places every reservation and view
// ("VirtualAlloc function", Microsoft documentation: "rounded down to the nearest multiple of the
// allocation granularity").
#pragma once

#include <compare>
#include <cstdint>

namespace oriel {

inline constexpr std::uint64_t page_size = 0x1000;
inline constexpr std::uint64_t allocation_granularity = 0x10000;

/// Rounds down to a multiple of `unit`, a power of two.
constexpr std::uint64_t align_down(std::uint64_t value, std::uint64_t unit) { return value & ~(unit - 1); }
/// Rounds up to a multiple of `unit`, a power of two. Wraps to 0 at the top: check first where that matters.
constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) & ~(unit - 1); }
constexpr bool is_aligned(std::uint64_t value, std::uint64_t unit) { return (value & (unit - 1)) == 0; }

class Address {
public:
    constexpr Address() = default;
    constexpr explicit Address(std::uint64_t value) : m_value(value) {}

    [[nodiscard]] constexpr std::uint64_t value() const { return m_value; }
    [[nodiscard]] constexpr bool is_null() const { return m_value == 0; }
    [[nodiscard]] constexpr Address page() const { return Address(align_down(m_value, page_size)); }
    [[nodiscard]] constexpr Address next_page() const { return Address(align_up(m_value, page_size)); }
    [[nodiscard]] constexpr Address granule() const { return Address(align_down(m_value, allocation_granularity)); }

    constexpr auto operator<=>(const Address&) const = default;
    constexpr Address operator+(std::uint64_t bytes) const { return Address(m_value + bytes); }
    constexpr Address operator-(std::uint64_t bytes) const { return Address(m_value - bytes); }
    constexpr std::uint64_t operator-(Address other) const { return m_value - other.m_value; }
    constexpr Address& operator+=(std::uint64_t bytes) { m_value += bytes; return *this; }

private:
    std::uint64_t m_value = 0;
};

} // namespace oriel
