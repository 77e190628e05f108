// SPDX-License-Identifier: MIT
// packed_blocks.h: blocks in about four bytes each, for the HTML page and for messages.
//
// Blocks of a segment follow each other without a gap, nearly always, and are small. So each is three numbers:
//   how far its data lie from where they would without a gap  (signed: 0, -1, 1, ... become 0, 1, 2, ...)
//   its size times four, plus its state
//   its overhead
// A number is seven bits a byte, the lowest first; the top bit says that another byte follows (LEB128).
#pragma once

#include <loader/observe/snapshot.h>

#include <optional>
#include <string>
#include <string_view>

namespace oriel::observe {

/// `base`: where the first block's data would lie without a gap.
std::string pack_blocks(const std::vector<Block>& blocks, std::uint64_t base);
/// None if that is not what pack_blocks made.
std::optional<std::vector<Block>> unpack_blocks(std::string_view packed, std::uint64_t base);

} // namespace oriel::observe
