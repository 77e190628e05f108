// SPDX-License-Identifier: MIT
// fault_event.h: what ntdll tells the host about a program's memory faults (NtOrielFaultEvent).
//
// Not NT's: on Windows the verifier writes such reports to a debugger. All fields are 64 bits wide or have the same
// place in both ABIs, so that there is one layout. The host believes none of it: addresses are printed, not followed.
//
// The numbers of the stops are Application Verifier's ("Verifier Stop Codes and Descriptions", layer Heaps, Microsoft
// documentation).
#pragma once

#include <nt/status.h>

#include <cstdint>

namespace nt {

enum class FaultEvent : std::uint32_t {
    ProgramEntry = 1, ///< no data: the loader is done, the program's entry point is called next
    HeapFault = 2,    ///< HeapFaultRecord
    LeakGroup = 3,    ///< LeakGroupRecord
    LeakEnd = 4,      ///< LeakEndRecord: all groups have been told
    Refusal = 5,      ///< RefusalRecord: --fail-alloc made a heap call fail
    Notice = 6,       ///< UTF-8 text for the user
};

inline constexpr std::uint32_t most_trace_frames = 32;

struct TraceRecord {
    std::uint32_t count;
    std::uint32_t thread; ///< who; 0: not known
    std::uint64_t frames[most_trace_frames];
};

/// What is wrong. The values are the verifier's stop codes where it has one.
enum class HeapFaultKind : std::uint32_t {
    BadHandle = 0x05,
    WrongHeap = 0x06,
    DoubleFree = 0x07,
    NotABlock = 0x08,       ///< the pointer belongs to nobody, or into the middle of a block
    FreedBlockWritten = 0x0E,
    Overrun = 0x0F,         ///< the pattern behind the block is gone
    Underrun = 0x10,        ///< the pattern or the header before the block is gone
    AccessBehind = 0x13,    ///< first-chance access violations on a page heap's pages: behind the block,
    AccessBefore = 0x113,   ///< before it,
    AccessFreed = 0x213,    ///< or in one that is free
    AccessExecute = 0x313,  ///< code was run in a block
    CorruptHeader = 0x0D,   ///< an ordinary heap: the header before the block is none that the heap wrote
    CorruptNeighbour = 0x10D, ///< the next or previous block's header disagrees
    CorruptTail = 0x10F,
    CorruptFreeBlock = 0x10E,
    CorruptList = 0x14,     ///< the heap's own lists or sums
};

inline constexpr std::uint32_t heap_fault_is_validation = 1; ///< HeapValidate found it: nothing ends by it
inline constexpr std::uint32_t heap_fault_is_corruption = 2; ///< of an ordinary heap: STATUS_HEAP_CORRUPTION is raised

struct HeapFaultRecord {
    HeapFaultKind kind;
    std::uint32_t flags;
    std::uint64_t heap;    ///< the handle that was given; or the block's heap
    std::uint64_t owner;   ///< the heap that the block belongs to; 0: nobody's
    std::uint64_t pointer; ///< as the program gave it, or the address that was accessed
    std::uint64_t block;   ///< 0: none is known
    std::uint64_t size;    ///< what was asked for
    std::uint64_t serial;  ///< the n-th allocation of this run; 0: not known
    std::uint64_t address; ///< the first wrong byte; 0: none
    std::uint64_t context; ///< the CONTEXT of an access violation; 0: `now` is the stack
    std::uint64_t access;  ///< EXCEPTION_RECORD's first parameter: 0 read, 1 write, 8 execute
    std::uint64_t previous, previous_size, next, next_size; ///< the neighbours; 0: none
    std::uint8_t previous_state, next_state;                ///< 'b'usy, 'f'ree, '?' unreadable, 0 none
    std::uint8_t found_bytes; ///< how many of `found` count
    std::uint8_t expected;    ///< the byte that should be there
    std::uint8_t found[16];   ///< what is there, from `address` on
    std::uint8_t padding[4];
    TraceRecord allocated, freed, now;
};
static_assert(sizeof(TraceRecord) == 264);
static_assert(sizeof(HeapFaultRecord) == 928);

/// Blocks alive at the end that were allocated from one place.
struct LeakGroupRecord {
    std::uint64_t blocks, bytes;
    std::uint64_t first_block, first_size, first_serial; ///< the oldest one
    std::uint64_t heap;
    TraceRecord allocated;
};

struct LeakEndRecord {
    std::uint64_t own_blocks, own_bytes; ///< ntdll's own: modules, locks, settings
};

struct RefusalRecord {
    std::uint64_t number; ///< the n-th request since the program's entry
    std::uint64_t heap, size;
    TraceRecord now;
};

} // namespace nt
