// SPDX-License-Identifier: MIT
// figures.cpp: one pass over the blocks, one over the regions.
#include "figures.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace oriel::observe {
namespace {

template<class Visit>
void each_block(const Heap& heap, Visit&& visit) {
    for (const Segment& segment : heap.segments)
        for (const Block& block : segment.blocks) visit(block);
}

void count(HeapFigures& figures, const Block& block) {
    if (is_busy(block.state)) {
        ++figures.busy_blocks;
        figures.busy_bytes += block.size;
        figures.busy_overhead += block.overhead;
    }
    switch (block.state) {
    case BlockState::Busy: break;
    case BlockState::Free:
        ++figures.free_blocks;
        figures.free_bytes += block.bytes();
        figures.largest_free = std::max(figures.largest_free, block.bytes() > block_header ? block.bytes() - block_header : 0);
        break;
    case BlockState::FrontBusy:
        ++figures.front_busy_blocks;
        figures.front_busy_bytes += block.bytes();
        break;
    case BlockState::FrontFree:
        ++figures.front_free_blocks;
        figures.front_free_bytes += block.bytes();
        break;
    }
}

unsigned percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<unsigned>(static_cast<double>(part) * 100.0 / static_cast<double>(whole));
}

} // namespace

unsigned HeapFigures::external_fragmentation() const {
    const std::uint64_t largest = largest_free == 0 ? 0 : largest_free + block_header;
    return percent(free_bytes - largest, free_bytes);
}

unsigned HeapFigures::overhead_percent() const {
    const std::uint64_t used = busy_bytes + free_bytes + front_free_bytes;
    return used >= committed ? 0 : percent(committed - used, committed);
}

HeapFigures figures_of(const Heap& heap) {
    HeapFigures figures;
    for (const Segment& segment : heap.segments) {
        figures.reserved += segment.bytes();
        figures.committed += segment.committed;
        figures.holes += segment.holes.size();
    }
    each_block(heap, [&](const Block& block) { count(figures, block); });
    for (const Block& block : heap.large) {
        count(figures, block);
        ++figures.large_blocks;
        figures.large_bytes += block.size;
        // Its pages: the structure before it and what was asked for, whole.
        const std::uint64_t bytes = (block.size + block.data % 0x10000 + 0xFFF) & ~std::uint64_t{0xFFF};
        figures.committed += bytes;
        figures.reserved += (bytes + 0xFFFF) & ~std::uint64_t{0xFFFF};
    }
    return figures;
}

std::map<std::uint64_t, Bucket> front_end_buckets(const Heap& heap) {
    std::map<std::uint64_t, Bucket> buckets;
    each_block(heap, [&](const Block& block) {
        if (block.state == BlockState::FrontBusy) ++buckets[block.bytes()].busy;
        if (block.state == BlockState::FrontFree) ++buckets[block.bytes()].free;
    });
    return buckets;
}

std::vector<SizeClass> free_classes(const Heap& heap) {
    std::array<SizeClass, 64> classes{};
    each_block(heap, [&](const Block& block) {
        if (block.state != BlockState::Free || block.bytes() == 0) return;
        SizeClass& its = classes[static_cast<std::size_t>(std::bit_width(block.bytes()) - 1)];
        ++its.blocks;
        its.bytes += block.bytes();
    });
    std::vector<SizeClass> used;
    for (std::size_t power = 0; power < classes.size(); ++power) {
        classes[power].from = std::uint64_t{1} << power;
        if (classes[power].blocks != 0) used.push_back(classes[power]);
    }
    return used;
}

std::vector<RequestedSize> top_sizes(const Heap& heap, std::size_t most) {
    std::unordered_map<std::uint64_t, std::uint64_t> counts;
    each_block(heap, [&](const Block& block) {
        if (is_busy(block.state)) ++counts[block.size];
    });
    for (const Block& block : heap.large) ++counts[block.size];
    std::vector<RequestedSize> sizes;
    sizes.reserve(counts.size());
    for (const auto& [size, blocks] : counts) sizes.push_back({size, blocks});
    const std::size_t kept = std::min(most, sizes.size());
    std::partial_sort(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(kept), sizes.end(), [](const auto& a, const auto& b) {
        const auto bytes = [](const RequestedSize& size) { return size.size * size.blocks; };
        return bytes(a) != bytes(b) ? bytes(a) > bytes(b) : a.size > b.size;
    });
    sizes.resize(kept);
    return sizes;
}

MemoryFigures figures_of(const std::vector<Region>& regions) {
    MemoryFigures figures;
    for (const Region& region : regions) {
        const bool committed = region.state == RegionState::Committed;
        for (UseFigures* of : {&figures.by_use[static_cast<std::size_t>(region.use)], &figures.by_type[static_cast<std::size_t>(region.type)]}) {
            ++of->regions;
            of->bytes += region.bytes;
            of->committed += committed ? region.bytes : 0;
        }
        figures.charged += region.charged;
        if (region.use == RegionUse::Inaccessible) continue;
        if (committed) figures.committed += region.bytes;
        if (region.state == RegionState::Reserved) figures.reserved_only += region.bytes;
        if (region.state == RegionState::Free && region.bytes > figures.largest_free.bytes) figures.largest_free = {region.base, region.bytes};
    }
    return figures;
}

} // namespace oriel::observe
