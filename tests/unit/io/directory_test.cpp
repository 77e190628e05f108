// SPDX-License-Identifier: MIT
#include "file_fixture.h"

#include <ntdll-emu/io/directory_scan.h>

namespace oriel::io {
namespace {

class Directories : public FileTest {
protected:
    Directories() {
        std::filesystem::create_directories(host("folder/inner"));
        for (const char* name : {"b.txt", "A.txt", "c.md", "\xC3\xA4.txt"})
            make_host_file(std::string("folder/") + name, "12345");
    }
    static std::vector<std::u16string> list(File& directory, std::optional<std::u16string_view> pattern,
                                            bool restart = false) {
        std::vector<std::u16string> names;
        directory.scan()->with([&](DirectoryScan& scan) {
            EXPECT_OK(scan.prepare(pattern, restart));
            while (auto entry = scan.current()) {
                names.push_back(entry->name);
                scan.advance();
            }
        });
        return names;
    }
    Handle folder(std::u16string_view name = home(u"folder")) {
        return open(name, nt::FILE_OPEN, nt::FILE_GENERIC_READ, 7, nt::FILE_DIRECTORY_FILE).value();
    }
    using Name = std::vector<std::u16string>;
};

TEST_F(Directories, Are_listed_in_the_order_of_upper_case_letters) {
    EXPECT_EQ(list(*folder(), std::nullopt), (Name{u".", u"..", u"A.txt", u"b.txt", u"c.md", u"inner", u"ä.txt"}));
}

TEST_F(Directories, Keep_the_pattern_of_the_first_call) {
    auto directory = folder();
    EXPECT_EQ(list(*directory, u"*.TXT"), (Name{u"A.txt", u"b.txt", u"ä.txt"}));
    EXPECT_EQ(list(*directory, u"*.md"), Name{});
    EXPECT_EQ(list(*directory, u"*.md", true), (Name{u"A.txt", u"b.txt", u"ä.txt"}));
}

TEST_F(Directories, Find_a_single_name_without_wildcards) {
    EXPECT_EQ(list(*folder(), u"B.TXT"), Name{u"b.txt"});
    EXPECT_EQ(list(*folder(), u"none"), Name{});
}

TEST_F(Directories, See_what_is_new_after_a_restart) {
    auto directory = folder();
    EXPECT_EQ(list(*directory, u"*.new"), Name{});
    make_host_file("folder/x.new");
    EXPECT_EQ(list(*directory, u"*.new"), Name{});
    EXPECT_EQ(list(*directory, std::nullopt, true), Name{u"x.new"});
}

TEST_F(Directories, Of_a_view_show_builtins_and_folders_of_the_host) {
    EXPECT_EQ(list(*folder(u"\\??\\C:\\"), std::nullopt),
              (Name{u"Program Files", u"ProgramData", u"Users", u"Windows"}));
    EXPECT_EQ(list(*folder(u"\\??\\C:\\Windows\\System32"), std::nullopt), (Name{u".", u"..", u"kernel32.dll"}));
    EXPECT_EQ(list(*folder(u"\\??\\C:\\Users"), std::nullopt), (Name{u".", u"..", u"me"}));
}

TEST_F(Directories, Show_a_link_as_a_link) {
    std::filesystem::create_directory_symlink("inner", host("folder/link"));
    auto directory = folder();
    directory->scan()->with([&](DirectoryScan& scan) {
        EXPECT_OK(scan.prepare(u"link", false));
        const auto entry = scan.current();
        ASSERT_TRUE(entry);
        EXPECT_EQ(entry->facts.attributes, nt::FILE_ATTRIBUTE_REPARSE_POINT | nt::FILE_ATTRIBUTE_DIRECTORY);
        EXPECT_EQ(entry->facts.reparse_tag, nt::IO_REPARSE_TAG_SYMLINK);
    });
}

TEST_F(Directories, A_burst_of_new_names_is_found_without_regard_to_case) {
    for (int i = 0; i < 300; ++i) {
        const std::u16string name = u"folder\\File" + std::u16string(1, static_cast<char16_t>(u'A' + i % 26))
                                    + std::u16string(static_cast<std::size_t>(i / 26), u'x');
        ASSERT_OK(open(home(name), nt::FILE_CREATE, read_write));
        std::u16string other = name;
        other[8] = u'I';
        ASSERT_EQ(status_of_open(home(other), nt::FILE_CREATE, read_write), Status::ObjectNameCollision);
    }
}

} // namespace
} // namespace oriel::io
