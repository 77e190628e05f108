// SPDX-License-Identifier: MIT
#include "test_object.h"

#include <ntdll-emu/ob/handle_table.h>
#include <ntdll-emu/ob/names.h>
#include <nt/basic.h>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace oriel::ob::test {
namespace {

class NamespaceTest : public testing::Test {
public:
    ~NamespaceTest() override { handles.close_all(); }

    NtResult<nt::Handle> create(std::u16string_view name, std::uint32_t attributes = 0, Ref<Object> root = nullptr) {
        Found found = TRY(names.insert({name, std::move(root), attributes}, make<Apple>(&alive)));
        existed = found.existed;
        return handles.insert(found.object, 1);
    }
    NtResult<Ref<Object>> open(std::u16string_view name, std::uint32_t attributes = 0,
                               const Type* wanted = &Apple::object_type, Ref<Object> root = nullptr) {
        return TRY(names.open({name, std::move(root), attributes}, wanted)).object;
    }
    Status open_status(std::u16string_view name, const Type* wanted = &Apple::object_type) {
        return open(name, 0, wanted).status();
    }
    Ref<Object> directory(std::u16string_view name) { return open(name, 0, &Directory::object_type).value(); }

    int alive = 0;
    bool existed = false;
    Namespace names;
    HandleTable handles;
};

TEST_F(NamespaceTest, A_named_object_is_found_by_its_path) {
    const nt::Handle apple = create(u"\\BaseNamedObjects\\Apple").value();
    EXPECT_EQ(open(u"\\BaseNamedObjects\\Apple").value().get(), handles.lookup_any(apple, 0).value().get());
    EXPECT_EQ(open(u"Apple", 0, nullptr, directory(u"\\BaseNamedObjects")).status(), Status::Success);
    EXPECT_EQ(names.path_of(*handles.lookup_any(apple, 0).value()), u"\\BaseNamedObjects\\Apple");
}

TEST_F(NamespaceTest, A_name_lives_as_long_as_there_are_handles) {
    const nt::Handle apple = create(u"\\BaseNamedObjects\\Apple").value();
    const Ref<Object> reference = open(u"\\BaseNamedObjects\\Apple").value();
    ASSERT_TRUE(handles.close(apple).ok());
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\Apple"), Status::ObjectNameNotFound);
    EXPECT_EQ(names.path_of(*reference), u"");
    EXPECT_TRUE(create(u"\\BaseNamedObjects\\Apple").ok()) << "the name is free again";
    EXPECT_EQ(alive, 2);
}

TEST_F(NamespaceTest, Creating_a_name_that_exists_collides_or_opens) {
    const nt::Handle first = create(u"\\BaseNamedObjects\\Apple").value();
    EXPECT_FALSE(existed);
    EXPECT_EQ(create(u"\\BaseNamedObjects\\Apple").error(), Status::ObjectNameCollision);
    const nt::Handle second = create(u"\\BaseNamedObjects\\Apple", nt::OBJ_OPENIF).value();
    EXPECT_TRUE(existed);
    EXPECT_EQ(handles.lookup_any(first, 0).value().get(), handles.lookup_any(second, 0).value().get());
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(names.insert({u"\\BaseNamedObjects\\Apple", nullptr, nt::OBJ_OPENIF}, make<Pear>()).status(),
              Status::ObjectTypeMismatch);
}

TEST_F(NamespaceTest, Case_counts_unless_the_caller_says_otherwise) {
    ASSERT_TRUE(create(u"\\BaseNamedObjects\\Apple").ok());
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\aPPLE"), Status::ObjectNameNotFound);
    EXPECT_TRUE(open(u"\\basenamedobjects\\aPPLE", nt::OBJ_CASE_INSENSITIVE).ok());
    ASSERT_TRUE(create(u"\\BaseNamedObjects\\apple").ok()) << "both can exist";
    EXPECT_NE(open(u"\\BaseNamedObjects\\Apple").value().get(), open(u"\\BaseNamedObjects\\apple").value().get());
}

TEST_F(NamespaceTest, Each_mistake_has_its_status) {
    ASSERT_TRUE(create(u"\\BaseNamedObjects\\Apple").ok());
    EXPECT_EQ(open_status(u""), Status::ObjectPathSyntaxBad);
    EXPECT_EQ(open_status(u"Apple"), Status::ObjectPathSyntaxBad);
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\"), Status::ObjectNameInvalid);
    EXPECT_EQ(open_status(u"\\\\Apple"), Status::ObjectNameInvalid);
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\None"), Status::ObjectNameNotFound);
    EXPECT_EQ(open_status(u"\\None\\Apple"), Status::ObjectPathNotFound);
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\Apple\\Core"), Status::ObjectTypeMismatch);
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\Apple", &Pear::object_type), Status::ObjectTypeMismatch);
    EXPECT_EQ(open_status(u"\\BaseNamedObjects"), Status::ObjectTypeMismatch);
    EXPECT_EQ(open(u"\\Apple", 0, nullptr, directory(u"\\BaseNamedObjects")).status(), Status::ObjectPathSyntaxBad);
    EXPECT_EQ(open(u"x", 0, nullptr, make<Apple>()).status(), Status::ObjectTypeMismatch);
}

TEST_F(NamespaceTest, An_empty_name_under_a_directory_is_the_directory) {
    const Ref<Object> root = directory(u"\\");
    EXPECT_EQ(root.get(), &names.root());
    EXPECT_EQ(open(u"", 0, &Directory::object_type, root).value().get(), root.get());
}

TEST_F(NamespaceTest, Local_and_Global_lead_to_the_two_directories) {
    ASSERT_TRUE(create(u"\\Sessions\\1\\BaseNamedObjects\\Local\\A").ok());
    ASSERT_TRUE(create(u"\\Sessions\\1\\BaseNamedObjects\\Global\\B").ok());
    EXPECT_TRUE(open(u"\\Sessions\\1\\BaseNamedObjects\\A").ok());
    EXPECT_TRUE(open(u"\\Sessions\\BNOLINKS\\1\\A").ok());
    EXPECT_TRUE(open(u"\\BaseNamedObjects\\B").ok());
}

TEST_F(NamespaceTest, Links_are_followed_but_can_be_opened_themselves) {
    names.put_link(u"\\Here", u"\\BaseNamedObjects");
    ASSERT_TRUE(create(u"\\Here\\Apple").ok());
    EXPECT_TRUE(open(u"\\BaseNamedObjects\\Apple").ok());
    EXPECT_EQ(&open(u"\\Here", 0, &SymbolicLink::object_type).value()->type(), &SymbolicLink::object_type);
    EXPECT_EQ(&open(u"\\Here", 0, nullptr).value()->type(), &Directory::object_type);
    names.put_link(u"\\Circle", u"\\Circle");
    EXPECT_EQ(open_status(u"\\Circle\\Apple"), Status::ObjectPathNotFound);
    EXPECT_TRUE(open(u"\\??\\GLOBALROOT\\BaseNamedObjects\\Apple").ok());
}

TEST_F(NamespaceTest, A_parser_is_given_the_rest_of_the_path) {
    const Ref<Tree> tree = make<Tree>();
    names.put(u"\\Device\\HarddiskVolume1", tree);
    names.put_link(u"\\??\\C:", u"\\Device\\HarddiskVolume1");
    EXPECT_EQ(&open(u"\\??\\C:\\Windows\\notepad.exe", 0, &Pear::object_type).value()->type(), &Pear::object_type);
    EXPECT_EQ(tree->asked, u"\\Windows\\notepad.exe");
    EXPECT_TRUE(open(u"\\DosDevices\\c:\\", nt::OBJ_CASE_INSENSITIVE, nullptr).ok());
    EXPECT_EQ(tree->asked, u"\\");
    EXPECT_TRUE(open(u"\\??\\C:", 0, &Pear::object_type).ok());
    EXPECT_EQ(tree->asked, u"");
    EXPECT_EQ(open(u"\\??\\C:\\none", 0, nullptr).status(), Status::NoSuchFile);
    EXPECT_TRUE(open(u"a\\b", 0, nullptr, tree).ok());
    EXPECT_EQ(tree->asked, u"a\\b");
    EXPECT_EQ(create(u"\\??\\C:\\new").error(), Status::ObjectTypeMismatch);
}

TEST_F(NamespaceTest, A_permanent_object_keeps_its_name_without_handles) {
    const nt::Handle apple = create(u"\\BaseNamedObjects\\Apple", nt::OBJ_PERMANENT).value();
    ASSERT_TRUE(handles.close(apple).ok());
    const Ref<Object> found = open(u"\\BaseNamedObjects\\Apple").value();
    names.set_permanent(*found, false);
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\Apple"), Status::ObjectNameNotFound);
}

TEST_F(NamespaceTest, A_directory_lists_what_is_in_it) {
    ASSERT_TRUE(create(u"\\KnownDlls\\b.dll").ok());
    ASSERT_TRUE(create(u"\\KnownDlls\\A.dll").ok());
    const auto entries = names.list(*ref_cast<Directory>(directory(u"\\KnownDlls")));
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].name, u"A.dll");
    EXPECT_EQ(entries[0].type, &Apple::object_type);
    EXPECT_EQ(entries[1].name, u"b.dll");
}

TEST_F(NamespaceTest, A_directory_made_by_a_program_goes_with_its_last_handle) {
    {
        const Found made = names.insert({u"\\BaseNamedObjects\\Mine", nullptr, 0}, make<Directory>()).value();
        EXPECT_TRUE(create(u"\\BaseNamedObjects\\Mine\\Apple").ok());
        EXPECT_TRUE(open(u"\\BaseNamedObjects\\Mine\\Apple").ok());
    }
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\Mine\\Apple"), Status::ObjectPathNotFound);
    handles.close_all();
    EXPECT_EQ(alive, 0);
}

TEST_F(NamespaceTest, Of_threads_that_create_a_name_at_once_one_makes_the_object) {
    std::atomic<int> made{0};
    std::vector<std::thread> threads;
    Namespace& tree = names;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                auto found = tree.insert({u"\\BaseNamedObjects\\Race", nullptr, nt::OBJ_OPENIF}, make<Apple>());
                ASSERT_TRUE(found.ok());
                const auto handle = handles.insert(found->object, 1);
                ASSERT_TRUE(handle.ok());
                if (!found->existed) ++made;
                EXPECT_TRUE(tree.open({u"\\BaseNamedObjects\\Race"}, &Apple::object_type).ok());
                EXPECT_TRUE(handles.close(handle.value()).ok());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_GT(made, 0);
    EXPECT_EQ(open_status(u"\\BaseNamedObjects\\Race"), Status::ObjectNameNotFound);
}

TEST(Names, Upper_case_is_NTs_not_a_languages) {
    EXPECT_EQ(upcase(u"straße"), u"STRAßE");
    EXPECT_EQ(upcase(u"\u00e9\u00ff\u0131\u0142\u03c9\u03c2\u0434\u0451"),
              u"\u00c9\u0178\u0131\u0141\u03a9\u03c2\u0414\u0401");
    EXPECT_EQ(upcase(u"\u00f7\u00d7"), u"\u00f7\u00d7");
}

} // namespace
} // namespace oriel::ob::test
