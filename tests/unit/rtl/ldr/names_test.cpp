// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/api_set.h>
#include <ntdll-emu/rtl/ldr/names.h>
#include <ntdll-emu/rtl/ldr/search_path.h>

#include <nt/ldr.h>

#include <gtest/gtest.h>

using namespace oriel::rtl::ldr;

namespace {

std::u16string completed(std::u16string_view name) {
    Text text;
    EXPECT_TRUE(complete_name(name, text));
    return std::u16string(text.view());
}

} // namespace

TEST(Names, A_name_without_a_dot_gets_dll_and_a_dot_at_the_end_means_none) {
    EXPECT_EQ(completed(u"kernel32"), u"kernel32.dll");
    EXPECT_EQ(completed(u"kernel32.dll"), u"kernel32.dll");
    EXPECT_EQ(completed(u"plugin.so"), u"plugin.so");
    EXPECT_EQ(completed(u"noextension."), u"noextension");
    EXPECT_EQ(completed(u"C:\\dir.x\\plugin"), u"C:\\dir.x\\plugin.dll");
}

TEST(Names, Are_the_same_without_case_and_hash_so) {
    EXPECT_TRUE(same_name(u"KERNEL32.DLL", u"kernel32.dll"));
    EXPECT_FALSE(same_name(u"kernel32.dll", u"kernel33.dll"));
    EXPECT_EQ(hash_name(u"KERNEL32.DLL"), hash_name(u"Kernel32.dll"));
    EXPECT_NE(hash_name(u"kernel32.dll"), hash_name(u"ntdll.dll"));
}

TEST(Names, Know_folder_and_base) {
    EXPECT_EQ(base_name(u"C:\\a/b\\c.dll"), u"c.dll");
    EXPECT_EQ(folder_of(u"C:\\a/b\\c.dll"), u"C:\\a/b\\");
    EXPECT_TRUE(has_path(u"C:c.dll"));
    EXPECT_TRUE(has_path(u".\\c.dll"));
    EXPECT_FALSE(has_path(u"c.dll"));
}

TEST(ApiSets, Stand_for_the_DLL_that_hosts_them) {
    EXPECT_EQ(api_set_host(u"api-ms-win-core-file-l1-2-0.dll"), u"kernelbase.dll");
    EXPECT_EQ(api_set_host(u"API-MS-WIN-CRT-RUNTIME-L1-1-0.dll"), u"ucrtbase.dll");
    EXPECT_EQ(api_set_host(u"api-ms-win-core-rtlsupport-l1-1-0"), u"ntdll.dll");
    EXPECT_EQ(api_set_host(u"ext-ms-win-ntuser-dialogbox-l1-1-0"), u"user32.dll");
}

TEST(ApiSets, The_longest_rule_wins) {
    EXPECT_EQ(api_set_host(u"api-ms-win-core-com-l1-1-0"), u"combase.dll");
    EXPECT_EQ(api_set_host(u"api-ms-win-core-console-l1-1-0"), u"kernelbase.dll");
}

TEST(ApiSets, A_contract_of_an_unknown_kind_has_no_host) {
    EXPECT_TRUE(is_api_set(u"ext-ms-onecore-appmodel-l1-1-0"));
    EXPECT_EQ(api_set_host(u"ext-ms-onecore-appmodel-l1-1-0"), u"");
    EXPECT_FALSE(is_api_set(u"apisetschema.dll"));
    EXPECT_EQ(without_api_set(u"ext-sqlite.dll"), u"ext-sqlite.dll");
    EXPECT_EQ(without_api_set(u"api-ms-win-crt-heap-l1-1-0.dll"), u"ucrtbase.dll");
}

TEST(KnownDlls, Are_those_of_Windows_and_nothing_that_programs_bring_along) {
    EXPECT_TRUE(is_known_dll(u"KERNEL32.dll"));
    EXPECT_TRUE(is_known_dll(u"msvcrt.dll"));
    EXPECT_FALSE(is_known_dll(u"version.dll"));
    EXPECT_FALSE(is_known_dll(u"vcruntime140.dll"));
    EXPECT_FALSE(is_known_dll(u"kernel32"));
}

namespace {

class SearchPath : public testing::Test {
protected:
    SearchInputs inputs;
    SearchPath() {
        inputs.application_folder = u"A:\\";
        inputs.load_folder = u"L:\\";
        inputs.current_folder = u"W:\\";
        inputs.path_variable = u"P:\\;Q:\\";
        inputs.user_directories = u"U:\\";
    }
    /// The folders' first letters; S for System32 and N for Windows.
    std::string order() {
        Text path;
        EXPECT_TRUE(build_search_path(inputs, path));
        auto rest = path.view();
        std::string letters;
        for (auto folder = next_folder(rest); !folder.empty(); folder = next_folder(rest))
            letters += folder == system32_folder  ? 'S'
                       : folder == windows_folder ? 'N'
                                                  : static_cast<char>(folder[0]);
        return letters;
    }
};

} // namespace

TEST_F(SearchPath, Without_options_goes_from_the_program_to_PATH) { EXPECT_EQ(order(), "ASNWPQ"); }

TEST_F(SearchPath, An_altered_search_begins_where_the_DLL_lies) {
    inputs.options = nt::ldr_altered_search_path;
    EXPECT_EQ(order(), "LSNWPQ");
}

TEST_F(SearchPath, SetDllDirectory_comes_second_and_bars_the_current_folder) {
    inputs.dll_directory = u"D:\\";
    inputs.has_dll_directory = true;
    EXPECT_EQ(order(), "ADSNPQ");
    inputs.dll_directory = u"";
    EXPECT_EQ(order(), "ASNPQ");
}

TEST_F(SearchPath, Options_name_the_folders_and_no_others) {
    inputs.options = nt::ldr_search_dll_load_dir | nt::ldr_search_system32;
    EXPECT_EQ(order(), "LS");
    inputs.options = nt::ldr_search_default_dirs;
    EXPECT_EQ(order(), "AUS");
    inputs.options = 0;
    inputs.default_options = nt::ldr_search_user_dirs;
    EXPECT_EQ(order(), "U");
}

TEST(NextFolder, Skips_empty_ones_and_takes_quotes_off) {
    std::u16string_view path = u";; \"C:\\a b\" ;D:\\";
    EXPECT_EQ(next_folder(path), u"C:\\a b");
    EXPECT_EQ(next_folder(path), u"D:\\");
    EXPECT_EQ(next_folder(path), u"");
}

TEST(EnvironmentValue, Is_found_without_case_and_not_by_a_part_of_its_name) {
    const char16_t block[] = u"=C:=C:\\\0PATHEXT=.EXE\0Path=X:\\\0";
    EXPECT_EQ(environment_value(block, u"PATH"), u"X:\\");
    EXPECT_EQ(environment_value(block, u"PAT"), u"");
    EXPECT_EQ(environment_value(nullptr, u"PATH"), u"");
}
