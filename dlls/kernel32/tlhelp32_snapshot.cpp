// SPDX-License-Identifier: MIT
// tlhelp32_snapshot.cpp: taking a snapshot.
//
// Of modules and heaps there are this process' own; of processes and threads, those that NT's list shows, which is
// this process too. The snapshot is made without the heap, which it may be about.
#include "tlhelp32_snapshot.h"

#include "process_information.h"

#include <nt/process_list.h>

#include <algorithm>
#include <new>

namespace oriel::k32 {
namespace {

using LdrEntry = nt::LDR_DATA_TABLE_ENTRY<Native>;
using ProcessInformationEntry = nt::SYSTEM_PROCESS_INFORMATION<Native>;
using ThreadInformationEntry = nt::SYSTEM_THREAD_INFORMATION<Native>;

/// Pages for a scope.
class Pages {
public:
    explicit Pages(std::size_t bytes)
        : m_start(VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)) {}
    ~Pages() {
        if (m_start) VirtualFree(m_start, 0, MEM_RELEASE);
    }
    Pages(const Pages&) = delete;
    [[nodiscard]] void* get() const { return m_start; }

private:
    void* m_start;
};

/// Calls `action` for every module in the order of loading, with the loader's lock held.
template<class Action>
void for_each_module(Action action) {
    std::uintptr_t cookie = 0;
    if (!nt::is_success(LdrLockLoaderLock(0, nullptr, &cookie))) return;
    auto* const head = &peb().Ldr->InLoadOrderModuleList;
    for (auto* link = head->Flink.get(); link != head; link = link->Flink.get())
        action(*reinterpret_cast<const LdrEntry*>(link)); // InLoadOrderLinks is the first member
    LdrUnlockLoaderLock(0, cookie);
}

template<std::size_t Room>
void copy_name(WCHAR (&to)[Room], const UnicodeString& name) {
    const std::size_t length = std::min(characters(name), Room - 1);
    std::copy_n(text_of(name), length, to);
    to[length] = 0;
}

/// What goes in: counted first, so that the section has the right size.
struct Wanted {
    std::uint32_t heaps = 0, processes = 0, modules = 0, threads = 0;
    const ProcessInformationEntry* process_list = nullptr;

    [[nodiscard]] std::size_t bytes() const {
        return sizeof(Snapshot) + heaps * sizeof(HEAPLIST32) + processes * sizeof(PROCESSENTRY32W)
               + modules * sizeof(MODULEENTRY32W) + threads * sizeof(THREADENTRY32);
    }
};

template<class Action>
void for_each_process(const ProcessInformationEntry* entry, Action action) {
    if (!entry) return;
    for (;;) {
        action(*entry);
        if (!entry->NextEntryOffset) return;
        entry = reinterpret_cast<const ProcessInformationEntry*>(reinterpret_cast<const char*>(entry)
                                                                 + entry->NextEntryOffset);
    }
}

/// Lays the lists one behind the other.
class Writer {
public:
    Writer(void* to, std::uint32_t size) : m_snapshot(new (to) Snapshot{snapshot_magic, size, {}, {}, {}, {}}) {}

    void add_heaps(std::uint32_t most) {
        HEAPLIST32* const to = begin<HEAPLIST32>(m_snapshot->heaps, most);
        Pages handles((most + 1) * sizeof(HANDLE));
        if (!handles.get()) return;
        auto* const heaps = static_cast<HANDLE*>(handles.get());
        const std::uint32_t count = std::min<std::uint32_t>(GetProcessHeaps(most, heaps), most);
        for (std::uint32_t i = 0; i < count; ++i) {
            to[i] = {};
            to[i].dwSize = sizeof *to;
            to[i].th32ProcessID = GetCurrentProcessId();
            to[i].th32HeapID = reinterpret_cast<ULONG_PTR>(heaps[i]);
            to[i].dwFlags = heaps[i] == GetProcessHeap() ? HF32_DEFAULT : 0;
        }
        m_snapshot->heaps.count = count;
    }
    void add_modules(std::uint32_t most) {
        MODULEENTRY32W* const to = begin<MODULEENTRY32W>(m_snapshot->modules, most);
        std::uint32_t& count = m_snapshot->modules.count;
        for_each_module([&](const LdrEntry& module) {
            if (count == most) return; // loaded since they were counted
            MODULEENTRY32W& entry = to[count++];
            entry = {};
            entry.dwSize = sizeof entry;
            entry.th32ModuleID = 1;
            entry.th32ProcessID = GetCurrentProcessId();
            entry.GlblcntUsage = entry.ProccntUsage = module.ObsoleteLoadCount;
            entry.modBaseAddr = static_cast<BYTE*>(module.DllBase.get());
            entry.modBaseSize = module.SizeOfImage;
            entry.hModule = static_cast<HMODULE>(module.DllBase.get());
            copy_name(entry.szModule, module.BaseDllName);
            copy_name(entry.szExePath, module.FullDllName);
        });
    }
    void add_processes(const Wanted& wanted) {
        PROCESSENTRY32W* to = begin<PROCESSENTRY32W>(m_snapshot->processes, wanted.processes);
        if (!wanted.processes) return;
        for_each_process(wanted.process_list, [&](const ProcessInformationEntry& process) {
            PROCESSENTRY32W& entry = *to++;
            entry = {};
            entry.dwSize = sizeof entry;
            entry.th32ProcessID = static_cast<DWORD>(process.UniqueProcessId);
            entry.cntThreads = process.NumberOfThreads;
            entry.th32ParentProcessID = static_cast<DWORD>(process.InheritedFromUniqueProcessId);
            entry.pcPriClassBase = process.BasePriority;
            copy_name(entry.szExeFile, process.ImageName);
            ++m_snapshot->processes.count;
        });
    }
    void add_threads(const Wanted& wanted) {
        THREADENTRY32* to = begin<THREADENTRY32>(m_snapshot->threads, wanted.threads);
        if (!wanted.threads) return;
        for_each_process(wanted.process_list, [&](const ProcessInformationEntry& process) {
            auto* thread = reinterpret_cast<const ThreadInformationEntry*>(&process + 1);
            for (std::uint32_t i = 0; i < process.NumberOfThreads; ++i, ++thread) {
                THREADENTRY32& entry = *to++;
                entry = {};
                entry.dwSize = sizeof entry;
                entry.th32ThreadID = static_cast<DWORD>(thread->ClientId.UniqueThread);
                entry.th32OwnerProcessID = static_cast<DWORD>(thread->ClientId.UniqueProcess);
                entry.tpBasePri = thread->BasePriority;
                ++m_snapshot->threads.count;
            }
        });
    }

private:
    template<class Entry>
    Entry* begin(SnapshotList& list, std::uint32_t most) {
        list.offset = m_end;
        m_end += most * static_cast<std::uint32_t>(sizeof(Entry));
        return reinterpret_cast<Entry*>(reinterpret_cast<char*>(m_snapshot) + list.offset);
    }

    Snapshot* m_snapshot;
    std::uint32_t m_end = sizeof(Snapshot);
};

HANDLE no_snapshot(DWORD error) {
    set_last_error(error);
    return INVALID_HANDLE_VALUE;
}

HANDLE write_snapshot(DWORD flags, const Wanted& wanted) {
    SECURITY_ATTRIBUTES attributes{sizeof attributes, nullptr, flags & TH32CS_INHERIT ? TRUE : FALSE};
    const auto size = static_cast<DWORD>(wanted.bytes());
    HANDLE const section = CreateFileMappingW(INVALID_HANDLE_VALUE, &attributes, PAGE_READWRITE, 0, size, nullptr);
    if (!section) return INVALID_HANDLE_VALUE;
    void* const view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    if (!view) {
        NtClose(section);
        return INVALID_HANDLE_VALUE;
    }
    Writer writer(view, size);
    writer.add_heaps(wanted.heaps);
    writer.add_processes(wanted);
    writer.add_modules(wanted.modules);
    writer.add_threads(wanted);
    UnmapViewOfFile(view);
    return section;
}

} // namespace

SnapshotView::SnapshotView(HANDLE handle) : m_view(MapViewOfFile(handle, FILE_MAP_WRITE, 0, 0, 0)) {
    auto* const snapshot = static_cast<Snapshot*>(m_view);
    if (!snapshot) return;
    if (snapshot->magic == snapshot_magic) m_snapshot = snapshot;
    else set_last_error(DWORD{ERROR_INVALID_HANDLE}); // a section, but none of ours
}
SnapshotView::~SnapshotView() {
    if (m_view) UnmapViewOfFile(m_view);
}

} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT HANDLE WINAPI CreateToolhelp32Snapshot(DWORD flags, DWORD process) {
    constexpr DWORD own_lists = TH32CS_SNAPHEAPLIST | TH32CS_SNAPMODULE | TH32CS_SNAPMODULE32;
    if ((flags & own_lists) && process && process != GetCurrentProcessId()) return no_snapshot(ERROR_INVALID_PARAMETER);

    Wanted wanted;
    constexpr std::uint32_t list_bytes = 1u << 20;
    const bool wants_list = flags & (TH32CS_SNAPPROCESS | TH32CS_SNAPTHREAD);
    const Pages list(wants_list ? list_bytes : 1);
    if (!list.get()) return no_snapshot(ERROR_NOT_ENOUGH_MEMORY);
    if (wants_list) {
        const Status status = NtQuerySystemInformation(5 /* SystemProcessInformation */, list.get(), list_bytes, nullptr);
        if (!nt::is_success(status)) return no_snapshot(static_cast<DWORD>(RtlNtStatusToDosError(status)));
        wanted.process_list = static_cast<const ProcessInformationEntry*>(list.get());
        for_each_process(wanted.process_list, [&](const ProcessInformationEntry& entry) {
            if (flags & TH32CS_SNAPPROCESS) ++wanted.processes;
            if (flags & TH32CS_SNAPTHREAD) wanted.threads += entry.NumberOfThreads;
        });
    }
    if (flags & TH32CS_SNAPMODULE) for_each_module([&](const LdrEntry&) { ++wanted.modules; });
    if (flags & TH32CS_SNAPHEAPLIST) wanted.heaps = GetProcessHeaps(0, nullptr);
    return write_snapshot(flags, wanted);
}
