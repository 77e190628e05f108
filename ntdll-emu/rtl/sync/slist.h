// SPDX-License-Identifier: MIT
// slist.h: the interlocked singly linked list: push, pop and flush without a lock.
//
// The header packs the first entry's address with a depth and a sequence number that changes on every
// operation, and is exchanged as a whole (cmpxchg16b on x64, cmpxchg8b on x86): a pop that was overtaken
// fails even if the same entry is first again (the ABA problem).
//
// A pop reads the first entry's link before it knows that the entry is still there. Another thread may
// have popped and freed it, page and all; on NT the page fault is then resumed at the top of the pop. Ours
// is one assembly function with labels, and resume_slist_fault() does the same for the dispatcher of
// exceptions.
#pragma once

#include <nt/rtl_sync.h>

#include <cstdint>

namespace oriel::rtl {

using SListHeader = nt::SLIST_HEADER<nt::Native>;
using SListEntry = nt::SLIST_ENTRY<nt::Native>;

void initialize(SListHeader& header);
SListEntry* first_entry(const SListHeader& header);
std::uint16_t depth(const SListHeader& header);
SListEntry* push(SListHeader& header, SListEntry& entry);
SListEntry* push_list(SListHeader& header, SListEntry& first, SListEntry& last, std::uint32_t count);
SListEntry* pop(SListHeader& header);
SListEntry* flush(SListHeader& header);

/// The registers of a pop that faulted: the list, and its header's two words as the pop had read them
/// (x64: R10, RAX, RDX; x86: ESI, EAX, EDX).
struct FaultedPop {
    std::uintptr_t instruction_pointer;
    std::uintptr_t header;
    std::uintptr_t words[2];
};
/// True if the access violation was the one that a pop provokes: the header has changed since it was read.
/// Execution then has to go on at `resume_at`, with the registers as they are. An unchanged header means
/// that the list's first entry really is bad.
bool resume_slist_fault(const FaultedPop& pop, std::uintptr_t& resume_at);

} // namespace oriel::rtl
