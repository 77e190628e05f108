// SPDX-License-Identifier: MIT
// loader_libraries.cpp: LoadLibrary, GetProcAddress, FreeLibrary and kin, on DLLs made to order (dll_file.h).
// Source: "LoadLibraryExW function", "GetProcAddress function", "GetModuleHandleExW function", "Dynamic-Link
// Library Search Order", Microsoft documentation.
#include "callback.h"
#include "dll_file.h"
#include "temporary_folder.h"

namespace {

/// A folder with DLLs, which is the current one while the test runs, so that they are found by name.
class Libraries : public testing::Test {
protected:
    TemporaryFolder folder;

    void SetUp() override {
        GetCurrentDirectoryW(MAX_PATH, m_before);
        SetCurrentDirectoryW(folder.path().c_str());
        m_mode = SetErrorMode(SEM_FAILCRITICALERRORS); // no message boxes
    }
    void TearDown() override {
        SetErrorMode(m_mode);
        SetCurrentDirectoryW(m_before);
    }
    void make(const wchar_t* name, DllFile file) { ASSERT_TRUE(file.write(folder / name)); }
    static void simple(DllFile& file, unsigned value) { file.functions["Value"] = value; }

private:
    wchar_t m_before[MAX_PATH] = {};
    UINT m_mode = 0;
};

unsigned call(HMODULE module, const char* name) {
    const auto function = reinterpret_cast<unsigned (*)()>(reinterpret_cast<void*>(GetProcAddress(module, name)));
    return function ? function() : 0xBAD;
}

/// How often the DLL's entry point was called.
unsigned calls_of(HMODULE module) {
    const auto* calls = reinterpret_cast<const unsigned*>(reinterpret_cast<void*>(GetProcAddress(module, "Calls")));
    return calls ? *calls : 0xBAD;
}

DllFile with(const char* name, unsigned value) {
    DllFile file;
    file.functions[name] = value;
    return file;
}

} // namespace

TEST_F(Libraries, A_name_without_extension_means_dll_and_case_does_not_matter) {
    make(L"plugin.dll", with("Value", 41));
    const HMODULE module = LoadLibraryW(L"plugin");
    ASSERT_NE(module, nullptr);
    EXPECT_EQ(call(module, "Value"), 41u);
    EXPECT_EQ(LoadLibraryA("PLUGIN.DLL"), module);
    EXPECT_EQ(GetModuleHandleW(L"Plugin"), module);
    EXPECT_EQ(calls_of(module), 1u);
    EXPECT_TRUE(FreeLibrary(module));
    EXPECT_EQ(GetModuleHandleW(L"plugin"), module);
    EXPECT_TRUE(FreeLibrary(module));
    EXPECT_FAILS_WITH(GetModuleHandleW(L"plugin"), ERROR_MOD_NOT_FOUND);
}

TEST_F(Libraries, A_dot_at_the_end_means_no_extension) {
    make(L"bare", with("Value", 5));
    EXPECT_FAILS_WITH(LoadLibraryW(L"bare"), ERROR_MOD_NOT_FOUND);
    const HMODULE module = LoadLibraryW(L"bare.");
    ASSERT_NE(module, nullptr);
    EXPECT_EQ(call(module, "Value"), 5u);
    FreeLibrary(module);
}

TEST_F(Libraries, The_full_name_is_told_and_finds_the_module_again) {
    make(L"plugin.dll", with("Value", 1));
    const HMODULE module = LoadLibraryW(L".\\plugin.dll");
    ASSERT_NE(module, nullptr);
    wchar_t name[MAX_PATH];
    ASSERT_NE(GetModuleFileNameW(module, name, MAX_PATH), 0u);
    EXPECT_EQ(GetModuleHandleW(name), module);
    EXPECT_EQ(LoadLibraryW(name), module);
    FreeLibrary(module);
    FreeLibrary(module);
}

TEST_F(Libraries, What_cannot_be_loaded_says_why) {
    create_file(folder / L"text.dll", "This is no DLL, however you look at it.");
    create_file(folder / L"empty.dll");
    EXPECT_FAILS_WITH(LoadLibraryW(L"missing.dll"), ERROR_MOD_NOT_FOUND);
    EXPECT_FAILS_WITH(LoadLibraryW(L"text.dll"), ERROR_BAD_EXE_FORMAT);
    EXPECT_FAILS_WITH(LoadLibraryW(L"Q:\\none\\missing.dll"), ERROR_MOD_NOT_FOUND);
}

TEST_F(Libraries, A_DLL_that_refuses_is_not_loaded) {
    DllFile file = with("Value", 1);
    file.attaches = false;
    make(L"refuses.dll", file);
    EXPECT_FAILS_WITH(LoadLibraryW(L"refuses.dll"), ERROR_DLL_INIT_FAILED);
    EXPECT_EQ(GetModuleHandleW(L"refuses.dll"), nullptr);
}

TEST_F(Libraries, Functions_are_found_by_name_and_by_ordinal) {
    DllFile file;
    file.functions = {{"Alpha", 1}, {"Beta", 2}, {"Gamma", 3}};
    make(L"letters.dll", file);
    const HMODULE module = LoadLibraryW(L"letters.dll");
    ASSERT_NE(module, nullptr);
    EXPECT_EQ(call(module, "Beta"), 2u);
    // In the order of names: Alpha 1, Beta 2, Calls 3, Gamma 4.
    EXPECT_EQ(GetProcAddress(module, MAKEINTRESOURCEA(2)), GetProcAddress(module, "Beta"));
    EXPECT_EQ(GetProcAddress(module, MAKEINTRESOURCEA(4)), GetProcAddress(module, "Gamma"));
    EXPECT_FAILS_WITH(GetProcAddress(module, "beta"), ERROR_PROC_NOT_FOUND);
    EXPECT_FAILS_WITH(GetProcAddress(module, "Delta"), ERROR_PROC_NOT_FOUND);
    EXPECT_EQ(GetProcAddress(module, MAKEINTRESOURCEA(5)), nullptr);
    FreeLibrary(module);
}

TEST_F(Libraries, Imports_bring_in_their_DLLs_and_take_them_away) {
    make(L"lower.dll", with("Lower", 7));
    DllFile upper = with("Upper", 8);
    upper.imports = {{"lower.dll", {"Lower", "#1"}}};
    make(L"upper.dll", upper);
    const HMODULE module = LoadLibraryW(L"upper.dll");
    ASSERT_NE(module, nullptr);
    const HMODULE other = GetModuleHandleW(L"lower.dll");
    ASSERT_NE(other, nullptr);
    EXPECT_EQ(call(other, "Lower"), 7u);
    FreeLibrary(module);
    EXPECT_EQ(GetModuleHandleW(L"upper.dll"), nullptr);
    EXPECT_EQ(GetModuleHandleW(L"lower.dll"), nullptr);
}

TEST_F(Libraries, A_DLL_that_others_need_stays_until_they_go) {
    make(L"lower.dll", with("Lower", 7));
    DllFile upper = with("Upper", 8);
    upper.imports = {{"lower.dll", {"Lower"}}};
    make(L"upper.dll", upper);
    const HMODULE lower = LoadLibraryW(L"lower.dll");
    const HMODULE module = LoadLibraryW(L"upper.dll");
    ASSERT_NE(module, nullptr);
    FreeLibrary(lower);
    EXPECT_EQ(GetModuleHandleW(L"lower.dll"), lower);
    FreeLibrary(module);
    EXPECT_EQ(GetModuleHandleW(L"lower.dll"), nullptr);
}

TEST_F(Libraries, Two_that_import_each_other_are_loaded_and_go_together) {
    DllFile a = with("A", 1);
    a.imports = {{"that_of_two.dll", {"B"}}};
    DllFile b = with("B", 2);
    b.imports = {{"this_of_two.dll", {"A"}}};
    make(L"this_of_two.dll", a);
    make(L"that_of_two.dll", b);
    const HMODULE module = LoadLibraryW(L"this_of_two.dll");
    ASSERT_NE(module, nullptr);
    EXPECT_EQ(calls_of(GetModuleHandleW(L"that_of_two.dll")), 1u);
    FreeLibrary(module);
    EXPECT_EQ(GetModuleHandleW(L"this_of_two.dll"), nullptr);
    EXPECT_EQ(GetModuleHandleW(L"that_of_two.dll"), nullptr);
}

TEST_F(Libraries, A_function_that_the_other_DLL_lacks_makes_the_load_fail) {
    make(L"lower.dll", with("Lower", 7));
    DllFile upper = with("Upper", 8);
    upper.imports = {{"lower.dll", {"Lower", "Missing"}}};
    make(L"upper.dll", upper);
    EXPECT_FAILS_WITH(LoadLibraryW(L"upper.dll"), ERROR_PROC_NOT_FOUND);
    EXPECT_EQ(GetModuleHandleW(L"lower.dll"), nullptr);

    DllFile lonely = with("Lonely", 9);
    lonely.imports = {{"nowhere.dll", {"X"}}};
    make(L"lonely.dll", lonely);
    EXPECT_FAILS_WITH(LoadLibraryW(L"lonely.dll"), ERROR_MOD_NOT_FOUND);
}

TEST_F(Libraries, Forwarders_lead_on_to_other_DLLs) {
    DllFile file;
    file.forwarders = {{"Ticks", "kernel32.GetTickCount"}, {"Far", "far.Value"}, {"ByNumber", "far.#2"}};
    make(L"forwards.dll", file);
    make(L"far.dll", with("Value", 12)); // Calls 1, Value 2
    const HMODULE module = LoadLibraryW(L"forwards.dll");
    ASSERT_NE(module, nullptr);
    EXPECT_EQ(GetProcAddress(module, "Ticks"), GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "GetTickCount"));
    EXPECT_EQ(call(module, "Far"), 12u);
    EXPECT_EQ(call(module, "ByNumber"), 12u);
    EXPECT_NE(GetModuleHandleW(L"far.dll"), nullptr);
    FreeLibrary(module);
}

TEST_F(Libraries, Two_with_the_same_preferred_base_both_work) {
    make(L"one.dll", with("Value", 1));
    make(L"two.dll", with("Value", 2));
    const HMODULE one = LoadLibraryW(L"one.dll");
    const HMODULE two = LoadLibraryW(L"two.dll");
    ASSERT_TRUE(one && two);
    EXPECT_NE(one, two);
    EXPECT_EQ(call(one, "Value"), 1u);
    EXPECT_EQ(call(two, "Value"), 2u);
    EXPECT_EQ(calls_of(two), 1u); // its entry point found its own variable
    const auto* headers =
        reinterpret_cast<const IMAGE_NT_HEADERS*>(reinterpret_cast<const char*>(two) + sizeof(IMAGE_DOS_HEADER));
    EXPECT_EQ(headers->OptionalHeader.ImageBase, reinterpret_cast<ULONG_PTR>(two));
    FreeLibrary(one);
    FreeLibrary(two);
}

TEST_F(Libraries, Threads_are_announced_unless_the_DLL_does_not_care) {
    make(L"cares.dll", with("Value", 1));
    make(L"quiet.dll", with("Value", 1));
    const HMODULE cares = LoadLibraryW(L"cares.dll");
    const HMODULE quiet = LoadLibraryW(L"quiet.dll");
    ASSERT_TRUE(cares && quiet);
    EXPECT_TRUE(DisableThreadLibraryCalls(quiet));
    const HANDLE thread = CreateThread(nullptr, 0, callback([](void*) -> DWORD { return 0; }), nullptr, 0, nullptr);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    EXPECT_EQ(calls_of(cares), 3u);
    EXPECT_EQ(calls_of(quiet), 1u);
    FreeLibrary(cares);
    FreeLibrary(quiet);
}

TEST_F(Libraries, Without_resolving_the_entry_point_is_not_called) {
    DllFile file = with("Value", 1);
    file.imports = {{"nowhere.dll", {"X"}}};
    make(L"raw.dll", file);
    const HMODULE module = LoadLibraryExW(L"raw.dll", nullptr, DONT_RESOLVE_DLL_REFERENCES);
    ASSERT_NE(module, nullptr);
    EXPECT_EQ(calls_of(module), 0u);
    FreeLibrary(module);
}

TEST_F(Libraries, As_a_data_file_the_handle_is_marked) {
    make(L"data.dll", with("Value", 1));
    const HMODULE module = LoadLibraryExW(L"data.dll", nullptr, LOAD_LIBRARY_AS_DATAFILE);
    ASSERT_NE(module, nullptr);
    EXPECT_EQ(reinterpret_cast<ULONG_PTR>(module) & 3, 1u);
    EXPECT_EQ(GetModuleHandleW(L"data.dll"), nullptr);
    EXPECT_TRUE(FreeLibrary(module));
}

TEST_F(Libraries, A_DLLs_neighbours_are_found_only_with_the_altered_search_path) {
    CreateDirectoryW((folder / L"deep").c_str(), nullptr);
    DllFile upper = with("Upper", 8);
    upper.imports = {{"neighbour.dll", {"N"}}};
    ASSERT_TRUE(upper.write(folder / L"deep\\upper.dll"));
    ASSERT_TRUE(with("N", 1).write(folder / L"deep\\neighbour.dll"));
    const std::wstring path = folder / L"deep\\upper.dll";
    EXPECT_FAILS_WITH(LoadLibraryW(path.c_str()), ERROR_MOD_NOT_FOUND);
    HMODULE module = LoadLibraryExW(path.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
    EXPECT_NE(module, nullptr);
    FreeLibrary(module);
    module =
        LoadLibraryExW(path.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    EXPECT_NE(module, nullptr);
    FreeLibrary(module);
}

TEST_F(Libraries, Search_options_name_the_folders) {
    CreateDirectoryW((folder / L"user").c_str(), nullptr);
    ASSERT_TRUE(with("Value", 1).write(folder / L"user\\hidden.dll"));
    EXPECT_FAILS_WITH(LoadLibraryW(L"hidden.dll"), ERROR_MOD_NOT_FOUND);
    const auto cookie = AddDllDirectory((folder / L"user").c_str());
    ASSERT_NE(cookie, nullptr);
    EXPECT_FAILS_WITH(LoadLibraryExW(L"hidden.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32), ERROR_MOD_NOT_FOUND);
    HMODULE module = LoadLibraryExW(L"hidden.dll", nullptr, LOAD_LIBRARY_SEARCH_USER_DIRS);
    EXPECT_NE(module, nullptr);
    FreeLibrary(module);
    EXPECT_TRUE(RemoveDllDirectory(cookie));
    EXPECT_FAILS_WITH(LoadLibraryExW(L"hidden.dll", nullptr, LOAD_LIBRARY_SEARCH_USER_DIRS), ERROR_MOD_NOT_FOUND);

    EXPECT_TRUE(SetDllDirectoryW((folder / L"user").c_str()));
    module = LoadLibraryW(L"hidden.dll");
    EXPECT_NE(module, nullptr);
    FreeLibrary(module);
    EXPECT_TRUE(SetDllDirectoryW(nullptr));
}

TEST_F(Libraries, Pinned_is_for_ever) {
    make(L"pinned.dll", with("Value", 3));
    const HMODULE module = LoadLibraryW(L"pinned.dll");
    ASSERT_NE(module, nullptr);
    HMODULE same = nullptr;
    EXPECT_TRUE(GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN, L"pinned.dll", &same));
    EXPECT_EQ(same, module);
    for (int i = 0; i < 3; ++i) FreeLibrary(module);
    EXPECT_EQ(call(module, "Value"), 3u);
}

TEST_F(Libraries, An_address_inside_finds_its_module) {
    make(L"plugin.dll", with("Value", 1));
    const HMODULE module = LoadLibraryW(L"plugin.dll");
    ASSERT_NE(module, nullptr);
    HMODULE found = nullptr;
    const auto inside = reinterpret_cast<LPCWSTR>(reinterpret_cast<const char*>(module) + 0x1001);
    EXPECT_TRUE(GetModuleHandleExW(
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, inside, &found));
    EXPECT_EQ(found, module);
    FreeLibrary(module);
    EXPECT_EQ(GetModuleHandleW(L"plugin.dll"), nullptr);
}

namespace {

const char* tls_copy(HMODULE module) {
    const auto* headers =
        reinterpret_cast<const IMAGE_NT_HEADERS*>(reinterpret_cast<const char*>(module) + sizeof(IMAGE_DOS_HEADER));
    const auto* directory = reinterpret_cast<const IMAGE_TLS_DIRECTORY*>(
        reinterpret_cast<const char*>(module) +
        headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_TLS].VirtualAddress);
    const auto index = *reinterpret_cast<const DWORD*>(directory->AddressOfIndex);
#if defined(_WIN64)
    const auto* slots = reinterpret_cast<const char* const*>(__readgsqword(0x58));
#else
    const auto* slots = reinterpret_cast<const char* const*>(__readfsdword(0x2C));
#endif
    return slots[index];
}

struct TlsThread {
    HMODULE module = nullptr;
    HANDLE loaded = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    std::string seen;
};

DWORD WINAPI look_at_tls(void* argument) {
    auto& thread = *static_cast<TlsThread*>(argument);
    WaitForSingleObject(thread.loaded, INFINITE);
    thread.seen = std::string(tls_copy(thread.module), 16);
    return 0;
}

} // namespace

TEST_F(Libraries, A_thread_that_runs_already_gets_the_TLS_of_a_DLL_that_comes_late) {
    DllFile file = with("Value", 1);
    file.has_tls = true;
    make(L"tls.dll", file);
    TlsThread thread;
    const HANDLE handle = CreateThread(nullptr, 0, look_at_tls, &thread, 0, nullptr);
    Sleep(10);
    thread.module = LoadLibraryW(L"tls.dll");
    SetEvent(thread.loaded);
    WaitForSingleObject(handle, INFINITE);
    CloseHandle(handle);
    CloseHandle(thread.loaded);
    ASSERT_NE(thread.module, nullptr);
    EXPECT_EQ(thread.seen, std::string("TLS data") + std::string(8, '\0'));
    EXPECT_EQ(std::string(tls_copy(thread.module), 8), "TLS data");
    FreeLibrary(thread.module);
}

// "TerminateThread function": the thread gets no chance to clean up. Its place must not be written to, nor its copies kept
// for the next thread.
TEST_F(Libraries, A_DLL_with_TLS_can_come_after_threads_were_terminated) {
    static HANDLE ready, never; // a thread that is ended while it starts may hold the loader's lock: so each says when it has
    ready = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    never = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    for (int i = 0; i < 20; ++i) {
        const HANDLE thread = CreateThread(
            nullptr, 0, callback([](void*) -> DWORD { return SignalObjectAndWait(ready, never, INFINITE, FALSE); }), nullptr, 0, nullptr);
        WaitForSingleObject(ready, INFINITE);
        TerminateThread(thread, 0);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
    }
    CloseHandle(ready);
    CloseHandle(never);
    DllFile file = with("Value", 1);
    file.has_tls = true;
    for (const wchar_t* name : {L"first.dll", L"second.dll", L"third.dll"}) {
        make(name, file);
        const HMODULE module = LoadLibraryW(name);
        ASSERT_NE(module, nullptr);
        EXPECT_EQ(std::string(tls_copy(module), 8), "TLS data");
    }
}

TEST(ApiSets, Stand_for_the_DLLs_that_host_them) {
    const HMODULE module = LoadLibraryExW(L"api-ms-win-core-synch-l1-2-0", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    ASSERT_NE(module, nullptr);
    EXPECT_NE(GetProcAddress(module, "InitializeCriticalSectionEx"), nullptr);
    EXPECT_NE(GetProcAddress(module, "WaitOnAddress"), nullptr);
    FreeLibrary(module);
}

TEST(LoaderLists, Begin_with_the_program_and_ntdll) {
    const auto* list = &NtCurrentTeb()->ProcessEnvironmentBlock->Ldr->InMemoryOrderModuleList;
    const auto base = [](const LIST_ENTRY* entry) {
        return CONTAINING_RECORD(entry, LDR_DATA_TABLE_ENTRY, InMemoryOrderLinks)->DllBase;
    };
    EXPECT_EQ(base(list->Flink), GetModuleHandleW(nullptr));
    EXPECT_EQ(base(list->Flink->Flink), GetModuleHandleW(L"ntdll.dll"));
    EXPECT_EQ(base(list->Flink->Flink->Flink), GetModuleHandleW(L"kernel32.dll"));
}
