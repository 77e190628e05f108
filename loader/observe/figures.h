// SPDX-License-Identifier: MIT
// figures.h: what can be counted in a snapshot: the numbers of `!heap -s` and `!address -summary`.
#pragma once

#include <loader/observe/snapshot.h>

#include <array>
#include <map>

namespace oriel::observe {

struct HeapFigures {
    std::uint64_t reserved = 0;    ///< bytes of address space, large blocks included
    std::uint64_t committed = 0;   ///< bytes
    std::uint64_t busy_blocks = 0; ///< large ones included
    std::uint64_t busy_bytes = 0;  ///< as asked for
    std::uint64_t busy_overhead = 0; ///< headers, and what rounding left over
    std::uint64_t free_blocks = 0; ///< of the back end
    std::uint64_t free_bytes = 0;  ///< in them, overhead included
    std::uint64_t largest_free = 0; ///< bytes that one request can have without more commit
    std::uint64_t front_busy_blocks = 0, front_busy_bytes = 0;
    std::uint64_t front_free_blocks = 0, front_free_bytes = 0; ///< kept by the front end
    std::uint64_t large_blocks = 0, large_bytes = 0;
    std::uint64_t holes = 0; ///< uncommitted ranges

    /// How much of the free bytes is of no use to the largest request that could be: 0 where all free bytes are one
    /// block, towards 100 where they lie in many small ones (percent; "external fragmentation" of `!heap -s`).
    [[nodiscard]] unsigned external_fragmentation() const;
    /// How much of what is committed is neither free nor what a program asked for (percent).
    [[nodiscard]] unsigned overhead_percent() const;
};
HeapFigures figures_of(const Heap& heap);

/// Front-end blocks of one size.
struct Bucket {
    std::uint64_t busy = 0;
    std::uint64_t free = 0;
};
/// By the bytes of a block with its overhead.
std::map<std::uint64_t, Bucket> front_end_buckets(const Heap& heap);

/// Free blocks of the back end by size: [16, 32), [32, 64), ... Only classes that have blocks.
struct SizeClass {
    std::uint64_t from = 0; ///< bytes, overhead included; a power of two
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;
};
std::vector<SizeClass> free_classes(const Heap& heap);

/// The sizes that programs asked for most, by the bytes they hold; at most `most`.
struct RequestedSize {
    std::uint64_t size = 0;
    std::uint64_t blocks = 0;
};
std::vector<RequestedSize> top_sizes(const Heap& heap, std::size_t most);

struct UseFigures {
    std::uint64_t regions = 0;
    std::uint64_t bytes = 0;
    std::uint64_t committed = 0;
};
struct MemoryFigures {
    std::array<UseFigures, region_uses> by_use{};
    std::array<UseFigures, 4> by_type{}; ///< indexed by RegionType; None: free
    std::uint64_t reserved_only = 0;     ///< bytes reserved and not committed
    std::uint64_t committed = 0;
    std::uint64_t charged = 0;
    Range largest_free;
};
MemoryFigures figures_of(const std::vector<Region>& regions);

} // namespace oriel::observe
