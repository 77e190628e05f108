// SPDX-License-Identifier: MIT
#include "packed_blocks.h"

namespace oriel::observe {
namespace {

void put(std::string& to, std::uint64_t number) {
    while (number >= 0x80) {
        to.push_back(static_cast<char>(number | 0x80));
        number >>= 7;
    }
    to.push_back(static_cast<char>(number));
}

class Reader {
public:
    explicit Reader(std::string_view bytes) : m_bytes(bytes) {}
    [[nodiscard]] bool at_end() const { return m_at == m_bytes.size(); }
    std::optional<std::uint64_t> take() {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 64 && m_at < m_bytes.size(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(m_bytes[m_at++]);
            number |= std::uint64_t{byte & 0x7Fu} << shift;
            if (byte < 0x80) return number;
        }
        return std::nullopt;
    }

private:
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

// Small differences of either sign become small numbers.
std::uint64_t folded(std::uint64_t difference) {
    const auto value = static_cast<std::int64_t>(difference);
    return (difference << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::uint64_t unfolded(std::uint64_t number) { return (number >> 1) ^ (~(number & 1) + 1); }

} // namespace

std::string pack_blocks(const std::vector<Block>& blocks, std::uint64_t base) {
    std::string packed;
    packed.reserve(blocks.size() * 4);
    std::uint64_t expected = base;
    for (const Block& block : blocks) {
        put(packed, folded(block.data - expected));
        put(packed, block.size << 2 | static_cast<std::uint64_t>(block.state));
        put(packed, block.overhead);
        expected = block.data + block.bytes();
    }
    return packed;
}

std::optional<std::vector<Block>> unpack_blocks(std::string_view packed, std::uint64_t base) {
    std::vector<Block> blocks;
    blocks.reserve(packed.size() / 4);
    Reader reader(packed);
    std::uint64_t expected = base;
    while (!reader.at_end()) {
        const auto gap = reader.take();
        const auto size = reader.take();
        const auto overhead = reader.take();
        if (!gap || !size || !overhead || *overhead > 0xFFFF) return std::nullopt;
        const Block block{.data = expected + unfolded(*gap), .size = *size >> 2, .overhead = static_cast<std::uint16_t>(*overhead),
                          .state = static_cast<BlockState>(*size & 3)};
        blocks.push_back(block);
        expected = block.data + block.bytes();
    }
    return blocks;
}

} // namespace oriel::observe
