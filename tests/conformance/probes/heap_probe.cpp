// SPDX-License-Identifier: MIT
// heap_probe.exe: prints what Windows answers where nobody has written down what it answers.
//
// Each line is `name = value`; numbers are hexadecimal. Run it on Windows (both builds), and send the output: a line
// that differs from oriel's is a decision of ours to be corrected. What may crash runs in a child (`heap_probe.exe
// CASE`), whose exit code is the value. Nothing here is asserted; the tests beside it assert what is known.
#include "probe.h"

#include <tlhelp32.h>

namespace {

constexpr SIZE_T word = sizeof(void*);

SIZE_T reserved_at(void* base) {
    MEMORY_BASIC_INFORMATION region;
    SIZE_T size = 0;
    for (char* at = static_cast<char*>(base);
         VirtualQuery(at, &region, sizeof region) && region.AllocationBase == base; at += region.RegionSize)
        size += region.RegionSize;
    return size;
}

bool is_large(HANDLE heap, void* block) {
    PROCESS_HEAP_ENTRY entry;
    entry.lpData = nullptr;
    while (HeapWalk(heap, &entry))
        if (entry.lpData == block) return entry.iRegionIndex == 64;
    return false;
}

/// The smallest size in [from, to) for which `holds` is true from there on; `to` if there is none.
template<class Predicate>
SIZE_T first_size(SIZE_T from, SIZE_T to, Predicate holds) {
    while (from < to) {
        const SIZE_T middle = from + (to - from) / 2;
        if (holds(middle)) to = middle;
        else from = middle + 1;
    }
    return from;
}

// ------------------------------------------------------------------------------------- limits

void probe_limits() {
    const SIZE_T limit = 0x20000 * word;
    HANDLE const fixed = HeapCreate(0, 0, 16 * limit);
    say("fixed heap, first size refused", first_size(limit / 2, 2 * limit, [&](SIZE_T size) {
            void* const block = HeapAlloc(fixed, 0, size);
            if (block) HeapFree(fixed, 0, block);
            return block == nullptr;
        }));
    HeapDestroy(fixed);
    HANDLE const growable = HeapCreate(0, 0, 0);
    say("growable heap, first size of a large block", first_size(limit / 2, 2 * limit, [&](SIZE_T size) {
            void* const block = HeapAlloc(growable, 0, size);
            const bool large = is_large(growable, block);
            HeapFree(growable, 0, block);
            return large;
        }));
    HeapDestroy(growable);
    say("64 KiB heap, first size refused", first_size(0x8000, 0x10000, [&](SIZE_T size) {
            HANDLE const heap = HeapCreate(0, 0, 0x10000);
            void* const block = HeapAlloc(heap, 0, size);
            HeapDestroy(heap);
            return block == nullptr;
        }));
    say("first size without the low-fragmentation heap", first_size(0x100, 0x10000, [&](SIZE_T size) {
            HANDLE const heap = HeapCreate(0, 0, 0);
            for (int i = 0; i < 0x12; ++i) HeapAlloc(heap, 0, size);
            ULONG kind = 0;
            HeapQueryInformation(heap, HeapCompatibilityInformation, &kind, sizeof kind, nullptr);
            HeapDestroy(heap);
            return kind != 2;
        }));
}

// ------------------------------------------------------------------------------------- HeapCreate

void probe_create() {
    for (const SIZE_T initial : {SIZE_T{0}, SIZE_T{1}, SIZE_T{0x1001}, SIZE_T{0x12345}, SIZE_T{0x80000}}) {
        HANDLE const heap = HeapCreate(0, initial, 0);
        say("growable heap, reserved for initial size", initial, reserved_at(heap));
        HeapDestroy(heap);
    }
    for (const SIZE_T maximum : {SIZE_T{1}, SIZE_T{0x1001}, SIZE_T{0x2001}, SIZE_T{0x12345}, SIZE_T{0x80000}}) {
        HANDLE const heap = HeapCreate(0, 0, maximum);
        say("fixed heap, reserved for maximum", maximum, heap ? reserved_at(heap) : 0);
        if (heap) HeapDestroy(heap);
    }
    SetLastError(0xDEADBEEF);
    HANDLE const raised = HeapCreate(0, 0x40000, 0x10000);
    say("initial 40000 above maximum 10000: reserved, last error", raised ? reserved_at(raised) : 0, GetLastError());
    if (raised) HeapDestroy(raised);
    for (unsigned bit = 0; bit < 32; ++bit) {
        SetLastError(0xDEADBEEF);
        HANDLE const heap = HeapCreate(1u << bit, 0, 0);
        DWORD flags = 0;
        if (heap) CopyMemory(&flags, static_cast<char*>(heap) + (word == 8 ? 0x70 : 0x40), sizeof flags);
        say("HeapCreate with flag: flags of the heap, last error", 1u << bit, flags, GetLastError());
        if (heap) HeapDestroy(heap);
    }
}

// ------------------------------------------------------------------------------------- information

void probe_information() {
    const ULONG values[] = {0, 1, 2, 3};
    for (const ULONG value : values) {
        HANDLE const fresh = HeapCreate(0, 0, 0), fixed = HeapCreate(0, 0, 0x40000);
        ULONG set = value;
        say_result("set compatibility on a fresh heap to", value,
                   HeapSetInformation(fresh, HeapCompatibilityInformation, &set, sizeof set));
        say_result("set compatibility on a fixed heap to", value,
                   HeapSetInformation(fixed, HeapCompatibilityInformation, &set, sizeof set));
        HeapDestroy(fresh);
        HeapDestroy(fixed);
    }
    for (int kind = 0; kind < 9; ++kind) {
        ULONG_PTR buffer[32] = {};
        SIZE_T needed = 0;
        const BOOL answer = HeapQueryInformation(GetProcessHeap(), static_cast<HEAP_INFORMATION_CLASS>(kind), buffer,
                                                 sizeof buffer, &needed);
        say_result("query of class", static_cast<ULONG_PTR>(kind), answer);
        say("  bytes needed, first word", needed, buffer[0]);
    }
    say_result("termination on corruption, with a buffer", 0,
               HeapSetInformation(nullptr, HeapEnableTerminationOnCorruption, const_cast<ULONG*>(values), 4));
    struct {
        DWORD version, flags;
    } optimize = {1, 0};
    const auto optimize_resources = static_cast<HEAP_INFORMATION_CLASS>(3);
    say_result("optimize resources, all heaps", 0,
               HeapSetInformation(nullptr, optimize_resources, &optimize, sizeof optimize));
    optimize.version = 2;
    say_result("optimize resources, version 2", 0,
               HeapSetInformation(nullptr, optimize_resources, &optimize, sizeof optimize));

    struct { // HEAP_SUMMARY
        DWORD cb;
        SIZE_T allocated, committed, reserved, most;
    } summary = {};
    HANDLE const heap = HeapCreate(0, 0, 0);
    const auto heap_summary = reinterpret_cast<BOOL(WINAPI*)(HANDLE, DWORD, void*)>(
        reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "HeapSummary")));
    if (heap_summary) {
        for (const DWORD size : {DWORD{0}, DWORD{sizeof summary - 4}, DWORD{sizeof summary}, DWORD{sizeof summary + 8}}) {
            summary.cb = size;
            say_result("HeapSummary with cb", size, heap_summary(heap, 0, &summary));
        }
        say("  allocated, committed, reserved, most", summary.allocated, summary.committed, summary.reserved, summary.most);
    }
    say("HeapCompact of a fresh heap", HeapCompact(heap, 0));
    PROCESS_HEAP_ENTRY entry;
    entry.lpData = nullptr;
    HeapAlloc(heap, 0, 100);
    while (HeapWalk(heap, &entry))
        say("walk: flags, offset, bytes, overhead", entry.wFlags,
            static_cast<ULONG_PTR>(static_cast<char*>(entry.lpData) - static_cast<char*>(heap)), entry.cbData,
            entry.cbOverhead);
    HeapDestroy(heap);
}

// ------------------------------------------------------------------------------------- Global and Local

void probe_global() {
    void* const nowhere = LongToHandle(static_cast<LONG>(0xdeadbee0));
    say_result("GlobalFlags of nowhere", GlobalFlags(nowhere), FALSE);
    say_result("GlobalLock of nowhere", reinterpret_cast<ULONG_PTR>(GlobalLock(nowhere)), FALSE);
    say_result("GlobalReAlloc of null", reinterpret_cast<ULONG_PTR>(GlobalReAlloc(nullptr, 1, GMEM_MOVEABLE)), FALSE);
    HGLOBAL const handle = GlobalAlloc(GMEM_MOVEABLE | GMEM_DISCARDABLE, 10);
    GlobalReAlloc(handle, 0, GMEM_MODIFY);
    say("flags after MODIFY without DISCARDABLE", GlobalFlags(handle));
    say_result("ReAlloc, DISCARDABLE without MODIFY", 0, GlobalReAlloc(handle, 20, GMEM_DISCARDABLE) != nullptr);
    say_result("ReAlloc to 0 without MOVEABLE", 0, GlobalReAlloc(handle, 0, 0) != nullptr);
    GlobalLock(handle);
    say_result("ReAlloc to 0 while locked", 0, GlobalReAlloc(handle, 0, GMEM_MOVEABLE) != nullptr);
    HLOCAL const local = LocalAlloc(LMEM_MOVEABLE | LMEM_DISCARDABLE, 10);
    say("LocalFlags of a discardable block", LocalFlags(local));
    char on_stack[64];
    say_result("GlobalLock of a stack address gives it back", GlobalLock(on_stack) == on_stack, FALSE);
}

// ------------------------------------------------------------------------------------- toolhelp

void probe_toolhelp() {
    say_result("snapshot of nothing", 0, CreateToolhelp32Snapshot(0, 0) != INVALID_HANDLE_VALUE);
    say_result("modules of process 3", 0, CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 3) != INVALID_HANDLE_VALUE);
    HANDLE const snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPHEAPLIST | TH32CS_SNAPMODULE | TH32CS_SNAPTHREAD, 0);
    HEAPLIST32 list = {};
    list.dwSize = sizeof list - 1;
    say_result("heap list with a short entry", 0, Heap32ListFirst(snapshot, &list));
    list.dwSize = sizeof list + 1;
    say_result("heap list with a long entry", 0, Heap32ListFirst(snapshot, &list));
    MODULEENTRY32W module = {};
    say_result("module with no size", 0, Module32FirstW(snapshot, &module));
    THREADENTRY32 thread = {};
    say_result("thread with no size", 0, Thread32First(snapshot, &thread));
    HANDLE const heap = HeapCreate(0, 0, 0x40000);
    void* const block = HeapAlloc(heap, 0, 100);
    HEAPENTRY32 entry = {};
    entry.dwSize = sizeof entry;
    if (Heap32First(&entry, GetCurrentProcessId(), reinterpret_cast<ULONG_PTR>(heap))) {
        do {
            const bool ours = entry.dwAddress == reinterpret_cast<ULONG_PTR>(block);
            say("heap entry: flags, bytes, ours", entry.dwFlags, entry.dwBlockSize, ours);
        } while (Heap32Next(&entry));
    }
    HeapDestroy(heap);
}

// ------------------------------------------------------------------------------------- ntdll, exceptions

LONG CALLBACK show_record(EXCEPTION_POINTERS* exception) {
    const EXCEPTION_RECORD& record = *exception->ExceptionRecord;
    if (record.ExceptionCode != 0xC0000017) return EXCEPTION_CONTINUE_SEARCH;
    say("no memory: flags, parameters, first, last error", record.ExceptionFlags, record.NumberParameters,
        record.ExceptionInformation[0], GetLastError());
    return EXCEPTION_CONTINUE_EXECUTION;
}

void probe_ntdll() {
    const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    for (const char* name : {"RtlExtendHeap", "RtlUsageHeap", "RtlCreateTagHeap", "RtlQueryTagHeap", "RtlProtectHeap",
                             "RtlZeroHeap", "RtlMultipleAllocateHeap", "RtlMultipleFreeHeap", "RtlEnumProcessHeaps",
                             "RtlValidateProcessHeaps", "RtlSizeHeap", "RtlCreateQueryDebugBuffer"})
        say_name("exported", name, GetProcAddress(ntdll, name) != nullptr);
    HANDLE const heap = HeapCreate(0, 0, 0x10000);
    SetLastError(0xDEADBEEF);
    void* const handler = AddVectoredExceptionHandler(1, show_record);
    HeapAlloc(heap, HEAP_GENERATE_EXCEPTIONS, 0x12345);
    HeapReAlloc(heap, HEAP_GENERATE_EXCEPTIONS, HeapAlloc(heap, 0, 10), 0x23456);
    RemoveVectoredExceptionHandler(handler);
    HeapDestroy(heap);
}

// ------------------------------------------------------------------------------------- what may crash

char g_no_block[128];
const Case crashing_cases[] = {
    {"HeapFree of nowhere", [] { return ULONG_PTR(HeapFree(GetProcessHeap(), 0, LongToHandle(0x7eadbe00))); }},
    {"HeapFree of no block", [] { return ULONG_PTR(HeapFree(GetProcessHeap(), 0, g_no_block + 64)); }},
    {"HeapReAlloc of no block",
     [] { return reinterpret_cast<ULONG_PTR>(HeapReAlloc(GetProcessHeap(), 0, g_no_block + 64, 10)); }},
    {"HeapSize of no block", [] { return ULONG_PTR(HeapSize(GetProcessHeap(), 0, g_no_block + 64)); }},
    {"HeapFree twice",
     [] {
         HANDLE const heap = HeapCreate(0, 0, 0x40000);
         void* const block = HeapAlloc(heap, 0, 100);
         HeapFree(heap, 0, block);
         return ULONG_PTR(HeapFree(heap, 0, block));
     }},
    {"HeapFree to another heap",
     [] { return ULONG_PTR(HeapFree(HeapCreate(0, 0, 0), 0, HeapAlloc(GetProcessHeap(), 0, 100))); }},
    {"GlobalFree of a fixed block twice",
     [] {
         HGLOBAL const block = GlobalAlloc(GMEM_FIXED, 100);
         GlobalFree(block);
         return reinterpret_cast<ULONG_PTR>(GlobalFree(block));
     }},
    {"GlobalHandle of a handle",
     [] { return reinterpret_cast<ULONG_PTR>(GlobalHandle(GlobalAlloc(GMEM_MOVEABLE, 10))); }},
    {"HeapLock of nothing", [] { return ULONG_PTR(HeapLock(nullptr)); }},
    {"HeapUnlock by a stranger", [] { return ULONG_PTR(HeapUnlock(HeapCreate(0, 0, 0))); }},
    {"HeapDestroy of nothing", [] { return ULONG_PTR(HeapDestroy(nullptr)); }},
    {"HeapQueryInformation without a buffer",
     [] {
         return ULONG_PTR(HeapQueryInformation(GetProcessHeap(), HeapCompatibilityInformation, nullptr, 4, nullptr));
     }},
};

} // namespace

int main(int argc, char** argv) {
    if (argc > 1) return run_case(crashing_cases, argv[1]);
    probe_limits();
    probe_create();
    probe_information();
    probe_global();
    probe_toolhelp();
    probe_ntdll();
    for (const Case& each : crashing_cases) say_child(argv[0], each);
}
