// SPDX-License-Identifier: MIT
// debug_heap.h: a heap that watches its blocks: full and normal page heap, stack traces, refusals.
//
// With FLG_HEAP_PAGE_ALLOCS, FLG_USER_STACK_TRACE_DB or FLG_APPLICATION_VERIFIER in NtGlobalFlag, heap::create makes a
// *facade*: a Heap structure with Flags and ForceFlags for those who read them and no blocks of its own, whose Debug
// field leads here. The heap's calls look at that field where their fast ways have ended, and come here instead. So the
// ordinary heap knows nothing of any of this, and pays nothing for it.
//
// Who keeps the blocks:
//   guarding   kept by                      the pointer is              overruns are seen
//   Pages      runs of pages (page_runs.h)  at the end of its own page  at the instruction that overruns
//   Patterns   an ordinary heap, `plain`    64 bytes into its block     at free, validate, or when reused
//   None       an ordinary heap, `plain`    what that heap answers      (only known: who allocated it)
//
// Lock order: the facade's heap lock, WatchHold, the plain heap's lock.
#pragma once

#include <ntdll-emu/rtl/heap/debug/block_table.h>
#include <ntdll-emu/rtl/heap/calls.h>

namespace oriel::rtl::heap::debug {

/// Freed blocks that may not be used again yet, oldest first.
struct DelayedQueue {
    std::uint32_t first = 0, last = 0; ///< numbers of records
    std::uint32_t blocks = 0;
    std::size_t bytes = 0;
};

inline constexpr std::size_t run_lists = 65; ///< free runs by pages; the first: everything longer

struct DebugHeap {
    Heap* facade;
    Heap* plain; ///< null until it is needed
    Settings settings;
    Pages pages;
    std::uint32_t flags; ///< as the program made it
    std::uint32_t guarded_blocks;
    bool told_of_scarcity;
    DelayedQueue delayed;
    std::uint32_t runs[run_lists];
    std::uint8_t* region_at;
    std::uint8_t* region_end;

    [[nodiscard]] PageUse page_use() const { return flags & flag::enable_execute ? PageUse::Code : PageUse::Data; }
};

/// A watched heap. Statuses: NoMemory.
NtResult<Heap*> create(const Pages& pages, const CreateRequest& request);
void destroy(Heap& facade);

// As the functions of heap.h. BlockVerdict::Reported: bad, told to the user, and raised.
void* allocate(Heap& facade, std::uint32_t flags, std::size_t size);
BlockVerdict release(Heap& facade, std::uint32_t flags, void* data);
Reallocated reallocate(Heap& facade, std::uint32_t flags, void* data, std::size_t size);
std::size_t size_of(Heap& facade, std::uint32_t flags, void* data);
BlockVerdict validate(Heap& facade, std::uint32_t flags, void* data);
std::size_t compact(Heap& facade, std::uint32_t flags);
void zero_free_blocks(Heap& facade, std::uint32_t flags);
Status walk(Heap& facade, NtHeapWalkEntry& entry);
bool get_user_info(Heap& facade, std::uint32_t flags, void* data, UserInfo& info);
bool set_user_value(Heap& facade, std::uint32_t flags, void* data, void* value);
bool set_user_flags(Heap& facade, std::uint32_t flags, void* data, std::uint32_t reset, std::uint32_t set);

/// The loader is done and the program's entry point is next: refusals count from here.
void program_begins();
/// The program has ended in order: tells what is still alive, if that was asked for.
void report_leaks();

} // namespace oriel::rtl::heap::debug
