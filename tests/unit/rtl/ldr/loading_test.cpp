// SPDX-License-Identifier: MIT
#include "fake_process.h"

#include <ntdll-emu/rtl/ldr/dll_main_calls.h>
#include <ntdll-emu/rtl/ldr/loading.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/process_start.h>

#include <gtest/gtest.h>

using namespace oriel::rtl::ldr;
using namespace oriel::rtl::ldr::test;
using nt::Status;

namespace {

class Loading : public testing::Test {
protected:
    FakeProcess process;

    static Module* loaded(std::u16string_view name) { return modules.by_base_name(name); }
    static void* base(std::u16string_view name) { return loaded(name)->DllBase; }
    static Status load(std::u16string_view name, void** base = nullptr, std::uint32_t options = 0) {
        Module* module = nullptr;
        const Status status = load_dll({name, options, {}, false}, module);
        if (base != nullptr) *base = nt::is_success(status) ? module->DllBase.get() : nullptr;
        return status;
    }
    static Status find(void* base, const char* name, void** address) {
        return find_procedure(base, {name, 0, 0}, *address);
    }
};

FakeDll exporting(std::initializer_list<const char*> names) {
    FakeDll dll;
    for (const char* name : names) dll.exports[name] = "";
    return dll;
}

} // namespace

TEST_F(Loading, A_program_starts_with_its_imports_bound_and_their_DllMains_called_dependencies_first) {
    FakeDll a = exporting({"A"});
    a.imports = {{"b.dll", {"B"}}};
    process.add_file("A:\\app\\a.dll", a);
    process.add_file("A:\\app\\b.dll", exporting({"B", "Bb"}));
    FakeDll program;
    program.imports = {{"a.dll", {"A"}}, {"KERNEL32.dll", {"Sleep"}}, {"b.dll", {"Bb", "#1"}}};
    ASSERT_EQ(process.start(program), Status::Success);
    EXPECT_EQ(process.calls(), "kernel32.dll+ b.dll+ a.dll+");

    void* exe = own_peb().ImageBaseAddress;
    EXPECT_EQ(FakeProcess::import_slot(exe, 0, 0), FakeProcess::export_place(base(u"a.dll"), "A"));
    EXPECT_EQ(FakeProcess::import_slot(exe, 1, 0), FakeProcess::export_place(base(u"kernel32.dll"), "Sleep"));
    EXPECT_EQ(FakeProcess::import_slot(exe, 2, 1), FakeProcess::export_place(base(u"b.dll"), "B"));
    EXPECT_EQ(own_peb().Ldr->Initialized, 1);
}

TEST_F(Loading, The_lists_of_the_PEB_have_the_program_first_and_ntdll_second) {
    ASSERT_EQ(process.start(), Status::Success);
    Array<Module*> all;
    ASSERT_TRUE(modules.list(all));
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0]->name(), u"program.exe");
    EXPECT_EQ(all[1]->name(), u"ntdll.dll");
    EXPECT_EQ(all[2]->name(), u"kernel32.dll");
    Array<Module*> initialised;
    ASSERT_TRUE(modules.list_initialised(initialised));
    ASSERT_EQ(initialised.size(), 2U);
    EXPECT_EQ(initialised[0]->name(), u"ntdll.dll");
}

TEST_F(Loading, A_missing_DLL_is_named_with_who_wants_it) {
    FakeDll program;
    program.imports = {{"gone.dll", {"X"}}};
    EXPECT_EQ(process.start(program), Status::DllNotFound);
    EXPECT_EQ(process.reports(), "0xC0000135 gone.dll program.exe");
}

TEST_F(Loading, A_missing_function_of_the_programs_own_DLL_is_named) {
    process.add_file("A:\\app\\a.dll", exporting({"A"}));
    FakeDll program;
    program.imports = {{"a.dll", {"A", "Nothing"}}};
    EXPECT_EQ(process.start(program), Status::EntrypointNotFound);
    EXPECT_EQ(process.reports(), "0xC0000139 Nothing a.dll");
}

TEST_F(Loading, A_missing_ordinal_is_named) {
    process.add_file("A:\\app\\a.dll", exporting({"A"}));
    FakeDll program;
    program.imports = {{"a.dll", {"#44"}}};
    EXPECT_EQ(process.start(program), Status::OrdinalNotFound);
    EXPECT_EQ(process.reports(), "0xC0000138 44 a.dll");
}

TEST_F(Loading, A_builtin_DLL_binds_undone_exports_to_their_stubs_and_unknown_ones_to_one_made_here) {
    process.add_builtin("user32.dll", exporting({"undone_MessageBoxA"}));
    FakeDll program;
    program.imports = {{"user32.dll", {"MessageBoxA", "Unheard", "#9"}}};
    ASSERT_EQ(process.start(program), Status::Success);
    void* exe = own_peb().ImageBaseAddress;
    EXPECT_EQ(FakeProcess::import_slot(exe, 0, 0),
              FakeProcess::export_place(base(u"user32.dll"), "undone_MessageBoxA"));
    EXPECT_NE(FakeProcess::import_slot(exe, 0, 1), 0U);
    EXPECT_NE(FakeProcess::import_slot(exe, 0, 1), FakeProcess::import_slot(exe, 0, 2));
    void* address = nullptr;
    EXPECT_EQ(find(base(u"user32.dll"), "MessageBoxA", &address), Status::EntrypointNotFound); // programs probe
}

TEST_F(Loading, Forwarders_are_followed_through_DLLs_by_name_and_by_ordinal) {
    FakeDll kernel32 = exporting({"Sleep"});
    kernel32.exports["HeapAlloc"] = "NTDLL.RtlAllocateHeap";
    kernel32.exports["ByNumber"] = "other.#1";
    process.add_builtin("kernel32.dll", kernel32);
    FakeDll other = exporting({"One"});
    process.add_file("A:\\app\\other.dll", other);
    FakeDll program;
    program.imports = {{"kernel32.dll", {"HeapAlloc", "ByNumber"}}};
    ASSERT_EQ(process.start(program), Status::Success);
    void* exe = own_peb().ImageBaseAddress;
    EXPECT_EQ(FakeProcess::import_slot(exe, 0, 0), FakeProcess::export_place(base(u"ntdll.dll"), "RtlAllocateHeap"));
    EXPECT_EQ(FakeProcess::import_slot(exe, 0, 1), FakeProcess::export_place(base(u"other.dll"), "One"));
    EXPECT_EQ(process.calls(), "kernel32.dll+ other.dll+"); // it was brought in by the program's binding
}

TEST_F(Loading, Forwarders_in_a_circle_end_in_an_error) {
    FakeDll a;
    a.exports["F"] = "b.F";
    FakeDll b;
    b.exports["F"] = "a.F";
    process.add_file("A:\\app\\a.dll", a);
    process.add_file("A:\\app\\b.dll", b);
    ASSERT_EQ(process.start(), Status::Success);
    void* base = nullptr;
    ASSERT_EQ(load(u"a.dll", &base), Status::Success);
    void* address = nullptr;
    EXPECT_EQ(find(base, "F", &address), Status::EntrypointNotFound);
}

TEST_F(Loading, An_API_set_leads_to_its_host) {
    process.add_builtin("kernelbase.dll", exporting({"WaitOnAddress"}));
    FakeDll program;
    program.imports = {{"api-ms-win-core-synch-l1-2-0.dll", {"WaitOnAddress", "Sleep"}}};
    ASSERT_EQ(process.start(program), Status::Success);
    void* exe = own_peb().ImageBaseAddress;
    EXPECT_EQ(FakeProcess::import_slot(exe, 0, 0),
              FakeProcess::export_place(base(u"kernelbase.dll"), "WaitOnAddress"));
    EXPECT_EQ(FakeProcess::import_slot(exe, 0, 1), FakeProcess::export_place(base(u"kernel32.dll"), "Sleep"));
}

TEST_F(Loading, A_name_is_loaded_once_whatever_its_case_and_extension) {
    process.add_file("A:\\app\\plugin.dll", exporting({"P"}));
    ASSERT_EQ(process.start(), Status::Success);
    process.calls();
    void* first = nullptr;
    void* second = nullptr;
    ASSERT_EQ(load(u"plugin", &first), Status::Success);
    ASSERT_EQ(load(u"PLUGIN.DLL", &second), Status::Success);
    EXPECT_EQ(first, second);
    EXPECT_EQ(process.calls(), "plugin.dll+");
    EXPECT_EQ(unload_dll(first), Status::Success);
    EXPECT_EQ(process.calls(), "");
    EXPECT_EQ(unload_dll(first), Status::Success);
    EXPECT_EQ(process.calls(), "plugin.dll-");
    EXPECT_EQ(loaded(u"plugin.dll"), nullptr);
    EXPECT_EQ(unload_dll(first), Status::DllNotFound);
}

TEST_F(Loading, Two_that_import_each_other_go_together) {
    FakeDll a = exporting({"A"});
    a.imports = {{"b.dll", {"B"}}};
    FakeDll b = exporting({"B"});
    b.imports = {{"a.dll", {"A"}}};
    process.add_file("A:\\app\\a.dll", a);
    process.add_file("A:\\app\\b.dll", b);
    ASSERT_EQ(process.start(), Status::Success);
    const std::size_t before = process.mapped_count();
    process.calls();
    void* base = nullptr;
    ASSERT_EQ(load(u"a.dll", &base), Status::Success);
    EXPECT_EQ(process.calls(), "b.dll+ a.dll+");
    ASSERT_EQ(unload_dll(base), Status::Success);
    EXPECT_EQ(process.calls(), "a.dll- b.dll-");
    EXPECT_EQ(process.mapped_count(), before);
}

TEST_F(Loading, A_DllMain_that_fails_is_told_to_detach_and_everything_goes) {
    FakeDll a = exporting({"A"});
    a.imports = {{"b.dll", {"B"}}, {"c.dll", {"C"}}};
    FakeDll b = exporting({"B"});
    FakeDll c = exporting({"C"});
    c.entry_fails = true;
    process.add_file("A:\\app\\a.dll", a);
    process.add_file("A:\\app\\b.dll", b);
    process.add_file("A:\\app\\c.dll", c);
    ASSERT_EQ(process.start(), Status::Success);
    const std::size_t before = process.mapped_count();
    process.calls();
    EXPECT_EQ(load(u"a.dll"), Status::DllInitFailed);
    EXPECT_EQ(process.calls(), "b.dll+ c.dll+ c.dll- b.dll-");
    EXPECT_EQ(process.mapped_count(), before);
}

TEST_F(Loading, A_load_that_fails_leaves_nothing_behind) {
    FakeDll a = exporting({"A"});
    a.imports = {{"b.dll", {"B"}}, {"gone.dll", {"G"}}};
    process.add_file("A:\\app\\a.dll", a);
    process.add_file("A:\\app\\b.dll", exporting({"B"}));
    ASSERT_EQ(process.start(), Status::Success);
    const std::size_t before = process.mapped_count();
    process.calls();
    EXPECT_EQ(load(u"a.dll"), Status::DllNotFound);
    EXPECT_EQ(process.calls(), "");
    EXPECT_EQ(process.mapped_count(), before);
    EXPECT_EQ(loaded(u"b.dll"), nullptr);
}

TEST_F(Loading, DllMain_may_load_a_DLL_itself) {
    FakeDll a = exporting({"A"});
    a.load_in_entry = u"b.dll";
    FakeDll b = exporting({"B"});
    b.imports = {{"a.dll", {"A"}}};
    process.add_file("A:\\app\\a.dll", a);
    process.add_file("A:\\app\\b.dll", b);
    ASSERT_EQ(process.start(), Status::Success);
    process.calls();
    ASSERT_EQ(load(u"a.dll"), Status::Success);
    EXPECT_EQ(process.calls(), "a.dll+ b.dll+");
}

TEST_F(Loading, Threads_are_announced_in_order_and_take_leave_in_reverse) {
    process.add_file("A:\\app\\a.dll", exporting({"A"}));
    FakeDll quiet = exporting({"Q"});
    process.add_file("A:\\app\\quiet.dll", quiet);
    ASSERT_EQ(process.start(), Status::Success);
    ASSERT_EQ(load(u"a.dll"), Status::Success);
    ASSERT_EQ(load(u"quiet.dll"), Status::Success);
    loaded(u"quiet.dll")->Flags |= nt::ldr_dont_call_for_threads;
    process.calls();
    attach_thread();
    EXPECT_EQ(process.calls(), "kernel32.dll:t+ a.dll:t+");
    detach_thread();
    EXPECT_EQ(process.calls(), "a.dll:t- kernel32.dll:t-");
    detach_process();
    EXPECT_EQ(process.calls(), "quiet.dll- a.dll- kernel32.dll-");
}

TEST_F(Loading, TLS_of_program_and_DLL_is_there_with_callbacks_before_DllMain) {
    FakeDll a = exporting({"A"});
    a.has_tls = true;
    process.add_file("A:\\app\\a.dll", a);
    FakeDll program;
    program.has_tls = true;
    program.imports = {{"a.dll", {"A"}}};
    ASSERT_EQ(process.start(program), Status::Success);
    EXPECT_EQ(process.calls(), "kernel32.dll+ a.dll!tls+ a.dll+ program.exe!tls+");
    Module* module = loaded(u"a.dll");
    auto* const* slots = reinterpret_cast<char* const*>(nt::current_teb()->ThreadLocalStoragePointer.get());
    EXPECT_EQ(std::string(slots[module->tls_index], 16), std::string("template") + std::string(8, '\0'));
}

TEST_F(Loading, A_DLL_with_TLS_that_comes_late_gets_its_copy_and_gives_its_index_back) {
    FakeDll late = exporting({"L"});
    late.has_tls = true;
    process.add_file("A:\\app\\late.dll", late);
    ASSERT_EQ(process.start(), Status::Success);
    for (int round = 0; round < 3; ++round) {
        void* base = nullptr;
        ASSERT_EQ(load(u"late.dll", &base), Status::Success);
        EXPECT_EQ(loaded(u"late.dll")->tls_index, 0);
        auto* const* slots = reinterpret_cast<char* const*>(nt::current_teb()->ThreadLocalStoragePointer.get());
        EXPECT_EQ(std::string(slots[0], 8), "template");
        ASSERT_EQ(unload_dll(base), Status::Success);
        EXPECT_EQ(slots[0], nullptr);
    }
}

TEST_F(Loading, The_programs_folder_comes_before_builtin_DLLs_that_Windows_does_not_know) {
    process.add_builtin("version.dll", exporting({"Builtin"}));
    process.add_builtin("msvcrt.dll", exporting({"Builtin"}));
    process.add_file("A:\\app\\version.dll", exporting({"Own"}));
    process.add_file("A:\\app\\msvcrt.dll", exporting({"Own"}));
    ASSERT_EQ(process.start(), Status::Success);
    ASSERT_EQ(load(u"version.dll"), Status::Success);
    ASSERT_EQ(load(u"msvcrt.dll"), Status::Success);
    EXPECT_FALSE(loaded(u"version.dll")->builtin);
    EXPECT_TRUE(loaded(u"msvcrt.dll")->builtin);
}

TEST_F(Loading, A_path_loads_that_file_and_with_the_altered_search_its_neighbours) {
    FakeDll a = exporting({"A"});
    a.imports = {{"neighbour.dll", {"N"}}};
    process.add_file("D:\\plug\\a.dll", a);
    process.add_file("D:\\plug\\neighbour.dll", exporting({"N"}));
    ASSERT_EQ(process.start(), Status::Success);
    EXPECT_EQ(load(u"D:\\plug\\a.dll"), Status::DllNotFound);
    EXPECT_EQ(load(u"D:\\plug\\a.dll", nullptr, nt::ldr_altered_search_path), Status::Success);
}

TEST_F(Loading, System32_by_path_is_the_builtin_DLL) {
    process.add_builtin("user32.dll", exporting({"U"}));
    ASSERT_EQ(process.start(), Status::Success);
    ASSERT_EQ(load(u"C:\\Windows\\System32\\user32.dll"), Status::Success);
    EXPECT_TRUE(loaded(u"user32.dll")->builtin);
}

TEST_F(Loading, A_DLL_that_is_asked_for_while_it_leaves_is_loaded_anew) {
    FakeDll a = exporting({"A"});
    a.imports = {{"b.dll", {"B"}}};
    a.load_when_detached = u"b.dll";
    process.add_file("A:\\app\\a.dll", a);
    process.add_file("A:\\app\\b.dll", exporting({"B"}));
    ASSERT_EQ(process.start(), Status::Success);
    void* a_base = nullptr;
    ASSERT_EQ(load(u"a.dll", &a_base), Status::Success);
    process.calls();
    ASSERT_EQ(unload_dll(a_base), Status::Success);
    EXPECT_EQ(process.calls(), "a.dll- b.dll+ b.dll-");
    ASSERT_NE(loaded(u"b.dll"), nullptr); // the second one
    EXPECT_EQ(loaded(u"b.dll")->load_count, 1U);
}

TEST_F(Loading, Kernelbase_is_there_for_whoever_looks_for_it) {
    process.add_builtin("kernelbase.dll", exporting({"K"}));
    ASSERT_EQ(process.start(), Status::Success);
    Module* module = nullptr;
    EXPECT_EQ(find_loaded(u"KernelBase", module), Status::Success);
    EXPECT_TRUE(module->pinned);
}

TEST_F(Loading, Without_resolving_nothing_is_bound_or_called) {
    FakeDll a = exporting({"A"});
    a.imports = {{"gone.dll", {"G"}}};
    process.add_file("A:\\app\\a.dll", a);
    ASSERT_EQ(process.start(), Status::Success);
    process.calls();
    Module* module = nullptr;
    ASSERT_EQ(load_dll({u"a.dll", 0, {}, true}, module), Status::Success);
    EXPECT_EQ(process.calls(), "");
    ASSERT_EQ(unload_dll(module->DllBase), Status::Success);
    EXPECT_EQ(process.calls(), "");
}
