// SPDX-License-Identifier: MIT
// heap_tags.cpp: names for kinds of blocks.
//
// A subsystem can divide a heap's blocks by tags: RtlCreateTagHeap registers names and answers a number, which
// then goes into the flags of every allocation, and RtlQueryTagHeap tells how many blocks of a tag there are. NT
// keeps tags only where FLG_HEAP_ENABLE_TAGGING is set in the global flags (`gflags +htg`); elsewhere a tag is 0,
// which tags nothing, and there is nothing to query. Ours never keeps them, so it always answers as NT does
// without the flag.
// Source: the public kits of NT ("RtlCreateTagHeap" in its nturtl.h); not documented.
#include <nt/rtl_heap.h>

NT_EXPORT std::uint32_t NT_API RtlCreateTagHeap(void*, std::uint32_t, const char16_t*, const char16_t*) { return 0; }

NT_EXPORT char16_t* NT_API RtlQueryTagHeap(void*, std::uint32_t, std::uint16_t, std::uint8_t, NtHeapTagInfo*) {
    return nullptr;
}
