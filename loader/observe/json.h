// SPDX-License-Identifier: MIT
// json.h: a snapshot for programs to read.
//
// One object; each block and each region has a line of its own, so that it can also be read line by line:
//   { "format": "oriel-snapshot", "version": 1, "program": ..., "process": ..., ...,
//     "block_columns": ["address", "size", "overhead", "state"],
//     "heaps": [ { "index": 1, "handle": "0x...", ..., "segments": [ { "base": ..., "blocks": [ [...], ... ] } ], "large": [...] } ],
//     "totals": {...},
//     "regions": [ {...}, ... ] }
#pragma once

#include <loader/observe/snapshot.h>

#include <iosfwd>

namespace oriel::observe {

void write_json(std::ostream& out, const Snapshot& snapshot);

} // namespace oriel::observe
