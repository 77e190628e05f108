// SPDX-License-Identifier: MIT
// dbghelp_minidump.cpp: MiniDumpWriteDump of the own process, read again through MiniDumpReadDumpStream.
// Sources are documentation pages by title, beside each test; "MINIDUMP_TYPE enumeration" for what a kind of dump holds.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>
#include <windows.h>

#include <dbghelp.h>

namespace {

using WriteDump = BOOL(WINAPI*)(HANDLE, DWORD, HANDLE, MINIDUMP_TYPE, PMINIDUMP_EXCEPTION_INFORMATION, PMINIDUMP_USER_STREAM_INFORMATION, PVOID);
using ReadStream = BOOL(WINAPI*)(PVOID, ULONG, PMINIDUMP_DIRECTORY*, PVOID*, ULONG*);

template<class F>
F from_dbghelp(const char* name) {
    return reinterpret_cast<F>(reinterpret_cast<void*>(GetProcAddress(LoadLibraryA("dbghelp.dll"), name)));
}

/// What the callback was asked, and what it answers. The input's beginning is packed to 4 bytes.
#pragma pack(push, 4)
struct InputHead {
    ULONG process;
    HANDLE handle;
    ULONG kind;
};
#pragma pack(pop)
struct CallbackRecord {
    std::multiset<ULONG> kinds;
    DWORD leave_out_thread = 0;
    const void* add = nullptr;
    bool cancel = false;
};
BOOL WINAPI on_callback(PVOID parameter, const InputHead* input, ULONG* output) {
    auto& record = *static_cast<CallbackRecord*>(parameter);
    record.kinds.insert(input->kind);
    const auto* const rest = reinterpret_cast<const ULONG*>(input + 1);
    switch (input->kind) {
    case IncludeThreadCallback: return rest[0] != record.leave_out_thread;
    case MemoryCallback: {
        if (!record.add) return FALSE;
        const ULONG64 base = reinterpret_cast<ULONG_PTR>(record.add);
        memcpy(output, &base, sizeof base);
        output[2] = 64;
        record.add = nullptr;
        return TRUE;
    }
    case CancelCallback:
        output[0] = FALSE; // CheckCancel
        output[1] = record.cancel;
        return TRUE;
    case IncludeModuleCallback:
    case ModuleCallback:
    case ThreadCallback:
    case ThreadExCallback: return TRUE;
    default: return FALSE;
    }
}

class Dump {
public:
    BOOL write(ULONG type, PMINIDUMP_EXCEPTION_INFORMATION exception = nullptr, PMINIDUMP_USER_STREAM_INFORMATION streams = nullptr,
               CallbackRecord* record = nullptr) {
        WCHAR folder[MAX_PATH], path[MAX_PATH];
        GetTempPathW(MAX_PATH, folder);
        GetTempFileNameW(folder, L"dmp", 0, path);
        const HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, nullptr);
        struct {
            void* routine;
            void* parameter;
        } callback{reinterpret_cast<void*>(on_callback), record};
        const BOOL written = from_dbghelp<WriteDump>("MiniDumpWriteDump")(GetCurrentProcess(), GetCurrentProcessId(), file,
                                                                          static_cast<MINIDUMP_TYPE>(type), exception, streams, record ? &callback : nullptr);
        const DWORD error = GetLastError();
        m_bytes.resize(GetFileSize(file, nullptr));
        SetFilePointer(file, 0, nullptr, FILE_BEGIN);
        DWORD read = 0;
        if (!m_bytes.empty()) ReadFile(file, m_bytes.data(), static_cast<DWORD>(m_bytes.size()), &read, nullptr);
        CloseHandle(file);
        SetLastError(error);
        return written;
    }
    template<class T>
    const T* stream(ULONG type, ULONG* size = nullptr) {
        void* at = nullptr;
        ULONG bytes = 0;
        PMINIDUMP_DIRECTORY directory = nullptr;
        if (!from_dbghelp<ReadStream>("MiniDumpReadDumpStream")(m_bytes.data(), type, &directory, &at, &bytes)) return nullptr;
        if (size) *size = bytes;
        return static_cast<const T*>(at);
    }
    template<class T>
    const T* at(RVA rva) { return reinterpret_cast<const T*>(m_bytes.data() + rva); }
    std::wstring text(RVA rva) {
        const auto* string = at<MINIDUMP_STRING>(rva);
        return {string->Buffer, string->Length / sizeof(WCHAR)};
    }
    std::set<DWORD> thread_ids() {
        std::set<DWORD> ids;
        const auto* list = stream<MINIDUMP_THREAD_LIST>(ThreadListStream);
        for (ULONG i = 0; list && i < list->NumberOfThreads; ++i) ids.insert(list->Threads[i].ThreadId);
        return ids;
    }
    /// The bytes that the dump holds of an address in its list of memory.
    const void* memory(const void* address) {
        const ULONG64 wanted = reinterpret_cast<ULONG_PTR>(address);
        const auto* list = stream<MINIDUMP_MEMORY_LIST>(MemoryListStream);
        for (ULONG i = 0; list && i < list->NumberOfMemoryRanges; ++i) {
            const MINIDUMP_MEMORY_DESCRIPTOR& piece = list->MemoryRanges[i];
            if (wanted - piece.StartOfMemoryRange < piece.Memory.DataSize) return m_bytes.data() + piece.Memory.Rva + (wanted - piece.StartOfMemoryRange);
        }
        return nullptr;
    }
    const void* full_memory(const void* address) {
        const ULONG64 wanted = reinterpret_cast<ULONG_PTR>(address);
        const auto* list = stream<MINIDUMP_MEMORY64_LIST>(Memory64ListStream);
        if (!list) return nullptr;
        ULONG64 at = list->BaseRva;
        for (ULONG64 i = 0; i < list->NumberOfMemoryRanges; ++i) {
            const MINIDUMP_MEMORY_DESCRIPTOR64& piece = list->MemoryRanges[i];
            if (wanted - piece.StartOfMemoryRange < piece.DataSize) return m_bytes.data() + at + (wanted - piece.StartOfMemoryRange);
            at += piece.DataSize;
        }
        return nullptr;
    }

private:
    std::vector<char> m_bytes;
};

/// A second thread that waits.
class Waiting {
public:
    Waiting() : m_event(CreateEventW(nullptr, TRUE, FALSE, nullptr)), m_thread(CreateThread(nullptr, 0, wait, m_event, 0, &m_id)) { Sleep(50); }
    ~Waiting() {
        SetEvent(m_event);
        WaitForSingleObject(m_thread, INFINITE);
        CloseHandle(m_thread);
        CloseHandle(m_event);
    }
    [[nodiscard]] DWORD id() const { return m_id; }
    [[nodiscard]] DWORD times_suspended() const {
        const DWORD count = SuspendThread(m_thread);
        ResumeThread(m_thread);
        return count;
    }

private:
    static DWORD WINAPI wait(void* event) { return WaitForSingleObject(event, INFINITE); }
    HANDLE m_event;
    DWORD m_id = 0;
    HANDLE m_thread;
};

char marked[] = "these bytes are looked for in the dump";

} // namespace

// "MiniDumpNormal: just the information necessary to capture stack traces for all existing threads in a process."
TEST(MiniDump, A_normal_one_has_threads_with_stacks_and_modules) {
    Waiting other;
    Dump dump;
    const char on_the_stack[] = "a mark on the stack of the writing thread";
    ASSERT_TRUE(dump.write(MiniDumpNormal)) << std::hex << GetLastError();
    EXPECT_EQ(dump.thread_ids(), (std::set<DWORD>{GetCurrentThreadId(), other.id()}));
    const void* copy = dump.memory(on_the_stack);
    ASSERT_NE(copy, nullptr);
    EXPECT_EQ(memcmp(copy, on_the_stack, sizeof on_the_stack), 0);

    const auto* modules = dump.stream<MINIDUMP_MODULE_LIST>(ModuleListStream);
    ASSERT_NE(modules, nullptr);
    bool has_ntdll = false;
    for (ULONG i = 0; i < modules->NumberOfModules; ++i) {
        const std::wstring name = dump.text(modules->Modules[i].ModuleNameRva);
        if (name.size() < 9 || lstrcmpiW(name.c_str() + name.size() - 9, L"ntdll.dll") != 0) continue;
        has_ntdll = true;
        EXPECT_EQ(modules->Modules[i].BaseOfImage, reinterpret_cast<ULONG_PTR>(GetModuleHandleW(L"ntdll.dll")));
        EXPECT_GT(modules->Modules[i].SizeOfImage, 0u);
    }
    EXPECT_TRUE(has_ntdll);
    EXPECT_EQ(dump.stream<void>(ExceptionStream), nullptr);
    EXPECT_EQ(dump.stream<void>(Memory64ListStream), nullptr);
    EXPECT_EQ(dump.memory(marked), nullptr) << "data is not in it";
    EXPECT_EQ(other.times_suspended(), 0u) << "the threads go on";
}

// "MINIDUMP_SYSTEM_INFO structure".
TEST(MiniDump, It_says_which_system_it_is) {
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpNormal));
    const auto* system = dump.stream<MINIDUMP_SYSTEM_INFO>(SystemInfoStream);
    ASSERT_NE(system, nullptr);
    EXPECT_EQ(system->ProcessorArchitecture, sizeof(void*) == 8 ? PROCESSOR_ARCHITECTURE_AMD64 : PROCESSOR_ARCHITECTURE_INTEL);
    EXPECT_GE(system->MajorVersion, 6u);
    EXPECT_EQ(system->PlatformId, static_cast<ULONG>(VER_PLATFORM_WIN32_NT));
    const auto* misc = dump.stream<MINIDUMP_MISC_INFO>(MiscInfoStream);
    ASSERT_NE(misc, nullptr);
    EXPECT_EQ(misc->ProcessId, GetCurrentProcessId());
}

// "MINIDUMP_EXCEPTION_INFORMATION structure", "MINIDUMP_EXCEPTION_STREAM structure".
TEST(MiniDump, An_exception_is_kept_with_its_context) {
    EXCEPTION_RECORD record{};
    record.ExceptionCode = 0xE0001234;
    record.ExceptionAddress = reinterpret_cast<void*>(&on_callback);
    record.NumberParameters = 2;
    record.ExceptionInformation[1] = 77;
    CONTEXT context{};
    context.ContextFlags = CONTEXT_FULL;
    RtlCaptureContext(&context);
    EXCEPTION_POINTERS pointers{&record, &context};
    MINIDUMP_EXCEPTION_INFORMATION information{GetCurrentThreadId(), &pointers, FALSE};
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpNormal, &information));
    const auto* exception = dump.stream<MINIDUMP_EXCEPTION_STREAM>(ExceptionStream);
    ASSERT_NE(exception, nullptr);
    EXPECT_EQ(exception->ThreadId, GetCurrentThreadId());
    EXPECT_EQ(exception->ExceptionRecord.ExceptionCode, 0xE0001234u);
    EXPECT_EQ(exception->ExceptionRecord.NumberParameters, 2u);
    EXPECT_EQ(exception->ExceptionRecord.ExceptionInformation[1], 77u);
    ASSERT_EQ(exception->ThreadContext.DataSize, sizeof(CONTEXT));
    EXPECT_EQ(memcmp(dump.at<CONTEXT>(exception->ThreadContext.Rva), &context, sizeof context), 0);
}

// "MINIDUMP_USER_STREAM structure".
TEST(MiniDump, User_streams_are_kept) {
    char first[] = "first", second[] = "the second one";
    MINIDUMP_USER_STREAM streams[] = {{LastReservedStream + 1, sizeof first, first}, {LastReservedStream + 2, sizeof second, second}};
    MINIDUMP_USER_STREAM_INFORMATION information{2, streams};
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpNormal, nullptr, &information));
    ULONG size = 0;
    EXPECT_STREQ(dump.stream<char>(LastReservedStream + 1, &size), "first");
    EXPECT_EQ(size, sizeof first);
    EXPECT_STREQ(dump.stream<char>(LastReservedStream + 2), "the second one");
}

// "MiniDumpWithFullMemory: include all accessible memory in the process."
TEST(MiniDump, With_full_memory_everything_is_in_it) {
    auto* const block = static_cast<char*>(HeapAlloc(GetProcessHeap(), 0, 100));
    strcpy(block, "a mark in the heap");
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpWithFullMemory));
    ASSERT_NE(dump.full_memory(marked), nullptr);
    EXPECT_EQ(memcmp(dump.full_memory(marked), marked, sizeof marked), 0);
    ASSERT_NE(dump.full_memory(block), nullptr);
    EXPECT_STREQ(static_cast<const char*>(dump.full_memory(block)), "a mark in the heap");
    EXPECT_NE(dump.full_memory(reinterpret_cast<const void*>(&on_callback)), nullptr);
    HeapFree(GetProcessHeap(), 0, block);
}

// "MiniDumpWithDataSegs: include the data sections from all loaded modules."
TEST(MiniDump, With_data_segments_global_variables_are_in_it) {
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpWithDataSegs));
    ASSERT_NE(dump.memory(marked), nullptr);
    EXPECT_EQ(memcmp(dump.memory(marked), marked, sizeof marked), 0);
}

// "MiniDumpWithFullMemoryInfo: include information about memory regions."
TEST(MiniDump, With_memory_information_the_regions_are_in_it) {
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpWithFullMemoryInfo));
    const auto* list = dump.stream<MINIDUMP_MEMORY_INFO_LIST>(MemoryInfoListStream);
    ASSERT_NE(list, nullptr);
    const auto* regions = reinterpret_cast<const MINIDUMP_MEMORY_INFO*>(reinterpret_cast<const char*>(list) + list->SizeOfHeader);
    const ULONG64 wanted = reinterpret_cast<ULONG_PTR>(marked);
    bool found = false;
    for (ULONG64 i = 0; i < list->NumberOfEntries; ++i) {
        if (wanted - regions[i].BaseAddress >= regions[i].RegionSize) continue;
        found = true;
        EXPECT_EQ(regions[i].State, static_cast<ULONG>(MEM_COMMIT));
        EXPECT_EQ(regions[i].Type, static_cast<ULONG>(MEM_IMAGE));
        EXPECT_EQ(regions[i].AllocationBase, reinterpret_cast<ULONG_PTR>(GetModuleHandleW(nullptr)));
    }
    EXPECT_TRUE(found);
}

// "MiniDumpWithThreadInfo: include thread state information."; "MINIDUMP_THREAD_INFO structure".
TEST(MiniDump, With_thread_information_times_and_start_addresses_are_in_it) {
    Waiting other;
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpWithThreadInfo));
    const auto* list = dump.stream<MINIDUMP_THREAD_INFO_LIST>(ThreadInfoListStream);
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->NumberOfEntries, 2u);
    const auto* entry = reinterpret_cast<const MINIDUMP_THREAD_INFO*>(reinterpret_cast<const char*>(list) + list->SizeOfHeader);
    for (ULONG i = 0; i < list->NumberOfEntries; ++i) {
        EXPECT_EQ(entry[i].DumpFlags, entry[i].ThreadId == GetCurrentThreadId() ? MINIDUMP_THREAD_INFO_WRITING_THREAD : 0u);
        EXPECT_NE(entry[i].StartAddress, 0u);
        EXPECT_NE(entry[i].CreateTime, 0u);
    }
}

// "MINIDUMP_CALLBACK_TYPE enumeration": IncludeThreadCallback decides which threads are in it, MemoryCallback adds memory.
TEST(MiniDump, A_callback_chooses_threads_and_adds_memory) {
    Waiting other;
    CallbackRecord record;
    record.leave_out_thread = other.id();
    record.add = marked;
    Dump dump;
    ASSERT_TRUE(dump.write(MiniDumpNormal, nullptr, nullptr, &record));
    EXPECT_EQ(dump.thread_ids(), std::set<DWORD>{GetCurrentThreadId()});
    ASSERT_NE(dump.memory(marked), nullptr);
    EXPECT_EQ(memcmp(dump.memory(marked), marked, sizeof marked), 0);
    EXPECT_EQ(record.kinds.count(IncludeThreadCallback), 2u);
    EXPECT_GE(record.kinds.count(IncludeModuleCallback), 3u);
    EXPECT_GE(record.kinds.count(ModuleCallback), 3u);
    EXPECT_EQ(other.times_suspended(), 0u);
}

// "CancelCallback": HRESULT_FROM_WIN32(ERROR_CANCELLED).
TEST(MiniDump, A_callback_can_cancel) {
    CallbackRecord record;
    record.cancel = true;
    Dump dump;
    EXPECT_FALSE(dump.write(MiniDumpNormal, nullptr, nullptr, &record));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(HRESULT_FROM_WIN32(ERROR_CANCELLED)));
}

// "MiniDumpWriteDump function": the last error is an HRESULT.
TEST(MiniDump, A_failure_leaves_an_HRESULT) {
    EXPECT_FALSE(from_dbghelp<WriteDump>("MiniDumpWriteDump")(GetCurrentProcess(), GetCurrentProcessId(), nullptr, MiniDumpNormal, nullptr, nullptr, nullptr));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)));
}

// "StackWalk64 function", "SymFromAddr function": a stack by names, as far as export tables have them.
TEST(SymbolHandler, A_stack_leads_to_where_the_thread_began) {
    const auto initialise = from_dbghelp<BOOL(WINAPI*)(HANDLE, PCSTR, BOOL)>("SymInitialize");
    const auto from_address = from_dbghelp<BOOL(WINAPI*)(HANDLE, DWORD64, PDWORD64, PSYMBOL_INFO)>("SymFromAddr");
    const auto cleanup = from_dbghelp<BOOL(WINAPI*)(HANDLE)>("SymCleanup");
    const auto module_base = from_dbghelp<DWORD64(WINAPI*)(HANDLE, DWORD64)>("SymGetModuleBase64");
    ASSERT_TRUE(initialise(GetCurrentProcess(), nullptr, TRUE));
    union {
        SYMBOL_INFO info;
        char room[sizeof(SYMBOL_INFO) + 100];
    } symbol{};
    symbol.info.SizeOfStruct = sizeof(SYMBOL_INFO);
    symbol.info.MaxNameLen = 100;
    const auto function = static_cast<DWORD64>(reinterpret_cast<ULONG_PTR>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtClose")));
    DWORD64 displacement = 0;
    ASSERT_TRUE(from_address(GetCurrentProcess(), function + 2, &displacement, &symbol.info));
    // NtClose and ZwClose are one function.
    EXPECT_TRUE(strcmp(symbol.info.Name, "NtClose") == 0 || strcmp(symbol.info.Name, "ZwClose") == 0) << symbol.info.Name;
    EXPECT_EQ(displacement, 2u);
    EXPECT_EQ(module_base(GetCurrentProcess(), function), reinterpret_cast<ULONG_PTR>(GetModuleHandleW(L"ntdll.dll")));
    EXPECT_FALSE(from_address(GetCurrentProcess(), 16, &displacement, &symbol.info));
    EXPECT_TRUE(cleanup(GetCurrentProcess()));
    EXPECT_FALSE(from_address(GetCurrentProcess(), function, &displacement, &symbol.info)) << "after SymCleanup";
}

#ifdef _WIN64
TEST(SymbolHandler, StackWalk64_goes_from_frame_to_frame) {
    const auto walk = from_dbghelp<BOOL(WINAPI*)(DWORD, HANDLE, HANDLE, LPSTACKFRAME64, PVOID, PVOID, PVOID, PVOID, PVOID)>("StackWalk64");
    CONTEXT context{};
    RtlCaptureContext(&context);
    STACKFRAME64 frame{};
    frame.AddrPC.Offset = context.Rip;
    frame.AddrStack.Offset = context.Rsp;
    frame.AddrFrame.Offset = context.Rbp;
    frame.AddrPC.Mode = frame.AddrStack.Mode = frame.AddrFrame.Mode = AddrModeFlat;
    std::vector<DWORD64> walked;
    while (walk(IMAGE_FILE_MACHINE_AMD64, GetCurrentProcess(), GetCurrentThread(), &frame, &context, nullptr,
                reinterpret_cast<void*>(from_dbghelp<void (*)()>("SymFunctionTableAccess64")), reinterpret_cast<void*>(from_dbghelp<void (*)()>("SymGetModuleBase64")), nullptr) &&
           frame.AddrPC.Offset != 0 && walked.size() < 64)
        walked.push_back(frame.AddrPC.Offset);
    void* captured[62];
    const USHORT count = RtlCaptureStackBackTrace(0, 62, captured, nullptr);
    ASSERT_GT(count, 3);
    ASSERT_EQ(walked.size(), count);
    for (USHORT i = 1; i < count; ++i) EXPECT_EQ(walked[i], reinterpret_cast<ULONG_PTR>(captured[i])) << i;
}
#endif
