// SPDX-License-Identifier: MIT
// snapshot.h: a process's heaps and address space at one moment, as data.
//
// loader/start takes it (take_snapshot.h there); everything here only looks at it: figures.h counts, text_heap.cpp,
// text_memory.cpp, json.cpp and html.cpp write it down, message.cpp carries it to another process. Nothing here
// knows a process, so all of it is tested with snapshots made by hand.
//
// Always: heaps are in the process's order, blocks of a segment and regions ascend, regions cover the user range.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oriel::observe {

enum class BlockState : std::uint8_t {
    Busy = 0,
    Free = 1,
    FrontBusy = 2, ///< handed out by the low-fragmentation front end
    FrontFree = 3, ///< kept by the front end for the next request of its size
};
inline constexpr unsigned block_states = 4;
inline bool is_busy(BlockState state) { return state == BlockState::Busy || state == BlockState::FrontBusy; }

struct Block {
    std::uint64_t data = 0;  ///< what the program was given; the header lies before it
    std::uint64_t size = 0;  ///< busy: what was asked for; free: what could be had
    std::uint16_t overhead = 0; ///< header and what is unused
    BlockState state = BlockState::Busy;

    [[nodiscard]] std::uint64_t bytes() const { return size + overhead; } ///< with its overhead
    bool operator==(const Block&) const = default;
};

/// Bytes of the header before a block's data.
inline constexpr std::uint64_t block_header = 8;

struct Range {
    std::uint64_t base = 0;
    std::uint64_t bytes = 0;
    bool operator==(const Range&) const = default;
};

struct Segment {
    std::uint64_t base = 0;
    std::uint64_t committed = 0;   ///< bytes
    std::uint64_t uncommitted = 0; ///< bytes: reserved only
    std::vector<Range> holes;      ///< where the uncommitted bytes are
    std::vector<Block> blocks;

    [[nodiscard]] std::uint64_t bytes() const { return committed + uncommitted; }
};

enum class LockOutcome : std::uint8_t { Taken, None, Refused };

struct HeapLock {
    LockOutcome outcome = LockOutcome::Taken;
    std::uint32_t owner = 0; ///< a thread's id; 0: free
    std::uint32_t recursion = 0;
    std::uint32_t waiters = 0;
};

struct Heap {
    std::uint32_t index = 0; ///< from 1, in the process's list; the process heap is the first
    std::uint64_t handle = 0;
    std::uint32_t flags = 0; ///< HEAP_*
    std::uint32_t front_end = 0; ///< HeapCompatibilityInformation: 0 none, 2 the low-fragmentation heap
    std::uint64_t front_end_at = 0; ///< its own structures, outside the segments; 0: none
    std::uint64_t large_threshold = 0; ///< larger requests are large blocks (bytes)
    HeapLock lock;
    std::vector<Segment> segments;
    std::vector<Block> large; ///< each a reservation of its own
    std::string trouble;      ///< empty, or why the walk ended before the heap's end
};

enum class RegionState : std::uint8_t { Free, Reserved, Committed };
enum class RegionType : std::uint8_t { None, Private, Mapped, Image };
/// What a region is for, as far as is known.
enum class RegionUse : std::uint8_t { Free, Other, Image, MappedFile, SharedMemory, Heap, LargeBlock, Stack, Teb, Peb, System, Inaccessible, PhysicalWindow };
inline constexpr unsigned region_uses = 13;

/// Pages that are alike; a reservation is one or more of them.
struct Region {
    std::uint64_t base = 0;
    std::uint64_t bytes = 0;
    std::uint64_t allocation_base = 0; ///< 0: free
    RegionState state = RegionState::Free;
    RegionType type = RegionType::None;
    RegionUse use = RegionUse::Free;
    std::uint32_t protection = 0;            ///< PAGE_*; 0 unless committed
    std::uint32_t allocation_protection = 0; ///< PAGE_*
    std::uint64_t charged = 0;               ///< bytes of commit charge
    std::uint64_t locked = 0;                ///< bytes that VirtualLock keeps in memory
    bool copied = false;                     ///< pages of a view that are the process's own by now
    bool write_watched = false;
    std::string file;    ///< of an image or a mapped file, as NT names it
    std::string section; ///< of an image: ".text", "header"
    std::string note;    ///< "heap 1, segment 0", "thread 8", ...

    [[nodiscard]] std::uint64_t end() const { return base + bytes; }
    bool operator==(const Region&) const = default;
};

struct Snapshot {
    std::string program;     ///< its file's name
    std::uint32_t process = 0;      ///< NT's id
    std::uint32_t host_process = 0; ///< the host's
    std::string moment;      ///< "at exit", "at the crash", ...
    unsigned bits = 64;
    std::uint64_t commit_used = 0, commit_peak = 0, commit_limit = 0; ///< bytes
    std::string trouble;     ///< empty, or why the heaps are not all there
    std::vector<Heap> heaps;
    std::vector<Region> regions;
};

} // namespace oriel::observe
