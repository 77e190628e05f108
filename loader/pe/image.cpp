// SPDX-License-Identifier: MIT
#include <loader/pe/image.h>

#include <algorithm>

namespace oriel::pe {

Parsed<Image> Image::parse(Bytes bytes, Layout layout) {
    auto headers = Headers::parse(bytes, bytes.size(), layout);
    if (!headers) return headers.error();
    Image image;
    image.m_bytes = bytes;
    image.m_headers = std::move(headers).value();
    image.m_layout = layout;
    return image;
}

const Section* Image::section_at(std::uint64_t rva) const {
    const auto& sections = m_headers.sections;
    auto after = std::upper_bound(sections.begin(), sections.end(), rva,
                                  [](std::uint64_t key, const Section& section) { return key < section.rva; });
    // Empty sections share their address with the next one: step over them.
    while (after != sections.begin()) {
        const Section& section = *--after;
        if (rva - section.rva < section.virtual_bytes) return &section;
        if (section.virtual_bytes != 0) break;
    }
    return nullptr;
}

std::optional<Image::Piece> Image::piece_at(std::uint64_t rva) const {
    if (rva >= m_headers.size_of_image) return std::nullopt;
    if (m_layout == Layout::Mapped || m_headers.is_flat()) {
        const std::uint64_t there = std::min<std::uint64_t>(m_bytes.size(), m_headers.size_of_image);
        return Piece{0, m_headers.size_of_image, m_bytes.first(there)};
    }
    if (rva < m_headers.size_of_headers) {
        const std::uint64_t pages = (std::uint64_t{m_headers.size_of_headers} + 0xFFF) & ~std::uint64_t{0xFFF};
        return Piece{0, pages, m_bytes.first(std::min<std::uint64_t>(m_headers.size_of_headers, m_bytes.size()))};
    }
    const Section* section = section_at(rva);
    if (section == nullptr) return std::nullopt;
    const auto raw = slice(m_bytes, section->raw_offset, section->raw_bytes);
    return Piece{section->rva, section->virtual_bytes, raw.value_or(Bytes{})};
}

Bytes Image::rest_at(std::uint64_t rva) const {
    const auto piece = piece_at(rva);
    if (!piece || rva - piece->rva >= piece->raw.size()) return {};
    return piece->raw.subspan(rva - piece->rva);
}

std::optional<Bytes> Image::at(std::uint64_t rva, std::uint64_t length) const {
    const Bytes rest = rest_at(rva);
    if (length > rest.size()) return std::nullopt;
    return rest.first(length);
}

bool Image::copy(std::uint64_t rva, std::span<std::byte> to) const {
    while (!to.empty()) {
        const auto piece = piece_at(rva);
        if (!piece) return false;
        const std::uint64_t offset = rva - piece->rva;
        const bool from_bytes = offset < piece->raw.size();
        const std::uint64_t end = from_bytes ? piece->raw.size() : piece->virtual_bytes;
        if (offset >= end) return false;
        const std::size_t step = std::min<std::uint64_t>(to.size(), end - offset);
        if (from_bytes) std::copy_n(piece->raw.begin() + static_cast<std::ptrdiff_t>(offset), step, to.begin());
        else std::fill_n(to.begin(), step, std::byte{0});
        to = to.subspan(step);
        rva += step;
    }
    return true;
}

std::optional<std::string_view> Image::string_at(std::uint64_t rva) const {
    const auto piece = piece_at(rva);
    if (!piece || rva - piece->rva >= piece->virtual_bytes) return std::nullopt;
    const Bytes rest = rest_at(rva);
    const auto text = up_to_nul(rest.first(std::min(rest.size(), longest_name + 1)));
    if (text.size() > longest_name) return std::nullopt;
    return text;
}

std::optional<std::uint32_t> Image::rva_of(std::uint64_t address) const {
    if (address < m_headers.image_base || address - m_headers.image_base >= m_headers.size_of_image)
        return std::nullopt;
    return static_cast<std::uint32_t>(address - m_headers.image_base);
}

} // namespace oriel::pe
