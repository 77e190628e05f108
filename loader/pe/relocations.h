// SPDX-License-Identifier: MIT
// relocations.h: which places of an image hold absolute addresses.
//
// An image that is not mapped at its ImageBase must have the difference added to every absolute address in
// it. The relocation directory lists those places page by page: a block is a page's RVA, its own size, and
// 16-bit entries with the kind above and the offset in the page below. Source: "PE Format", ".reloc".
#pragma once

#include <loader/pe/image.h>

namespace oriel::pe {

struct Relocation {
    std::uint32_t rva = 0;
    nt::ImageRelocationKind kind{};
    std::uint16_t parameter = 0; ///< HighAdj: the low half of the address
};

/// How many bytes of the image a relocation of this kind changes; 0 for a kind that x86 and x64 do not have.
constexpr std::uint32_t relocation_bytes(nt::ImageRelocationKind kind) {
    switch (kind) {
    case nt::ImageRelocationKind::High:
    case nt::ImageRelocationKind::Low:
    case nt::ImageRelocationKind::HighAdj: return 2;
    case nt::ImageRelocationKind::HighLow: return 4;
    case nt::ImageRelocationKind::Dir64: return 8;
    default: return 0;
    }
}

/// Calls `use(Relocation)` for each entry of `blocks` (a relocation directory's bytes, at `blocks_rva`),
/// padding left out. `image_bytes` bounds the targets.
/// Errors: RelocationBlock, RelocationKind, RelocationTarget.
template<class Use>
Fault for_each_relocation(Bytes blocks, std::uint64_t blocks_rva, std::uint64_t image_bytes, Use&& use) {
    std::uint64_t position = 0;
    while (position + sizeof(nt::IMAGE_BASE_RELOCATION) <= blocks.size()) {
        const auto block = *load<nt::IMAGE_BASE_RELOCATION>(blocks, position);
        if (block.VirtualAddress == 0 && block.SizeOfBlock == 0) break; // padding after the last block
        const auto whole = slice(blocks, position, block.SizeOfBlock);
        if (block.SizeOfBlock < sizeof block || !whole)
            return Error::at_rva(Rule::RelocationBlock, blocks_rva + position);

        const Table<std::uint16_t> entries(whole->subspan(sizeof block));
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const std::uint16_t entry = entries[i];
            Relocation relocation;
            relocation.kind = static_cast<nt::ImageRelocationKind>(entry >> 12);
            if (relocation.kind == nt::ImageRelocationKind::Absolute) continue;
            const std::uint64_t target = std::uint64_t{block.VirtualAddress} + (entry & 0xFFF);
            const std::uint32_t width = relocation_bytes(relocation.kind);
            if (width == 0) return Error::at_rva(Rule::RelocationKind, blocks_rva + position);
            if (target > image_bytes || width > image_bytes - target)
                return Error::at_rva(Rule::RelocationTarget, blocks_rva + position);
            relocation.rva = static_cast<std::uint32_t>(target);
            if (relocation.kind == nt::ImageRelocationKind::HighAdj) {
                if (++i == entries.size()) return Error::at_rva(Rule::RelocationBlock, blocks_rva + position);
                relocation.parameter = entries[i];
            }
            use(relocation);
        }
        position += block.SizeOfBlock;
    }
    return std::nullopt;
}

/// All of an image's relocations. The directory must lie in the file's bytes.
template<class Use>
Fault for_each_relocation(const Image& image, Use&& use) {
    const auto directory = image.headers().directory(nt::ImageDirectory::BaseRelocation);
    if (directory.VirtualAddress == 0 || directory.Size == 0) return std::nullopt;
    const auto blocks = image.at(directory.VirtualAddress, directory.Size);
    if (!blocks) return Error::at_rva(Rule::DirectoryOutside, directory.VirtualAddress);
    return for_each_relocation(*blocks, directory.VirtualAddress, image.headers().size_of_image,
                               std::forward<Use>(use));
}

} // namespace oriel::pe
