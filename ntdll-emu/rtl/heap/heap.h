// SPDX-License-Identifier: MIT
// heap.h: the heap itself: its structure and what can be done with it.
//
// A heap handle is the address of this structure, the first bytes of the heap's first segment. What
// debuggers and anti-debugging code look at stands where NT has it: the signature 0xFFEEFFEE, Flags
// (x64 +0x70, x86 +0x40) and ForceFlags behind it.
//
// The parts: block_header.h (what lies before a block), free_lists.h (what is free), segment.h (where blocks
// lie), large_blocks.h (what is too large), page_map.h (whose is this address). blocks.cpp splits and joins;
// calls.h has the calls (allocate.cpp, reallocate.cpp); heap_walk.cpp and validate.cpp look at it all.
//
// front_end/ is the low-fragmentation heap, which stands before allocate(), release(), reallocate() and
// size_of() and hands out blocks of its own from blocks of the backend.
//
// Always: the backend is touched only under the heap's lock, except in heaps made with no_serialize.
#pragma once

#include <nt/rtl_heap.h>
#include <ntdll-emu/rtl/heap/free_lists.h>
#include <ntdll-emu/rtl/heap/front_end/size_class.h>
#include <ntdll-emu/rtl/heap/segment.h>
#include <ntdll-emu/rtl/sync/critical_section.h>

#include <atomic>

namespace oriel::rtl::heap {

namespace debug {
struct DebugHeap;
}

namespace flag = nt::heap_flag;

inline constexpr std::uint32_t heap_signature = 0xEEFFEEFF;
/// Bytes of the structure at a heap's start: as many as Windows 10's, so that what fits into a fixed heap is
/// about the same. (Observed on Windows: of N bytes, N - (0x400 + 0x100 * word) can be had, and
/// N - (0x200 + 0x80 * word) cannot.)
inline constexpr std::size_t heap_structure_bytes = pointer_bytes == 8 ? 0x740 : 0x588;
/// Larger blocks of a growable heap (units, header included) are large blocks. Derived from what Windows
/// answers: 0xFD000 bytes lie in a segment on x64, 0xFF000 do not; on x86 0x7D000 and 0x7F000.
inline constexpr std::size_t large_threshold_units = pointer_bytes == 8 ? 0xFF00 : 0xFE00;
/// Above this a request cannot be meant.
inline constexpr std::size_t max_request = static_cast<std::size_t>(~std::size_t{0} >> 1) - 0x10000;

namespace front_end {
struct FrontEnd;
struct BinsBySlot;
struct Subsegment;
extern BinsBySlot no_bins; ///< of a heap without a front end: no thread has any
} // namespace front_end

struct Heap : Segment {
    std::uint32_t Flags;
    std::uint32_t ForceFlags; ///< or'ed to the flags of every call
    std::uint32_t CompatibilityFlags;
    std::uint32_t Signature;
    HeaderCodec Encoding;
    std::uint32_t VirtualMemoryThreshold; ///< units
    std::uint32_t FrontEndHeapType;       ///< HeapCompatibilityInformation
    std::size_t SegmentReserve;           ///< of the next segment
    std::size_t SegmentCommit;            ///< the least that is committed at once
    std::size_t DeCommitFreeBlockThreshold; ///< bytes of a free tail that is given back
    std::size_t TotalFreeSize;            ///< units
    std::size_t HeaderOverhead; ///< 8; two words with any checking (then blocks end before the next header's unit)
    std::uint16_t ProcessHeapsListIndex; ///< from 1
    ListLink SegmentList;
    ListLink VirtualAllocdBlocks;
    ListLink SpareLargeBlocks;  ///< freed and kept (large_blocks.h), the oldest first
    std::size_t SpareLargeSize; ///< bytes in them
    CriticalSection* LockVariable;
    CriticalSection Lock;
    Pages Source;
    std::atomic<front_end::BinsBySlot*> Bins;    ///< never null
    std::atomic<front_end::FrontEnd*> FrontEnd; ///< null: not (yet) active
    std::atomic<std::uint16_t> FrontEndUsage[front_end::bucket_count];
    FreeLists Free;
    debug::DebugHeap* Debug = nullptr; ///< of a watched heap: its calls go there (debug/debug_heap.h)

    [[nodiscard]] bool growable() const { return Flags & flag::growable; }
    [[nodiscard]] PageUse page_use() const { return Flags & flag::enable_execute ? PageUse::Code : PageUse::Data; }
    /// Flags of a call, with those that the heap insists on.
    [[nodiscard]] std::uint32_t effective(std::uint32_t flags) const { return flags | ForceFlags; }
};
static_assert(offsetof(Heap, Flags) == (pointer_bytes == 8 ? 0x70 : 0x40));
static_assert(offsetof(Heap, ForceFlags) == (pointer_bytes == 8 ? 0x74 : 0x44));
static_assert(sizeof(Heap) <= heap_structure_bytes);

/// Holds the heap's lock for a scope, unless the flags say that nobody else is there.
class HeapHold {
public:
    HeapHold(Heap& heap, std::uint32_t flags)
        : m_lock((flags | heap.Flags) & flag::no_serialize ? nullptr : heap.LockVariable) {
        if (m_lock != nullptr) enter(*m_lock);
    }
    ~HeapHold() {
        if (m_lock != nullptr) leave(*m_lock);
    }
    HeapHold(const HeapHold&) = delete;

private:
    CriticalSection* m_lock;
};

// ------------------------------------------------------------------------------------- the calls

struct CreateRequest {
    std::uint32_t flags = 0; ///< heap_flag
    std::size_t reserve = 0; ///< bytes; 0: the default
    std::size_t commit = 0;  ///< bytes; 0: the default
    std::uint32_t global_flags = 0; ///< PEB.NtGlobalFlag: checks for every heap
    bool unwatched = false; ///< an ordinary heap, whatever the flags: the one behind a watched heap
};
/// What Flags and ForceFlags of such a heap are.
struct HeapFlags {
    std::uint32_t flags, forced;
};
HeapFlags flags_for(const CreateRequest& request);
/// Statuses: NoMemory, InvalidParameter.
NtResult<Heap*> create(const Pages& pages, const CreateRequest& request);
void destroy(Heap& heap);
/// Is it a heap? Reads the structure.
[[nodiscard]] bool is_heap(const Heap* heap);

} // namespace oriel::rtl::heap
