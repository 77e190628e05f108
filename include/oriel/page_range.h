// SPDX-License-Identifier: MIT
// page_range.h: a run of whole pages, [base, base + bytes).
//
// Always: base and bytes are multiples of the page size, and base + bytes does not wrap.
#pragma once

#include <oriel/address.h>

#include <optional>

namespace oriel {

class PageRange {
public:
    constexpr PageRange() = default;
    /// `base` and `bytes` must be page-aligned.
    constexpr PageRange(Address base, std::uint64_t bytes) : m_base(base), m_bytes(bytes) {}

    /// The smallest page range that covers [address, address + bytes); none if that wraps.
    static constexpr std::optional<PageRange> covering(Address address, std::uint64_t bytes) {
        const std::uint64_t end = address.value() + bytes;
        if (end < address.value() || end > ~std::uint64_t{0} - page_size) return std::nullopt;
        const Address first = address.page();
        return PageRange(first, Address(end).next_page() - first);
    }

    [[nodiscard]] constexpr Address base() const { return m_base; }
    [[nodiscard]] constexpr std::uint64_t bytes() const { return m_bytes; }
    [[nodiscard]] constexpr Address end() const { return m_base + m_bytes; }
    [[nodiscard]] constexpr std::uint64_t pages() const { return m_bytes / page_size; }
    [[nodiscard]] constexpr bool empty() const { return m_bytes == 0; }
    [[nodiscard]] constexpr bool contains(Address address) const { return address >= m_base && address < end(); }
    [[nodiscard]] constexpr bool contains(PageRange other) const { return other.m_base >= m_base && other.end() <= end(); }
    [[nodiscard]] constexpr bool overlaps(PageRange other) const { return m_base < other.end() && other.m_base < end(); }
    constexpr bool operator==(const PageRange&) const = default;

private:
    Address m_base;
    std::uint64_t m_bytes = 0;
};

} // namespace oriel
