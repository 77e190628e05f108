// SPDX-License-Identifier: MIT
// json_model.h: a snapshot as JSON, all but the blocks of segments (there may be a million).
//
// Addresses and flags are strings ("0x7FFE0000"), sizes and counts are numbers.
#pragma once

#include <loader/observe/snapshot.h>

#include <nlohmann/json.hpp>

namespace oriel::observe {

using Json = nlohmann::ordered_json;

inline constexpr int json_version = 1;

/// Program, process, moment, commit charge; no heaps, no regions.
Json json_of_process(const Snapshot& snapshot);
/// The heap without its segments and large blocks, with its figures, buckets and classes of free blocks.
Json json_of_heap(const Heap& heap);
/// Without its blocks.
Json json_of_segment(const Segment& segment);
Json json_of_block(const Block& block);
Json json_of_region(const Region& region);
Json json_of_totals(const Snapshot& snapshot);

/// json_of_process with everything but the segments' blocks, each segment with "packed", the bytes that
/// pack_blocks() makes of its blocks; `packed` gets these bytes, one segment after the other.
Json pack_snapshot(const Snapshot& snapshot, std::string& packed);
/// The way back. Throws Json::exception or std::runtime_error if that is no snapshot.
Snapshot unpack_snapshot(const Json& json, std::string_view packed);

} // namespace oriel::observe
