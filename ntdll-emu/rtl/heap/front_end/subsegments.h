// SPDX-License-Identifier: MIT
// subsegments.h: the front end's longer ways: getting blocks when there are none at hand, and giving memory back.
#pragma once

#include <ntdll-emu/rtl/heap/front_end/front_end.h>

namespace oriel::rtl::heap::front_end {

/// A block of an active bucket; null if there is no memory.
void* allocate_from(Heap& heap, FrontEnd& front_end, ThreadBins& bins, std::size_t bucket, std::size_t size);
/// Sees to it that there is a spare subsegment, for a thread that needs one while another holds the heap's
/// lock, which the caller holds now.
void keep_spare(Heap& heap, FrontEnd& front_end);
/// Gives back the subsegments of `bins` in which no block is used, and lists the current ones. The
/// caller is their owner.
void release_empty(Heap& heap, FrontEnd& front_end, ThreadBins& bins);

} // namespace oriel::rtl::heap::front_end
