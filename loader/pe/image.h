// SPDX-License-Identifier: MIT
// image.h: a PE image over bytes, addressed by RVA.
//
//     auto image = pe::Image::parse(bytes);
//     if (!image) puts(image.error().describe().c_str());
//     for (const auto& dll : *pe::imports_of(*image)) ...          // imports.h, exports.h, resources.h, ...
//
// The bytes may be a file, or a mapped image (Layout). Either way a place is named by its RVA, and what
// comes back is bytes that are really there: `at` answers only what the bytes cover; `copy` and `read`
// know that the end of a section that the file does not supply is zero in memory.
//
// Always: a span or string that an Image hands out lies within the bytes it was made from. It owns nothing
// of them: they must outlive it.
#pragma once

#include <loader/pe/headers.h>

#include <optional>
#include <string_view>

namespace oriel::pe {

class Image {
public:
    static Parsed<Image> parse(Bytes bytes, Layout layout = Layout::File);

    [[nodiscard]] const Headers& headers() const { return m_headers; }
    [[nodiscard]] Bytes bytes() const { return m_bytes; }
    [[nodiscard]] bool has(nt::ImageDirectory which) const { return m_headers.directory(which).VirtualAddress != 0; }

    /// The bytes [rva, rva + length), if they are all there in one piece.
    [[nodiscard]] std::optional<Bytes> at(std::uint64_t rva, std::uint64_t length) const;
    /// From `rva` to the end of the piece that holds it; empty if none does.
    [[nodiscard]] Bytes rest_at(std::uint64_t rva) const;
    /// Copies what memory would hold at `rva`; false if some of it is not mapped.
    [[nodiscard]] bool copy(std::uint64_t rva, std::span<std::byte> to) const;
    /// The T that memory would hold at `rva`.
    template<class T>
    [[nodiscard]] std::optional<T> read(std::uint64_t rva) const {
        T value;
        if (!copy(rva, std::as_writable_bytes(std::span(&value, 1)))) return std::nullopt;
        return value;
    }
    /// The string at `rva`, ended by NUL or by the zeros after a section's data; none if `rva` is not mapped or
    /// if it has more than `longest_name` characters.
    [[nodiscard]] std::optional<std::string_view> string_at(std::uint64_t rva) const;
    /// The RVA of an absolute address inside the image at its preferred base.
    [[nodiscard]] std::optional<std::uint32_t> rva_of(std::uint64_t address) const;
    /// Whether [rva, rva + length) lies in the image (mapped or reserved).
    [[nodiscard]] bool inside(std::uint64_t rva, std::uint64_t length) const {
        return rva <= m_headers.size_of_image && length <= m_headers.size_of_image - rva;
    }
    /// A string_view's distance from the start of the bytes, for messages.
    [[nodiscard]] const Section* section_at(std::uint64_t rva) const;

    /// The longest symbol or DLL name that is looked at (the longest that MSVC makes is 4,095).
    static constexpr std::size_t longest_name = 4096;

private:
    /// A run of the image whose first part comes from the bytes and whose rest is zero.
    struct Piece {
        std::uint64_t rva = 0;
        std::uint64_t virtual_bytes = 0;
        Bytes raw;
    };
    [[nodiscard]] std::optional<Piece> piece_at(std::uint64_t rva) const;

    Bytes m_bytes;
    Headers m_headers;
    Layout m_layout = Layout::File;
};

/// Bounds a walk over tables that may point at each other or all at one place: each item costs, and the
/// whole may not cost more than a file of this size can honestly hold.
class WalkBudget {
public:
    explicit WalkBudget(Bytes bytes) : m_left(std::uint64_t{0x10000} + 8 * bytes.size()) {}
    /// False when the budget is spent.
    [[nodiscard]] bool spend(std::uint64_t cost) {
        if (cost > m_left) return false;
        m_left -= cost;
        return true;
    }

private:
    std::uint64_t m_left;
};

} // namespace oriel::pe
