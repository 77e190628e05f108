// SPDX-License-Identifier: MIT
#include "file_fixture.h"

namespace oriel::io {
namespace {

using Open = FileTest;

TEST_F(Open, Each_disposition_says_what_became_of_the_file) {
    EXPECT_EQ(status_of_open(home(u"a"), nt::FILE_OPEN), Status::ObjectNameNotFound);
    EXPECT_EQ(status_of_open(home(u"a"), nt::FILE_OVERWRITE, read_write), Status::ObjectNameNotFound);
    EXPECT_EQ(open(home(u"a"), nt::FILE_CREATE, read_write).value().outcome, OpenOutcome::Created);
    EXPECT_EQ(status_of_open(home(u"a"), nt::FILE_CREATE, read_write), Status::ObjectNameCollision);
    EXPECT_EQ(open(home(u"a"), nt::FILE_OPEN_IF, read_write).value().outcome, OpenOutcome::Opened);
    EXPECT_EQ(open(home(u"a"), nt::FILE_OVERWRITE_IF, read_write).value().outcome, OpenOutcome::Overwritten);
    EXPECT_EQ(open(home(u"a"), nt::FILE_SUPERSEDE, read_write).value().outcome, OpenOutcome::Superseded);
    EXPECT_EQ(open(home(u"b"), nt::FILE_OPEN_IF, read_write).value().outcome, OpenOutcome::Created);
    EXPECT_EQ(open(home(u"c"), nt::FILE_OVERWRITE_IF, read_write).value().outcome, OpenOutcome::Created);
}

TEST_F(Open, Overwriting_empties_the_file) {
    make_host_file("a", "content");
    ASSERT_OK(open(home(u"a"), nt::FILE_OVERWRITE, read_write));
    EXPECT_EQ(host_content("a"), "");
}

TEST_F(Open, A_missing_folder_is_another_failure_than_a_missing_file) {
    EXPECT_EQ(status_of_open(home(u"none")), Status::ObjectNameNotFound);
    EXPECT_EQ(status_of_open(home(u"none\\a")), Status::ObjectPathNotFound);
    make_host_file("file");
    EXPECT_EQ(status_of_open(home(u"file\\a")), Status::ObjectPathNotFound);
    EXPECT_EQ(status_of_open(home(u"none\\a"), nt::FILE_CREATE, read_write), Status::ObjectPathNotFound);
}

TEST_F(Open, A_name_is_found_without_regard_to_case) {
    std::filesystem::create_directories(host("Folder"));
    make_host_file("Folder/ReadMe.TXT", "x");
    auto file = open(home(u"FOLDER\\readme.txt"));
    ASSERT_OK(file);
    EXPECT_EQ(file->ref()->path(), u"\\Users\\me\\Folder\\ReadMe.TXT");
    EXPECT_EQ(status_of_open(home(u"FOLDER\\readme.txt"), nt::FILE_CREATE, read_write), Status::ObjectNameCollision);
}

TEST_F(Open, An_exact_name_wins_over_one_that_differs_in_case) {
    make_host_file("same", "small");
    make_host_file("SAME", "large");
    EXPECT_EQ(read(*open(home(u"SAME")).value(), 10).value(), "large");
    EXPECT_EQ(read(*open(home(u"same")).value(), 10).value(), "small");
}

TEST_F(Open, A_name_that_the_host_creates_later_is_found) {
    make_host_file("First");
    EXPECT_EQ(status_of_open(home(u"second")), Status::ObjectNameNotFound);
    make_host_file("Second"); // in the same tick of the clock
    EXPECT_OK(open(home(u"second")));
}

TEST_F(Open, Case_counts_where_the_caller_says_so) {
    make_host_file("Name");
    EXPECT_EQ(
        open_raw(home(u"name"),
                 {.desired_access = nt::FILE_GENERIC_READ, .disposition = nt::FILE_OPEN, .case_sensitive = true})
            .status(),
        Status::ObjectNameNotFound);
}

TEST_F(Open, Directories_and_files_are_told_apart) {
    std::filesystem::create_directories(host("folder"));
    make_host_file("file");
    EXPECT_EQ(status_of_open(home(u"folder"), nt::FILE_OPEN, nt::FILE_GENERIC_READ, 7, nt::FILE_NON_DIRECTORY_FILE),
              Status::FileIsADirectory);
    EXPECT_EQ(status_of_open(home(u"file"), nt::FILE_OPEN, nt::FILE_GENERIC_READ, 7, nt::FILE_DIRECTORY_FILE),
              Status::NotADirectory);
    EXPECT_OK(open(home(u"new"), nt::FILE_CREATE, nt::FILE_GENERIC_READ, 7, nt::FILE_DIRECTORY_FILE));
    EXPECT_TRUE(std::filesystem::is_directory(host("new")));
    EXPECT_EQ(status_of_open(home(u"new"), nt::FILE_OVERWRITE_IF, read_write), Status::ObjectNameCollision);
}

TEST_F(Open, A_read_only_file_cannot_be_opened_for_writing) {
    ASSERT_OK(open_raw(
        home(u"a"),
        {.desired_access = read_write, .attributes = nt::FILE_ATTRIBUTE_READONLY, .disposition = nt::FILE_CREATE}));
    EXPECT_EQ(status_of_open(home(u"a"), nt::FILE_OPEN, read_write), Status::AccessDenied);
    EXPECT_EQ(status_of_open(home(u"a"), nt::FILE_OVERWRITE, nt::FILE_GENERIC_READ), Status::AccessDenied);
    EXPECT_OK(open(home(u"a")));
    EXPECT_EQ(facts(home(u"a")).value().attributes, nt::FILE_ATTRIBUTE_READONLY | nt::FILE_ATTRIBUTE_ARCHIVE);
}

TEST_F(Open, Arguments_that_contradict_each_other_are_invalid) {
    const auto status = [&](std::uint32_t access, std::uint32_t disposition, std::uint32_t options) {
        return open_raw(home(u"a"), {.desired_access = access, .disposition = disposition, .options = options})
            .status();
    };
    EXPECT_EQ(status(nt::FILE_GENERIC_READ, 6, 0), Status::InvalidParameter);
    EXPECT_EQ(status(nt::FILE_GENERIC_READ, nt::FILE_OPEN, nt::FILE_DIRECTORY_FILE | nt::FILE_NON_DIRECTORY_FILE),
              Status::InvalidParameter);
    EXPECT_EQ(status(nt::FILE_READ_DATA, nt::FILE_OPEN, nt::FILE_SYNCHRONOUS_IO_NONALERT), Status::InvalidParameter);
    EXPECT_EQ(status(nt::FILE_GENERIC_READ, nt::FILE_OPEN, nt::FILE_DELETE_ON_CLOSE), Status::InvalidParameter);
    EXPECT_EQ(status(nt::FILE_GENERIC_READ, nt::FILE_OVERWRITE, nt::FILE_DIRECTORY_FILE), Status::InvalidParameter);
}

TEST_F(Open, A_name_relative_to_a_directory_starts_there) {
    std::filesystem::create_directories(host("folder"));
    make_host_file("folder/a", "content");
    auto folder = open(home(u"folder"), nt::FILE_OPEN, nt::FILE_GENERIC_READ, 7, nt::FILE_DIRECTORY_FILE);
    ASSERT_OK(folder);
    auto file =
        open_raw(u"A", {.desired_access = nt::FILE_GENERIC_READ, .disposition = nt::FILE_OPEN}, folder->ref());
    ASSERT_OK(file);
    EXPECT_EQ(read(**file, 10, FileOffset::at(0)).value(), "content");
    EXPECT_OK(open_raw(u"", {.desired_access = nt::FILE_GENERIC_READ, .sharing = 7, .disposition = nt::FILE_OPEN},
                       folder->ref()));
}

TEST_F(Open, The_view_is_read_only) {
    EXPECT_EQ(status_of_open(u"\\??\\C:\\new", nt::FILE_CREATE, read_write), Status::AccessDenied);
    EXPECT_EQ(status_of_open(u"\\??\\C:\\Windows\\System32\\kernel32.dll", nt::FILE_OPEN, read_write),
              Status::AccessDenied);
    EXPECT_OK(open(u"\\??\\c:\\WINDOWS\\system32\\KERNEL32.DLL"));
    EXPECT_OK(open(u"\\SystemRoot\\System32\\kernel32.dll"));
    EXPECT_OK(open(u"\\??\\C:\\Windows\\Temp\\x", nt::FILE_CREATE, read_write));
    EXPECT_TRUE(std::filesystem::exists(m_folder / "temp" / "x"));
}

TEST_F(Open, Z_is_the_whole_host) {
    make_host_file("a", "content");
    const std::u16string name = u"\\??\\Z:" + FileSystem::nt_path_of(host("a").string());
    EXPECT_EQ(read(*open(name).value(), 10).value(), "content");
    EXPECT_OK(open(u"\\??\\Z:\\", nt::FILE_OPEN, nt::FILE_GENERIC_READ, 7, nt::FILE_DIRECTORY_FILE));
    EXPECT_OK(
        open(u"\\Device\\HarddiskVolume26\\tmp", nt::FILE_OPEN, nt::FILE_GENERIC_READ, 7, nt::FILE_DIRECTORY_FILE));
}

TEST_F(Open, Devices_have_names) {
    auto null = open(u"\\??\\NUL", nt::FILE_OPEN, read_write);
    ASSERT_OK(null);
    EXPECT_EQ(read(**null, 10).status(), Status::EndOfFile);
    EXPECT_EQ(write(**null, "gone").value(), 4u);
    EXPECT_EQ(status_of_open(u"\\??\\UNC\\server\\share\\a"), Status::BadNetworkPath);
    EXPECT_EQ(status_of_open(u"\\??\\PIPE\\none"), Status::ObjectNameNotFound);
    EXPECT_EQ(status_of_open(u"\\??\\Q:\\a"), Status::ObjectPathNotFound);
}

TEST_F(Open, A_symbolic_link_is_followed_unless_it_is_asked_for_itself) {
    make_host_file("target", "content");
    std::filesystem::create_symlink("target", host("link"));
    std::filesystem::create_symlink("nowhere", host("dangling"));
    EXPECT_EQ(read(*open(home(u"link")).value(), 10).value(), "content");
    EXPECT_EQ(status_of_open(home(u"dangling")), Status::ObjectNameNotFound);
    auto link = open(home(u"link"), nt::FILE_OPEN, nt::FILE_READ_ATTRIBUTES, 7, nt::FILE_OPEN_REPARSE_POINT);
    ASSERT_OK(link);
    EXPECT_TRUE((*link)->facts().value().attributes & nt::FILE_ATTRIBUTE_REPARSE_POINT);
    EXPECT_TRUE(facts(home(u"dangling")).value().attributes & nt::FILE_ATTRIBUTE_REPARSE_POINT);
}

TEST_F(Open, A_FIFO_without_a_partner_does_not_hang) {
    ASSERT_EQ(::mkfifo(host("fifo").c_str(), 0600), 0);
    EXPECT_OK(open(home(u"fifo"), nt::FILE_OPEN, nt::FILE_GENERIC_READ));
}

TEST_F(Open, The_default_stream_is_the_file_and_others_do_not_exist) {
    make_host_file("a", "content");
    EXPECT_EQ(read(*open(home(u"a::$DATA")).value(), 10).value(), "content");
    EXPECT_EQ(status_of_open(home(u"a:stream")), Status::ObjectNameInvalid);
}

} // namespace
} // namespace oriel::io
