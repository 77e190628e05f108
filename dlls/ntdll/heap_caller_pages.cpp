// SPDX-License-Identifier: MIT
#include "heap_caller_pages.h"

#include <generated/nt_services.h>
#include <nt/memory.h>
#include <nt/peb.h>
#include <ntdll-emu/rtl/heap/page_source.h>
#include <ntdll-emu/rtl/sync/critical_section.h>

#include <new>

namespace oriel::rtl {

using heap::PageUse;

namespace {

using CommitRoutine = nt::Status(NT_API*)(void* Base, void** CommitAddress, std::size_t* CommitSize);

/// The pages of one such heap: the first reservation is the caller's range, everything else the process'.
struct CallerPages {
    PageRange range;
    std::uint64_t committed; ///< bytes at the front that are committed; grows only
    CommitRoutine routine;   ///< may be null
    bool given;              ///< the heap has its first segment
    CallerPages* next;       ///< in the list of all

    [[nodiscard]] bool holds(PageRange part) const { return part.base() >= range.base() && part.base() < range.end(); }

    NtResult<PageRange> reserve(std::uint64_t bytes) {
        if (given) return heap::process_pages().reserve(bytes);
        if (bytes > range.bytes()) return Status::InvalidParameter;
        given = true;
        return PageRange(range.base(), bytes);
    }
    NtResult<> commit(PageRange part, PageUse use) {
        if (!holds(part)) return heap::process_pages().commit(part, use);
        const Address limit = range.base() + committed;
        if (part.end() <= limit) return {};
        const Address from = part.base() > limit ? part.base() : limit;
        if (routine == nullptr) {
            TRY(heap::process_pages().commit({from, part.end() - from}, use));
        } else {
            void* at = heap::pointer_to<void>(from);
            auto size = static_cast<std::size_t>(part.end() - from);
            const Status status = routine(heap::pointer_to<void>(range.base()), &at, &size);
            if (!nt::is_success(status)) return status;
        }
        committed = part.end() - range.base();
        return {};
    }
    void decommit(PageRange part) {
        if (!holds(part)) heap::process_pages().decommit(part); // the caller's pages stay as they are
    }
    void release(PageRange part) {
        if (!holds(part)) heap::process_pages().release(part);
    }
};
static_assert(heap::PageSource<CallerPages>);

constinit CriticalSection list_lock = free_critical_section;
constinit CallerPages* all = nullptr;

void* process_heap() { return nt::current_teb()->ProcessEnvironmentBlock->ProcessHeap.get(); }

/// What there is at `base`: one committed part, then one reserved part. Empty if there is none.
void look_at(CallerPages& pages, void* base) {
    nt::MEMORY_BASIC_INFORMATION<nt::Native> region{};
    const auto ask = [&](void* at) {
        return nt::is_success(NtQueryVirtualMemory(reinterpret_cast<void*>(std::intptr_t{-1}), at,
                                                   nt::MemoryBasicInformation, &region, sizeof region, nullptr));
    };
    if (!ask(base) || region.State == nt::MEM_FREE) return;
    std::uint64_t bytes = region.RegionSize;
    if (region.State == nt::MEM_COMMIT) {
        pages.committed = bytes;
        if (ask(static_cast<char*>(base) + bytes) && region.State == nt::MEM_RESERVE) bytes += region.RegionSize;
    }
    pages.range = {heap::address_of(base), bytes};
}

Status describe(CallerPages& pages, void* base, const heap::CreateRequest& request,
                const NtHeapParameters& parameters) {
    if (reinterpret_cast<std::uintptr_t>(base) % allocation_granularity != 0) return Status::InvalidParameter;
    pages.routine = reinterpret_cast<CommitRoutine>(parameters.CommitRoutine.get());
    if (pages.routine == nullptr) {
        look_at(pages, base);
        return pages.range.empty() ? Status::InvalidParameter : Status::Success;
    }
    // The caller alone knows its memory, and must say how much there is.
    if (parameters.InitialCommit == 0 || parameters.InitialCommit > parameters.InitialReserve
        || (request.flags & nt::heap_flag::growable) != 0 || parameters.InitialReserve % page_size != 0) {
        return Status::InvalidParameter;
    }
    pages.range = {heap::address_of(base), parameters.InitialReserve};
    pages.committed = align_up(parameters.InitialCommit, page_size);
    return Status::Success;
}

} // namespace

NtResult<heap::Heap*> create_heap_at(void* base, const heap::CreateRequest& request,
                                     const NtHeapParameters& parameters) {
    CallerPages described{};
    const Status status = describe(described, base, request, parameters);
    if (!nt::is_success(status)) return status;
    void* const memory = RtlAllocateHeap(process_heap(), 0, sizeof(CallerPages));
    if (memory == nullptr) return Status::NoMemory;
    auto* const pages = new (memory) CallerPages(described);

    heap::CreateRequest whole = request;
    whole.reserve = static_cast<std::size_t>(pages->range.bytes());
    const auto made = heap::create(heap::Pages(*pages), whole);
    if (!made.ok()) {
        RtlFreeHeap(process_heap(), 0, pages);
        return made.error();
    }
    CriticalSectionHold hold(list_lock);
    pages->next = all;
    all = pages;
    return made.value();
}

void forget_caller_pages(const void* base) {
    CallerPages* found = nullptr;
    {
        CriticalSectionHold hold(list_lock);
        for (CallerPages** link = &all; *link != nullptr; link = &(*link)->next) {
            if ((*link)->range.base() != heap::address_of(base)) continue;
            found = *link;
            *link = found->next;
            break;
        }
    }
    if (found != nullptr) RtlFreeHeap(process_heap(), 0, found);
}

} // namespace oriel::rtl
