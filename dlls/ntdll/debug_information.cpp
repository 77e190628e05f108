// SPDX-License-Identifier: MIT
// debug_information.cpp: RtlQueryProcessDebugInformation: a process' modules and heaps, copied into a buffer.
//
// NT starts a thread in the process that is looked at, which writes into a section shared with the one that looks.
// Here a process can look at itself only. The buffer is one reservation: its header, then what was asked for, page
// after page committed as it comes; nothing is allocated from the heaps that are being looked at.
//
// A heap's entries are the blocks of its walk. In memory they lie side by side, so an entry has a size and no
// address; wherever a run of blocks begins, a segment's entry says where.
#include <nt/rtl_debug_information.h>

#include <generated/nt_services.h>
#include <nt/ldr.h>
#include <nt/memory.h>
#include <nt/peb.h>
#include <nt/rtl_heap.h>
#include <nt/rtl_nls.h>
#include <ntdll-emu/rtl/heap/calls.h>
#include <ntdll-emu/rtl/heap/registry.h>

#include <algorithm>
#include <cstring>
#include <new>

using namespace oriel::rtl;
using nt::Status;
namespace query = nt::debug_query;
namespace kind = nt::debug_heap_entry;
namespace walked = nt::heap_entry_flag;

namespace {

using ModuleInformation = nt::RTL_PROCESS_MODULE_INFORMATION<nt::Native>;
using Modules = nt::RTL_PROCESS_MODULES<nt::Native>;
using HeapInformation = nt::RTL_HEAP_INFORMATION<nt::Native>;
using Heaps = nt::RTL_PROCESS_HEAPS<nt::Native>;
using HeapEntry = nt::RTL_HEAP_ENTRY<nt::Native>;

constexpr std::uint32_t default_size = 4u << 20;
void* const this_process = reinterpret_cast<void*>(std::intptr_t{-1});

nt::TEB<nt::Native>& teb() { return *nt::current_teb(); }
std::size_t up(std::size_t size, std::size_t unit) { return (size + unit - 1) & ~(unit - 1); }

/// Takes bytes from the buffer's end; null when it is full.
void* take(NtDebugInformation& buffer, std::size_t bytes) {
    const std::size_t from = up(buffer.OffsetFree, sizeof(void*)), to = from + bytes;
    if (to < from || to > buffer.ViewSize) return nullptr;
    auto* const start = reinterpret_cast<char*>(&buffer);
    if (to > buffer.CommitSize) {
        const std::size_t committed = up(to, oriel::page_size);
        void* at = start + buffer.CommitSize;
        nt::uptr<nt::Native> more = committed - buffer.CommitSize;
        if (!nt::is_success(NtAllocateVirtualMemory(this_process, &at, 0, &more, nt::MEM_COMMIT, nt::PAGE_READWRITE)))
            return nullptr;
        buffer.CommitSize = committed;
    }
    buffer.OffsetFree = to;
    return start + from;
}
template<class T>
T* take(NtDebugInformation& buffer) {
    void* const at = take(buffer, sizeof(T));
    return at != nullptr ? new (at) T{} : nullptr;
}

// ------------------------------------------------------------------------------------- modules

void describe(ModuleInformation& to, const nt::LDR_DATA_TABLE_ENTRY<nt::Native>& entry, std::uint16_t index) {
    to.ImageBase = to.MappedBase = entry.DllBase;
    to.ImageSize = entry.SizeOfImage;
    to.Flags = entry.Flags;
    to.LoadOrderIndex = to.InitOrderIndex = index;
    to.LoadCount = entry.ObsoleteLoadCount;
    std::uint32_t length = 0;
    RtlUnicodeToMultiByteN(to.FullPathName, sizeof to.FullPathName - 1, &length, entry.FullDllName.Buffer.get(),
                           entry.FullDllName.Length);
    to.FullPathName[length] = 0;
    const char* const slash = std::strrchr(to.FullPathName, '\\');
    to.OffsetToFileName = static_cast<std::uint16_t>(slash != nullptr ? slash + 1 - to.FullPathName : 0);
}

Status add_modules(NtDebugInformation& buffer) {
    std::uintptr_t cookie = 0;
    const Status locked = LdrLockLoaderLock(0, nullptr, &cookie);
    if (!nt::is_success(locked)) return locked;
    auto* const modules = static_cast<Modules*>(take(buffer, offsetof(Modules, Modules)));
    Status status = modules != nullptr ? Status::Success : Status::NoMemory;
    if (modules != nullptr) {
        modules->NumberOfModules = 0;
        buffer.Modules = modules;
        auto* const head = &teb().ProcessEnvironmentBlock->Ldr->InLoadOrderModuleList;
        for (auto* link = head->Flink.get(); link != head; link = link->Flink.get()) {
            auto* const to = take<ModuleInformation>(buffer);
            if (to == nullptr) {
                status = Status::NoMemory;
                break;
            }
            describe(*to, *reinterpret_cast<nt::LDR_DATA_TABLE_ENTRY<nt::Native>*>(link),
                     static_cast<std::uint16_t>(modules->NumberOfModules++));
        }
    }
    LdrUnlockLoaderLock(0, cookie);
    return status;
}

// ------------------------------------------------------------------------------------- heaps

/// Writes a heap's entries, or only counts the bytes of its blocks.
class HeapReader {
public:
    HeapReader(NtDebugInformation& buffer, HeapInformation& to, bool entries)
        : m_buffer(buffer), m_to(to), m_entries(entries) {}

    Status read(void* heap) {
        NtHeapWalkEntry step{};
        Status status;
        RtlLockHeap(heap);
        while (nt::is_success(status = RtlWalkHeap(heap, &step))) {
            status = add(step);
            if (!nt::is_success(status)) break;
        }
        RtlUnlockHeap(heap);
        return status == Status::NoMoreEntries ? Status::Success : status;
    }

private:
    Status add(const NtHeapWalkEntry& step) {
        if (step.Flags & walked::region) {
            m_to.BytesCommitted += step.Segment.CommittedSize;
            m_committed_here = step.Segment.CommittedSize;
            m_next = nullptr;
            return Status::Success;
        }
        if (step.Flags & walked::uncommitted) {
            m_next = static_cast<char*>(step.DataAddress.get()); // what lies between it and the last block is nobody's
            return add_entry(m_next, step.DataSize, kind::uncommitted, 0);
        }
        const std::size_t size = step.DataSize + step.OverheadBytes;
        std::uint16_t flags = static_cast<std::uint16_t>(step.Flags & kind::settable_flags);
        if (step.Flags & walked::busy) {
            flags |= kind::busy;
            m_to.BytesAllocated += size;
            if (step.Block.Settable != 0) flags |= kind::settable_value;
            if (step.SegmentIndex == large_block) m_to.BytesCommitted += up(size, oriel::page_size);
        }
        return add_entry(reinterpret_cast<char*>(heap::data_of(step)) - m_to.EntryOverhead, size, flags, step.Block.Settable);
    }

    Status add_entry(char* at, std::size_t size, std::uint16_t flags, nt::uptr<nt::Native> settable) {
        if (!m_entries) return Status::Success;
        if (at != m_next) {
            HeapEntry* const segment = take<HeapEntry>(m_buffer);
            if (segment == nullptr) return Status::NoMemory;
            segment->Flags = kind::segment;
            segment->Segment.FirstBlock = at;
            segment->Segment.CommittedSize = m_committed_here;
            begin_at(segment);
        }
        HeapEntry* const entry = take<HeapEntry>(m_buffer);
        if (entry == nullptr) return Status::NoMemory;
        entry->Size = size;
        entry->Flags = flags;
        entry->Block.Settable = settable;
        begin_at(entry);
        m_next = at + size;
        return Status::Success;
    }
    void begin_at(HeapEntry* entry) {
        if (m_to.NumberOfEntries++ == 0) m_to.Entries = entry;
    }

    static constexpr std::uint8_t large_block = 64; ///< RtlWalkHeap's region of large blocks

    NtDebugInformation& m_buffer;
    HeapInformation& m_to;
    bool m_entries;
    char* m_next = nullptr; ///< where the block behind the last entry would lie
    std::size_t m_committed_here = 0;
};

Status add_heap(NtDebugInformation& buffer, HeapInformation& to, heap::Heap& heap) {
    const bool wanted = !buffer.SpecificHeap || buffer.SpecificHeap.get() == &heap;
    to.BaseAddress = &heap;
    to.Flags = heap.Flags;
    to.EntryOverhead = heap::header_bytes;
    return HeapReader(buffer, to, wanted && (buffer.Flags & query::heap_entries)).read(&heap);
}

Status add_heaps(NtDebugInformation& buffer) {
    heap::lock_registry();
    const auto heaps = heap::registered_heaps();
    auto* const list = static_cast<Heaps*>(
        take(buffer, offsetof(Heaps, Heaps) + heaps.size() * sizeof(HeapInformation)));
    Status status = list != nullptr ? Status::Success : Status::NoMemory;
    if (list != nullptr) {
        list->NumberOfHeaps = 0;
        buffer.Heaps = list;
        for (heap::Heap* each : heaps) {
            HeapInformation& to = *new (&list->Heaps[list->NumberOfHeaps]) HeapInformation{};
            status = add_heap(buffer, to, *each);
            if (!nt::is_success(status)) break;
            ++list->NumberOfHeaps;
        }
    }
    heap::unlock_registry();
    return status;
}

} // namespace

NT_EXPORT NtDebugInformation* NT_API RtlCreateQueryDebugBuffer(std::uint32_t MaximumCommit, std::uint8_t) {
    nt::uptr<nt::Native> size = up(MaximumCommit != 0 ? MaximumCommit : default_size, oriel::page_size);
    void* base = nullptr;
    if (!nt::is_success(NtAllocateVirtualMemory(this_process, &base, 0, &size, nt::MEM_RESERVE, nt::PAGE_READWRITE)))
        return nullptr;
    nt::uptr<nt::Native> first = oriel::page_size;
    if (!nt::is_success(NtAllocateVirtualMemory(this_process, &base, 0, &first, nt::MEM_COMMIT, nt::PAGE_READWRITE))) {
        nt::uptr<nt::Native> all = 0;
        NtFreeVirtualMemory(this_process, &base, &all, nt::MEM_RELEASE);
        return nullptr;
    }
    auto* const buffer = new (base) NtDebugInformation{};
    buffer->ViewBaseClient = buffer->ViewBaseTarget = base;
    buffer->OffsetFree = sizeof *buffer;
    buffer->CommitSize = first;
    buffer->ViewSize = size;
    return buffer;
}

NT_EXPORT Status NT_API RtlDestroyQueryDebugBuffer(NtDebugInformation* Buffer) {
    void* base = Buffer;
    nt::uptr<nt::Native> all = 0;
    return NtFreeVirtualMemory(this_process, &base, &all, nt::MEM_RELEASE);
}

NT_EXPORT Status NT_API RtlQueryProcessDebugInformation(void* UniqueProcessId, std::uint32_t Flags,
                                                        NtDebugInformation* Buffer) {
    if (reinterpret_cast<std::uintptr_t>(UniqueProcessId) != teb().ClientId.UniqueProcess) return Status::InvalidCid;
    if (Flags & (query::back_traces | query::locks)) return Status::NotImplemented;
    Buffer->TargetProcessId = teb().ClientId.UniqueProcess;
    Buffer->Flags = Flags;
    Buffer->OffsetFree = sizeof *Buffer;
    Buffer->Modules = nullptr;
    Buffer->Heaps = nullptr;
    Status status = Status::Success;
    if (Flags & query::modules) status = add_modules(*Buffer);
    // Tags are there only where the heap is told to keep them (heap_tags.cpp); the list of heaps says 0.
    constexpr std::uint32_t of_heaps = query::heap_summary | query::heap_tags | query::heap_entries;
    if (nt::is_success(status) && (Flags & of_heaps)) status = add_heaps(*Buffer);
    return status;
}
