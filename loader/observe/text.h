// SPDX-License-Identifier: MIT
// text.h: a snapshot to read in a terminal, in the manner of WinDbg's !heap, !address and !vad.
#pragma once

#include <loader/observe/snapshot.h>

#include <iosfwd>
#include <optional>

namespace oriel::observe {

struct HeapTextRequest {
    bool blocks = false;              ///< every block, as `!heap -a`
    std::optional<std::uint64_t> only; ///< one heap: its index or its handle
};
/// A line a heap (`!heap -s`), then each heap's segments, figures, buckets and free blocks (`!heap -a`).
void write_heaps(std::ostream& out, const Snapshot& snapshot, const HeapTextRequest& request);

/// A line a region (`!address`, `!vad`), then the totals (`!address -summary`).
void write_memory(std::ostream& out, const Snapshot& snapshot);

} // namespace oriel::observe
