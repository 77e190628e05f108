// SPDX-License-Identifier: MIT
// heap_records.h: what the walking thread told (nt/oriel_observe.h), put together as heaps.
#pragma once

#include <loader/observe/snapshot.h>
#include <nt/oriel_observe.h>

#include <span>

namespace oriel::observe {

/// `complete`: whether the walk came to its end; if not, the last heap says so. The records come from the process
/// that is looked at: they may be anything, and then the heaps are.
std::vector<Heap> heaps_of(std::span<const nt::observe::Record> records, bool complete);

} // namespace oriel::observe
