// SPDX-License-Identifier: MIT
// host_memory.h: the door through which mm reaches the host's memory.
//
// To mm the host's mappings are what page tables are to the NT kernel: derived from NT's truth, never asked
// for it (DESIGN 5). So this interface speaks the host's words (map, protect, discard) and knows nothing
// of VADs. Two implementations: LinuxHostMemory (linux_host_memory.h) with real pages, and FakeHostMemory
// (fake_host_memory.h) with a table of pages, on which mm's unit and model tests run.
//
// The guest arena is one PROT_NONE reservation, made at start. Everything the guest sees lies in it, and
// no memory of the host's own does; so a guest pointer is judged by its range alone.
//
// Always: every call but the arena's own reservation stays inside the arena; a failed call has changed
// nothing (where Linux itself cannot promise that, mm puts the old state back).
#pragma once

#include <ntdll-emu/hal/host_result.h>
#include <oriel/page_range.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace oriel::hal {

/// What the CPU may do with a page. There is no write without read, and no execute without read, on x86.
enum class PageAccess : std::uint8_t { None, Read, ReadWrite, ReadExecute, ReadWriteExecute };

/// Whether writes reach the file (or the shared memory), or stay in a private copy made at the first write.
enum class Sharing : std::uint8_t { Private, Shared };

/// A place in something that can be mapped. `offset` is a multiple of the page size.
struct FilePlace {
    int descriptor = -1;
    std::uint64_t offset = 0;
    bool operator==(const FilePlace&) const = default;
};

/// A stretch of the host's address space with one set of attributes, for checks.
struct MappedRun {
    PageRange range;
    PageAccess access = PageAccess::None;
    Sharing sharing = Sharing::Private;
    bool from_file = false;        ///< mapped from a descriptor; false: the arena's own anonymous memory
    std::uint64_t file_offset = 0; ///< of range.base()
};

/// Memory with a descriptor and no file name: the pages of pagefile sections, of relocated images, and of
/// what the host shares with its guest. Closed by HostMemory::close_shared_memory.
struct SharedMemory {
    int descriptor = -1;
    std::uint64_t bytes = 0;
};

class HostMemory {
public:
    virtual ~HostMemory() = default;

    /// The pieces of the arena, ascending. Between them lies what the host had mapped before us.
    [[nodiscard]] virtual const std::vector<PageRange>& arena() const = 0;

    // --- pages of the arena -------------------------------------------------------------------------
    virtual HostResult<> protect(PageRange range, PageAccess access) = 0;
    /// The arena's own pages become zero again, and inaccessible.
    virtual HostResult<> discard(PageRange range) = 0;
    /// Lays a file (or shared memory) over the range.
    virtual HostResult<> map_file(PageRange range, FilePlace place, Sharing sharing, PageAccess access) = 0;
    /// Lays fresh zero pages of the arena's own over the range.
    virtual HostResult<> map_anonymous(PageRange range, PageAccess access) = 0;
    /// Takes away what map_file laid: inaccessible, zero pages of the arena's own again.
    virtual HostResult<> unmap(PageRange range) = 0;
    /// Writes a file view's changes through to the file.
    virtual HostResult<> flush(PageRange range) = 0;

    // --- memory with a descriptor -------------------------------------------------------------------
    virtual HostResult<SharedMemory> create_shared_memory(std::uint64_t bytes) = 0;
    virtual HostResult<> resize_shared_memory(SharedMemory& memory, std::uint64_t bytes) = 0;
    virtual HostResult<> write_shared_memory(const SharedMemory& memory, std::uint64_t offset,
                                             std::span<const std::byte> bytes) = 0;
    /// The bytes become zero, and cost no memory until they are written again. Page-aligned.
    virtual HostResult<> empty_shared_memory(const SharedMemory& memory, std::uint64_t offset, std::uint64_t bytes) = 0;
    /// A writable view of all of it for the host itself, outside the arena.
    virtual HostResult<std::byte*> map_for_host(const SharedMemory& memory) = 0;
    /// All of `bytes`, a part of such a view, is about to be written: cheaper done at once than at each page's first write.
    virtual void will_write(std::span<std::byte> bytes) = 0;
    virtual void unmap_for_host(const SharedMemory& memory, std::byte* view) = 0;
    virtual void close_shared_memory(SharedMemory& memory) = 0;

    // --- which pages are in memory --------------------------------------------------------------------
    /// One entry a page: whether it is in memory for this process, so that touching it would not fault.
    virtual HostResult<std::vector<bool>> resident(PageRange range) = 0;
    /// Brings accessible pages into memory, as far as the host can.
    virtual void bring_in(PageRange range) = 0;
    /// Wishes: a file's pages will be read soon; pages will not be needed for a while.
    virtual void expect_use(PageRange range) = 0;
    virtual void expect_no_use(PageRange range) = 0;

    // --- questions ----------------------------------------------------------------------------------
    /// What the host has in `range`, ascending and without gaps inside the arena.
    virtual HostResult<std::vector<MappedRun>> query(PageRange range) = 0;
    /// The pages of a privately mapped, readable range that have been written, ascending. `from_file`: map_file laid them
    /// there; of the arena's own pages, those count that are not zero. Empty where the host cannot be asked.
    virtual std::vector<Address> private_copies(PageRange range, bool from_file) = 0;
    /// Physical memory and swap together, in bytes: the default commit limit.
    [[nodiscard]] virtual std::uint64_t memory_and_swap() const = 0;
};

} // namespace oriel::hal
