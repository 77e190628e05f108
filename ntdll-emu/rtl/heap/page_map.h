// SPDX-License-Identifier: MIT
// page_map.h: to which heap does this address belong? Answered for any number, without touching it.
//
// NT trusts the header in front of a pointer that a program frees. We look the address up first: the map
// has an entry for each 64 KiB granule of the address space (NT places every reservation at such a
// boundary), which names the segment or the large block that lies there. A pointer into nowhere is then an
// answer, not a fault.
//
// x64: a tree of three levels (7 + 11 + 13 bits of the granule's number); its nodes come from the
// process' own pages and are never given back. x86: two levels of 256.
//
// Always: an entry is either null or a live MappedRegion; readers take no lock (entries are published with
// release, read with acquire).
#pragma once

#include <ntdll-emu/rtl/heap/page_source.h>

namespace oriel::rtl::heap {

class PageMap {
public:
    /// What lies at the address: a pointer that insert() was given, or null.
    [[nodiscard]] void* find(Address address) const;
    /// Statuses: NoMemory, and then nothing has changed.
    [[nodiscard]] NtResult<> insert(PageRange range, void* region);
    void remove(PageRange range);
};

/// The process' one map. `region` pointers carry their kind in the low bit: see Region in segment.h.
PageMap& page_map();

} // namespace oriel::rtl::heap
