// SPDX-License-Identifier: MIT
#include "file_fixture.h"

namespace oriel::io {
namespace {

constexpr std::uint32_t with_delete = nt::FILE_GENERIC_READ | ob::access::delete_object;

class Names : public FileTest {
protected:
    NtResult<> rename(File& file, std::u16string_view to, bool replace = false) {
        LocateContext context(false);
        (void)TRY(m_names.open({to, {}, nt::OBJ_CASE_INSENSITIVE}, context));
        return file.rename({*context.found, std::u16string(to.substr(to.rfind(u'\\') + 1)), replace, false});
    }
};

TEST_F(Names, A_deleted_file_goes_when_its_last_handle_is_closed) {
    make_host_file("a");
    auto other = open(home(u"a"));
    {
        auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
        EXPECT_OK(file->set_deletion(DeleteMode::WhenClosed, false));
        EXPECT_TRUE(file->facts().value().delete_pending);
        EXPECT_EQ(status_of_open(home(u"a")), Status::DeletePending);
    }
    EXPECT_TRUE(std::filesystem::exists(host("a")));
    other = Status::InvalidHandle;
    EXPECT_FALSE(std::filesystem::exists(host("a")));
}

TEST_F(Names, A_deletion_can_be_taken_back) {
    make_host_file("a");
    {
        auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
        EXPECT_OK(file->set_deletion(DeleteMode::WhenClosed, false));
        EXPECT_OK(file->set_deletion(DeleteMode::Keep, false));
    }
    EXPECT_TRUE(std::filesystem::exists(host("a")));
}

TEST_F(Names, Delete_on_close_deletes) {
    { EXPECT_OK(open(home(u"a"), nt::FILE_CREATE, with_delete, 7, nt::FILE_DELETE_ON_CLOSE)); }
    EXPECT_FALSE(std::filesystem::exists(host("a")));
}

TEST_F(Names, Posix_deletion_takes_the_name_at_once) {
    make_host_file("a", "content");
    auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
    EXPECT_OK(file->set_deletion(DeleteMode::AtOnce, false));
    EXPECT_EQ(status_of_open(home(u"a")), Status::ObjectNameNotFound);
    EXPECT_EQ(read(*file, 10).value(), "content");
}

TEST_F(Names, What_must_stay_cannot_be_deleted) {
    std::filesystem::create_directories(host("folder/inner"));
    auto folder = open(home(u"folder"), nt::FILE_OPEN, with_delete, 7, nt::FILE_DIRECTORY_FILE).value();
    EXPECT_EQ(folder->set_deletion(DeleteMode::WhenClosed, false).status(), Status::DirectoryNotEmpty);
    make_host_file("a");
    std::filesystem::permissions(host("a"), std::filesystem::perms::owner_read);
    auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
    EXPECT_EQ(file->set_deletion(DeleteMode::WhenClosed, false).status(), Status::CannotDelete);
    EXPECT_OK(file->set_deletion(DeleteMode::WhenClosed, true));
}

TEST_F(Names, A_folder_of_the_view_stays) {
    auto home_folder = open(u"\\??\\C:\\Users\\me", nt::FILE_OPEN, with_delete, 7, nt::FILE_DIRECTORY_FILE).value();
    EXPECT_EQ(home_folder->set_deletion(DeleteMode::WhenClosed, false).status(), Status::CannotDelete);
    EXPECT_EQ(rename(*home_folder, home(u"inside")).status(), Status::AccessDenied);
}

TEST_F(Names, A_link_is_deleted_and_not_what_it_leads_to) {
    std::filesystem::create_directories(host("folder"));
    make_host_file("folder/a");
    std::filesystem::create_directory_symlink("folder", host("link"));
    {
        EXPECT_OK(open(home(u"link"), nt::FILE_OPEN, with_delete, 7,
                       nt::FILE_OPEN_REPARSE_POINT | nt::FILE_DELETE_ON_CLOSE));
    }
    EXPECT_FALSE(std::filesystem::is_symlink(host("link")));
    EXPECT_TRUE(std::filesystem::exists(host("folder/a")));
}

TEST_F(Names, A_renamed_file_is_known_by_its_new_name) {
    make_host_file("a", "content");
    auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
    EXPECT_OK(rename(*file, home(u"b")));
    EXPECT_EQ(host_content("b"), "content");
    EXPECT_EQ(file->path(), u"\\Users\\me\\b");
    EXPECT_EQ(status_of_open(home(u"a")), Status::ObjectNameNotFound);
}

TEST_F(Names, A_rename_replaces_only_when_asked_to) {
    make_host_file("a", "new");
    make_host_file("b", "old");
    auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
    EXPECT_EQ(rename(*file, home(u"B")).status(), Status::ObjectNameCollision);
    EXPECT_OK(rename(*file, home(u"b"), true));
    EXPECT_EQ(host_content("b"), "new");
}

TEST_F(Names, A_file_that_is_open_is_not_replaced) {
    make_host_file("a", "new");
    make_host_file("b", "old");
    auto target = open(home(u"b")).value();
    auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
    EXPECT_EQ(rename(*file, home(u"b"), true).status(), Status::AccessDenied);
}

TEST_F(Names, A_rename_can_change_the_case_alone) {
    make_host_file("name");
    auto file = open(home(u"name"), nt::FILE_OPEN, with_delete).value();
    EXPECT_OK(rename(*file, home(u"NAME")));
    EXPECT_TRUE(std::filesystem::exists(host("NAME")));
    EXPECT_FALSE(std::filesystem::exists(host("name")));
}

TEST_F(Names, A_rename_does_not_cross_drives) {
    make_host_file("a");
    auto file = open(home(u"a"), nt::FILE_OPEN, with_delete).value();
    EXPECT_EQ(rename(*file, u"\\??\\Z:" + FileSystem::nt_path_of(host("b").string())).status(),
              Status::NotSameDevice);
}

TEST_F(Names, A_name_that_windows_cannot_write_down_is_opened_through_its_private_form) {
    make_host_file("a:b\xFF", "content");
    EXPECT_EQ(read(*open(home(u"a\xF03A"
                              u"b\xF0FF"))
                        .value(),
                   10)
                  .value(),
              "content");
}

} // namespace
} // namespace oriel::io
