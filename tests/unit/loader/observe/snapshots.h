// SPDX-License-Identifier: MIT
// snapshots.h: snapshots made by hand.
#pragma once

#include <loader/observe/snapshot.h>

namespace oriel::observe {

inline Block busy(std::uint64_t data, std::uint64_t size, std::uint16_t overhead) { return {data, size, overhead, BlockState::Busy}; }
inline Block free_block(std::uint64_t data, std::uint64_t bytes) { return {data, bytes - 32, 32, BlockState::Free}; }

/// One growable heap: a segment with two busy blocks, two free ones and two of the front end, and a large block.
inline Heap small_heap() {
    Heap heap;
    heap.index = 1;
    heap.handle = 0x230000;
    heap.flags = 0x00000002;
    heap.front_end = 2;
    heap.large_threshold = 0xFF000;
    heap.lock = {.outcome = LockOutcome::Taken, .owner = 8, .recursion = 2, .waiters = 1};
    Segment segment;
    segment.base = 0x230000;
    segment.committed = 0x2000;
    segment.uncommitted = 0xE000;
    segment.holes = {{0x232000, 0xD000}};
    segment.blocks = {busy(0x230748, 20, 12),         free_block(0x230768, 0x40),
                      busy(0x2307A8, 100, 12),        {0x230818, 24, 8, BlockState::FrontBusy},
                      {0x230838, 24, 8, BlockState::FrontFree}, free_block(0x230858, 0x7C0)};
    heap.segments.push_back(segment);
    heap.large = {{0x540040, 0x200000, 0, BlockState::Busy}};
    return heap;
}

inline Region region(std::uint64_t base, std::uint64_t bytes, RegionState state, RegionType type, RegionUse use, std::uint32_t protection) {
    Region made;
    made.base = base;
    made.bytes = bytes;
    made.allocation_base = state == RegionState::Free ? 0 : base;
    made.state = state;
    made.type = type;
    made.use = use;
    made.protection = protection;
    made.allocation_protection = protection;
    return made;
}

inline Snapshot small_snapshot() {
    Snapshot snapshot;
    snapshot.program = "sample.exe";
    snapshot.process = 4000;
    snapshot.host_process = 1000;
    snapshot.moment = "at exit";
    snapshot.commit_used = 0x10000;
    snapshot.commit_peak = 0x20000;
    snapshot.commit_limit = 0x40000000;
    snapshot.heaps.push_back(small_heap());
    snapshot.regions = {
        region(0x10000, 0x220000, RegionState::Free, RegionType::None, RegionUse::Free, 0),
        region(0x230000, 0x2000, RegionState::Committed, RegionType::Private, RegionUse::Heap, 0x04),
        region(0x232000, 0xE000, RegionState::Reserved, RegionType::Private, RegionUse::Heap, 0),
        region(0x140000000, 0x1000, RegionState::Committed, RegionType::Image, RegionUse::Image, 0x02),
        region(0x140001000, 0x1000, RegionState::Committed, RegionType::Image, RegionUse::Image, 0x04),
    };
    snapshot.regions[1].note = snapshot.regions[2].note = "heap 1, segment 0";
    snapshot.regions[2].allocation_base = 0x230000;
    snapshot.regions[1].charged = 0x2000;
    snapshot.regions[3].file = snapshot.regions[4].file = "\\Device\\HarddiskVolume26\\home\\me\\sample.exe";
    snapshot.regions[3].section = "header";
    snapshot.regions[4].section = ".data";
    snapshot.regions[4].allocation_base = 0x140000000;
    snapshot.regions[4].copied = true;
    return snapshot;
}

inline bool operator==(const Segment& a, const Segment& b) {
    return a.base == b.base && a.committed == b.committed && a.uncommitted == b.uncommitted && a.holes == b.holes && a.blocks == b.blocks;
}

} // namespace oriel::observe
