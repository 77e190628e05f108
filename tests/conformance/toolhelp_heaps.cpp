// SPDX-License-Identifier: MIT
// Snapshots of the own process: heaps and their blocks, modules, threads, processes; and ntdll's debug buffer below.
// Sources: "CreateToolhelp32Snapshot", "Heap32First", "Module32First" and kin (Microsoft documentation).
#include "rtl_calls.h"

#include <gtest/gtest.h>

#include <tlhelp32.h>

#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

/// A snapshot, closed at the end of the scope.
class Snapshot {
public:
    explicit Snapshot(DWORD flags, DWORD process = 0) : m_handle(CreateToolhelp32Snapshot(flags, process)) {}
    ~Snapshot() {
        if (m_handle != INVALID_HANDLE_VALUE) CloseHandle(m_handle);
    }
    Snapshot(const Snapshot&) = delete;
    operator HANDLE() const { return m_handle; }

private:
    HANDLE m_handle;
};

template<class Entry, class Function>
std::vector<Entry> all_of(HANDLE snapshot, Function first, Function next) {
    std::vector<Entry> entries;
    Entry entry{};
    entry.dwSize = sizeof entry;
    if (!first(snapshot, &entry)) return entries;
    do entries.push_back(entry);
    while (next(snapshot, &entry));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_FILES));
    return entries;
}

std::vector<HEAPENTRY32> blocks_of(HANDLE heap) {
    std::vector<HEAPENTRY32> blocks;
    HEAPENTRY32 entry{};
    entry.dwSize = sizeof entry;
    if (!Heap32First(&entry, GetCurrentProcessId(), reinterpret_cast<ULONG_PTR>(heap))) return blocks;
    do blocks.push_back(entry);
    while (Heap32Next(&entry));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_FILES));
    return blocks;
}

} // namespace

TEST(Toolhelp, The_heap_list_has_every_heap_and_says_which_is_the_default) {
    HANDLE const heap = HeapCreate(0, 0, 0);
    const Snapshot snapshot(TH32CS_SNAPHEAPLIST);
    ASSERT_NE(static_cast<HANDLE>(snapshot), INVALID_HANDLE_VALUE);
    std::map<ULONG_PTR, DWORD> lists;
    for (const HEAPLIST32& list : all_of<HEAPLIST32>(snapshot, Heap32ListFirst, Heap32ListNext)) {
        EXPECT_EQ(list.th32ProcessID, GetCurrentProcessId());
        lists[list.th32HeapID] = list.dwFlags;
    }
    EXPECT_TRUE(lists.contains(reinterpret_cast<ULONG_PTR>(heap)));
    EXPECT_EQ(lists[reinterpret_cast<ULONG_PTR>(heap)], 0u);
    EXPECT_EQ(lists[reinterpret_cast<ULONG_PTR>(GetProcessHeap())], static_cast<DWORD>(HF32_DEFAULT));
    HeapDestroy(heap);
}

TEST(Toolhelp, A_heap_s_blocks_are_its_busy_and_free_ones) {
    HANDLE const heap = HeapCreate(0, 0, 0x40000); // fixed: no front end
    void* const first = HeapAlloc(heap, 0, 100);
    void* const freed = HeapAlloc(heap, 0, 200);
    void* const last = HeapAlloc(heap, 0, 300);
    HeapFree(heap, 0, freed);
    std::map<ULONG_PTR, HEAPENTRY32> blocks;
    for (const HEAPENTRY32& block : blocks_of(heap)) {
        EXPECT_EQ(block.th32HeapID, reinterpret_cast<ULONG_PTR>(heap));
        blocks[block.dwAddress] = block;
    }
    int found = 0, free_ones = 0;
    for (const auto& [address, block] : blocks) {
        if (block.dwFlags == LF32_FREE) ++free_ones;
        else if (address == reinterpret_cast<ULONG_PTR>(first) || address == reinterpret_cast<ULONG_PTR>(last)) {
            ++found;
            EXPECT_EQ(block.dwFlags, static_cast<DWORD>(LF32_FIXED));
            EXPECT_GE(block.dwBlockSize, address == reinterpret_cast<ULONG_PTR>(first) ? 100u : 300u);
        }
    }
    EXPECT_EQ(found, 2);
    EXPECT_GE(free_ones, 1);
    HeapDestroy(heap);
}

TEST(Toolhelp, Every_block_is_there_once_however_many) {
    HANDLE const heap = HeapCreate(0, 0, 0);
    std::set<ULONG_PTR> allocated;
    for (int i = 0; i < 2000; ++i)
        allocated.insert(reinterpret_cast<ULONG_PTR>(HeapAlloc(heap, 0, 1 + static_cast<SIZE_T>(i) * 37 % 3000)));
    allocated.insert(reinterpret_cast<ULONG_PTR>(HeapAlloc(heap, 0, 0x200000)));
    std::size_t found = 0;
    for (const HEAPENTRY32& block : blocks_of(heap))
        if (block.dwFlags != LF32_FREE) found += allocated.count(block.dwAddress);
    EXPECT_EQ(found, allocated.size());
    HeapDestroy(heap);
}

TEST(Toolhelp, An_invalid_heap_has_no_blocks) { // "Heap32First function": ERROR_NO_MORE_FILES
    HEAPENTRY32 entry{};
    entry.dwSize = sizeof entry;
    SetLastError(0xDEADBEEF);
    EXPECT_FALSE(Heap32First(&entry, GetCurrentProcessId(), 0x12340000));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_FILES));
}

TEST(Toolhelp, Modules_begin_with_the_program) {
    const Snapshot snapshot(TH32CS_SNAPMODULE, GetCurrentProcessId());
    ASSERT_NE(static_cast<HANDLE>(snapshot), INVALID_HANDLE_VALUE);
    const auto wide = all_of<MODULEENTRY32W>(snapshot, Module32FirstW, Module32NextW);
    ASSERT_GE(wide.size(), 3u); // the program, ntdll, kernel32
    WCHAR path[MAX_PATH];
    GetModuleFileNameW(nullptr, path, MAX_PATH);
    EXPECT_EQ(lstrcmpiW(wide[0].szExePath, path), 0);
    EXPECT_EQ(wide[0].hModule, GetModuleHandleW(nullptr));
    EXPECT_EQ(wide[0].modBaseAddr, reinterpret_cast<BYTE*>(GetModuleHandleW(nullptr)));
    EXPECT_EQ(wide[0].th32ProcessID, GetCurrentProcessId());
    bool kernel32 = false;
    for (const auto& module : wide)
        kernel32 = kernel32 || (lstrcmpiW(module.szModule, L"kernel32.dll") == 0
                                && module.hModule == GetModuleHandleW(L"kernel32.dll") && module.modBaseSize > 0);
    EXPECT_TRUE(kernel32);
    const auto narrow = all_of<MODULEENTRY32>(snapshot, Module32First, Module32Next);
    ASSERT_EQ(narrow.size(), wide.size());
    for (std::size_t i = 0; i < narrow.size(); ++i) EXPECT_EQ(narrow[i].modBaseAddr, wide[i].modBaseAddr);
}

TEST(Toolhelp, Threads_and_processes_have_this_one) {
    HANDLE const gate = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    struct Waiter {
        static DWORD WINAPI run(void* gate) { return WaitForSingleObject(gate, INFINITE); }
    };
    DWORD other = 0;
    HANDLE const thread = CreateThread(nullptr, 0, Waiter::run, gate, 0, &other);
    const Snapshot snapshot(TH32CS_SNAPTHREAD | TH32CS_SNAPPROCESS);
    ASSERT_NE(static_cast<HANDLE>(snapshot), INVALID_HANDLE_VALUE);
    std::map<DWORD, DWORD> owner_of;
    for (const THREADENTRY32& entry : all_of<THREADENTRY32>(snapshot, Thread32First, Thread32Next))
        owner_of[entry.th32ThreadID] = entry.th32OwnerProcessID;
    EXPECT_EQ(owner_of[GetCurrentThreadId()], GetCurrentProcessId());
    EXPECT_EQ(owner_of[other], GetCurrentProcessId());
    bool listed = false;
    for (const PROCESSENTRY32W& entry : all_of<PROCESSENTRY32W>(snapshot, Process32FirstW, Process32NextW)) {
        if (entry.th32ProcessID != GetCurrentProcessId()) continue;
        listed = true;
        EXPECT_GE(entry.cntThreads, 2u);
        WCHAR path[MAX_PATH];
        GetModuleFileNameW(nullptr, path, MAX_PATH);
        const std::wstring name(path);
        EXPECT_EQ(lstrcmpiW(entry.szExeFile, name.substr(name.rfind(L'\\') + 1).c_str()), 0);
    }
    EXPECT_TRUE(listed);
    SetEvent(gate);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(gate);
}

TEST(Toolhelp, A_snapshot_is_a_picture_of_its_moment_and_starts_over) { // "Module32First": from the first again
    const Snapshot snapshot(TH32CS_SNAPHEAPLIST);
    HANDLE const later = HeapCreate(0, 0, 0);
    const auto once = all_of<HEAPLIST32>(snapshot, Heap32ListFirst, Heap32ListNext);
    const auto again = all_of<HEAPLIST32>(snapshot, Heap32ListFirst, Heap32ListNext);
    EXPECT_EQ(once.size(), again.size());
    for (const HEAPLIST32& list : again) EXPECT_NE(list.th32HeapID, reinterpret_cast<ULONG_PTR>(later));
    HeapDestroy(later);
}

TEST(Toolhelp, A_list_that_was_not_asked_for_is_empty) {
    const Snapshot snapshot(TH32CS_SNAPHEAPLIST);
    MODULEENTRY32W module{};
    module.dwSize = sizeof module;
    EXPECT_FALSE(Module32FirstW(snapshot, &module));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_FILES));
}

TEST(Toolhelp, Sizes_and_handles_that_are_wrong_are_refused) { // "dwSize": if it is not set, the function fails
    const Snapshot snapshot(TH32CS_SNAPPROCESS);
    PROCESSENTRY32W process{};
    EXPECT_FALSE(Process32FirstW(snapshot, &process));
    process.dwSize = sizeof process;
    EXPECT_FALSE(Process32FirstW(nullptr, &process));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST(Toolhelp, Memory_of_a_process_can_be_read_by_its_id) { // 0: the current process
    const char text[] = "some text";
    char copy[sizeof text] = {};
    SIZE_T read = 0;
    EXPECT_TRUE(Toolhelp32ReadProcessMemory(0, text, copy, sizeof copy, &read));
    EXPECT_EQ(read, sizeof text);
    EXPECT_STREQ(copy, text);
    EXPECT_FALSE(Toolhelp32ReadProcessMemory(0, reinterpret_cast<void*>(16), copy, 1, &read));
}

// ------------------------------------------------------------------------------------- ntdll's debug buffer

namespace {

struct DebugBuffer { ///< RTL_DEBUG_INFORMATION, as far as these tests look
    void* before[8];
    ULONG flags;
    SIZE_T offset_free, commit_size, view_size;
    struct Modules {
        ULONG count;
    }* modules;
    void* back_traces;
    struct Heaps {
        ULONG count;
        struct Heap {
            void* base;
            ULONG flags;
            USHORT overhead, creator;
            SIZE_T allocated, committed;
            ULONG tags, entries, pseudo_tags, granularity, reserved[5];
            void* tag_list;
            struct Entry {
                SIZE_T size;
                USHORT flags, trace;
                SIZE_T settable;
                void* first_block;
            }* entry_list;
        } heaps[1];
    }* heaps;
};

} // namespace

TEST(DebugBuffer, Tells_modules_heaps_and_blocks) { // public kits of NT: RtlQueryProcessDebugInformation
    const auto create = ntdll<DebugBuffer* NTAPI(ULONG, BOOLEAN)>("RtlCreateQueryDebugBuffer");
    const auto query = ntdll<LONG NTAPI(HANDLE, ULONG, DebugBuffer*)>("RtlQueryProcessDebugInformation");
    const auto destroy = ntdll<LONG NTAPI(DebugBuffer*)>("RtlDestroyQueryDebugBuffer");
    HANDLE const heap = HeapCreate(0, 0, 0x40000);
    void* const block = HeapAlloc(heap, 0, 1000);
    DebugBuffer* const buffer = create(0, FALSE);
    ASSERT_NE(buffer, nullptr);
    HANDLE const self = ULongToHandle(GetCurrentProcessId());
    constexpr ULONG modules = 1, heap_summary = 4, heap_entries = 0x10;
    ASSERT_EQ(query(self, modules | heap_summary | heap_entries, buffer), 0);
    ASSERT_NE(buffer->modules, nullptr);
    EXPECT_GE(buffer->modules->count, 3u);
    ASSERT_NE(buffer->heaps, nullptr);
    EXPECT_EQ(buffer->heaps->count, GetProcessHeaps(0, nullptr));
    bool found = false;
    for (ULONG i = 0; i < buffer->heaps->count; ++i) {
        const auto& each = buffer->heaps->heaps[i];
        if (each.base != heap) continue;
        EXPECT_GE(each.allocated, 1000u);
        EXPECT_GE(each.committed, each.allocated);
        char* at = nullptr;
        for (ULONG j = 0; j < each.entries; ++j) {
            const auto& entry = each.entry_list[j];
            if (entry.flags & 2) at = static_cast<char*>(entry.first_block); // a segment
            else {
                found = found || ((entry.flags & 1) && at <= block && block < at + entry.size);
                at += entry.size;
            }
        }
    }
    EXPECT_TRUE(found);
    EXPECT_EQ(query(ULongToHandle(0x7FFFFFF0), modules, buffer), static_cast<LONG>(0xC000000B)); // STATUS_INVALID_CID
    EXPECT_EQ(destroy(buffer), 0);
    HeapDestroy(heap);
}
