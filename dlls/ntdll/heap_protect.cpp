// SPDX-License-Identifier: MIT
// heap_protect.cpp: RtlProtectHeap: makes what a heap has committed read-only, or writable again.
//
// Debugging code freezes a heap with it: whoever writes then is caught where he does it. While it is frozen every
// heap call on it faults, as on NT: the heap's lock lies in the heap. So the regions are listed before the first page
// is frozen, and the heap's own structure is thawed before they are listed.
// Source: the public kits of NT (nturtl.h); not documented.
#include <nt/rtl_heap.h>

#include <generated/nt_services.h>
#include <nt/memory.h>
#include <ntdll-emu/rtl/heap/heap.h>

using nt::Status;

namespace {

void* const this_process = reinterpret_cast<void*>(std::intptr_t{-1});

/// Changes every committed page of the reservation that `address` lies in.
void protect_reservation(void* address, std::uint32_t protection) {
    nt::MEMORY_BASIC_INFORMATION<nt::Native> region{};
    const auto ask = [&](void* at) {
        return nt::is_success(NtQueryVirtualMemory(this_process, at, nt::MemoryBasicInformation, &region,
                                                   sizeof region, nullptr));
    };
    if (!ask(address)) return;
    const auto allocation = region.AllocationBase;
    for (void* at = reinterpret_cast<void*>(static_cast<std::uintptr_t>(allocation)); ask(at) && region.State != nt::MEM_FREE && region.AllocationBase == allocation;) {
        void* base = at;
        nt::uptr<nt::Native> size = region.RegionSize;
        at = static_cast<char*>(at) + size;
        std::uint32_t old = 0;
        if (region.State == nt::MEM_COMMIT) NtProtectVirtualMemory(this_process, &base, &size, protection, &old);
    }
}

/// One address of each of a heap's reservations but the first, in pages of its own.
class Reservations {
public:
    explicit Reservations(void* heap) {
        std::size_t count = 0;
        visit(heap, [&](void*) { ++count; });
        if (count == 0) return;
        nt::uptr<nt::Native> size = (count + spare) * sizeof(void*);
        void* base = nullptr;
        if (!nt::is_success(NtAllocateVirtualMemory(this_process, &base, 0, &size, nt::MEM_RESERVE | nt::MEM_COMMIT,
                                                    nt::PAGE_READWRITE))) {
            return;
        }
        m_addresses = static_cast<void**>(base);
        const std::size_t room = size / sizeof(void*);
        visit(heap, [&](void* address) {
            if (m_count < room) m_addresses[m_count++] = address;
        });
    }
    ~Reservations() {
        void* base = m_addresses;
        nt::uptr<nt::Native> all = 0;
        if (base != nullptr) NtFreeVirtualMemory(this_process, &base, &all, nt::MEM_RELEASE);
    }
    Reservations(const Reservations&) = delete;

    void protect(std::uint32_t protection) const {
        for (std::size_t i = 0; i < m_count; ++i) protect_reservation(m_addresses[i], protection);
    }

private:
    static constexpr std::size_t spare = 64; ///< what other threads add between the two walks

    template<class Visit>
    static void visit(void* heap, Visit&& visit) {
        NtHeapWalkEntry entry{};
        while (nt::is_success(RtlWalkHeap(heap, &entry))) {
            const bool region = entry.Flags & nt::heap_entry_flag::region;
            const bool large = entry.SegmentIndex == 64 && (entry.Flags & nt::heap_entry_flag::busy);
            if ((region || large) && entry.DataAddress.get() != heap) visit(entry.DataAddress.get());
        }
    }

    void** m_addresses = nullptr;
    std::size_t m_count = 0;
};

} // namespace

NT_EXPORT void NT_API RtlProtectHeap(void* HeapHandle, std::uint8_t MakeReadOnly) {
    const auto& heap = *static_cast<const oriel::rtl::heap::Heap*>(HeapHandle);
    const bool code = heap.Flags & nt::heap_flag::enable_execute;
    const std::uint32_t writable = code ? nt::PAGE_EXECUTE_READWRITE : nt::PAGE_READWRITE;
    const std::uint32_t frozen = code ? nt::PAGE_EXECUTE_READ : nt::PAGE_READONLY;
    if (!MakeReadOnly) protect_reservation(HeapHandle, writable);
    const Reservations reservations(HeapHandle);
    reservations.protect(MakeReadOnly ? frozen : writable);
    if (MakeReadOnly) protect_reservation(HeapHandle, frozen);
}
