// SPDX-License-Identifier: MIT
// What DOS paths mean. Unless another source stands beside a case: ".NET: File path formats on Windows
// systems" and "Naming Files, Paths, and Namespaces" (Microsoft documentation).
#include <ntdll-emu/rtl/path.h>

#include <gtest/gtest.h>

#include <random>
#include <string>

using namespace oriel::rtl;

namespace {

class Context final : public PathContext {
public:
    explicit Context(Text current) : m_current(current) {}
    Text current_directory() const override { return m_current; }
    Text drive_directory(char16_t drive) const override { return drive == u'D' ? Text(u"D:\\data") : Text(); }

private:
    Text m_current;
};

std::string narrow(Text text) { return {text.begin(), text.end()}; }

std::string full(Text path, Text current = u"C:\\work\\here\\") {
    const Context context(current);
    std::u16string buffer(full_path_bound(path, context), u'#');
    const std::size_t size = full_path(path, context, buffer.data());
    if (size != 0) EXPECT_EQ(buffer[size], 0);
    return narrow(Text(buffer).substr(0, size));
}

std::string device(Text path) {
    const DeviceName name = dos_device_name(path);
    return narrow(path.substr(name.offset, name.length));
}

} // namespace

TEST(Path, Kinds_of_paths) {
    EXPECT_EQ(path_type(u"C:\\x"), PathType::DriveAbsolute);
    EXPECT_EQ(path_type(u"c:/x"), PathType::DriveAbsolute);
    EXPECT_EQ(path_type(u"C:x"), PathType::DriveRelative);
    EXPECT_EQ(path_type(u"C:"), PathType::DriveRelative);
    EXPECT_EQ(path_type(u"\\x"), PathType::Rooted);
    EXPECT_EQ(path_type(u"x"), PathType::Relative);
    EXPECT_EQ(path_type(u""), PathType::Relative);
    EXPECT_EQ(path_type(u"\\\\server\\share"), PathType::UncAbsolute);
    EXPECT_EQ(path_type(u"//server/share"), PathType::UncAbsolute);
    EXPECT_EQ(path_type(u"\\\\.\\COM1"), PathType::LocalDevice);
    EXPECT_EQ(path_type(u"\\\\?\\C:\\x"), PathType::LocalDevice);
    EXPECT_EQ(path_type(u"\\\\."), PathType::RootLocalDevice);
    EXPECT_EQ(path_type(u"\\\\.x"), PathType::UncAbsolute);
}

TEST(Path, Relative_paths_begin_at_the_current_directory) {
    EXPECT_EQ(full(u"x.txt"), "C:\\work\\here\\x.txt");
    EXPECT_EQ(full(u"a\\b"), "C:\\work\\here\\a\\b");
    EXPECT_EQ(full(u"."), "C:\\work\\here");
    EXPECT_EQ(full(u".."), "C:\\work");
    EXPECT_EQ(full(u"..\\.."), "C:\\");
    EXPECT_EQ(full(u"..\\..\\..\\.."), "C:\\");
    EXPECT_EQ(full(u".\\x"), "C:\\work\\here\\x");
    EXPECT_EQ(full(u"..\\x"), "C:\\work\\x");
    EXPECT_EQ(full(u"x", u"C:\\"), "C:\\x");
}

TEST(Path, Rooted_paths_keep_the_drive_and_drive_relative_ones_the_drive_s_directory) {
    EXPECT_EQ(full(u"\\x"), "C:\\x");
    EXPECT_EQ(full(u"/x/y"), "C:\\x\\y");
    EXPECT_EQ(full(u"\\"), "C:\\");
    EXPECT_EQ(full(u"c:x"), "C:\\work\\here\\x");
    EXPECT_EQ(full(u"C:"), "C:\\work\\here");
    EXPECT_EQ(full(u"d:x"), "D:\\data\\x");
    EXPECT_EQ(full(u"D:"), "D:\\data");
    EXPECT_EQ(full(u"e:x"), "e:\\x");
    EXPECT_EQ(full(u"e:"), "e:\\");
    EXPECT_EQ(full(u"\\x", u"\\\\server\\share\\dir\\"), "\\\\server\\share\\x");
}

TEST(Path, Absolute_paths_are_normalised) {
    EXPECT_EQ(full(u"c:/a//b\\\\c"), "c:\\a\\b\\c");
    EXPECT_EQ(full(u"C:\\a\\.\\b"), "C:\\a\\b");
    EXPECT_EQ(full(u"C:\\a\\..\\b"), "C:\\b");
    EXPECT_EQ(full(u"C:\\a\\b\\.."), "C:\\a");
    EXPECT_EQ(full(u"C:\\a\\."), "C:\\a");
    EXPECT_EQ(full(u"C:\\a\\"), "C:\\a\\");
    EXPECT_EQ(full(u"C:\\..\\x"), "C:\\x");
    EXPECT_EQ(full(u"C:\\"), "C:\\");
}

TEST(Path, Trailing_dots_and_spaces_go_from_the_end) {
    EXPECT_EQ(full(u"C:\\a. . "), "C:\\a");
    EXPECT_EQ(full(u"C:\\a..."), "C:\\a");
    EXPECT_EQ(full(u"C:\\dir.\\x"), "C:\\dir\\x"); // one dot of a folder
    EXPECT_EQ(full(u"C:\\dir..\\x"), "C:\\dir..\\x"); // two are part of its name
    EXPECT_EQ(full(u"C:\\dir \\x"), "C:\\dir \\x");
    EXPECT_EQ(full(u"C:\\...\\x"), "C:\\...\\x");
    EXPECT_EQ(full(u"   "), "");
    EXPECT_EQ(full(u""), "");
}

TEST(Path, Shares_and_devices_have_roots_that_dots_do_not_leave) {
    EXPECT_EQ(full(u"\\\\server\\share\\a\\..\\..\\b"), "\\\\server\\share\\b");
    EXPECT_EQ(full(u"//server/share/a"), "\\\\server\\share\\a");
    EXPECT_EQ(full(u"\\\\server\\share"), "\\\\server\\share");
    EXPECT_EQ(full(u"\\\\.\\pipe\\name"), "\\\\.\\pipe\\name");
    EXPECT_EQ(full(u"\\\\.\\pipe\\..\\x"), "\\\\.\\x");
    EXPECT_EQ(full(u"\\\\?\\C:\\a\\..\\b"), "\\\\?\\C:\\b");
    EXPECT_EQ(full(u"\\\\."), "\\\\.\\");
}

TEST(Path, Reserved_names_are_devices_wherever_they_stand) {
    EXPECT_EQ(device(u"NUL"), "NUL");
    EXPECT_EQ(device(u"nul"), "nul");
    EXPECT_EQ(device(u"C:\\dir\\nul"), "nul");
    EXPECT_EQ(device(u"C:nul"), "nul");
    EXPECT_EQ(device(u"nul.txt"), "nul");
    EXPECT_EQ(device(u"con:"), "con");
    EXPECT_EQ(device(u"com1  ."), "com1");
    EXPECT_EQ(device(u"LPT9"), "LPT9");
    EXPECT_EQ(device(u"prn.a.b"), "prn");
    EXPECT_EQ(device(u"aux "), "aux");
    EXPECT_EQ(device(u"CONIN$"), "CONIN$");
    EXPECT_EQ(device(u"conout$"), "conout$");
    EXPECT_EQ(device(u"\\\\.\\con"), "con");
}

TEST(Path, What_only_looks_like_a_reserved_name_is_a_file) {
    for (const Text path :
         {Text(u"null"), Text(u"com0"), Text(u"com10"), Text(u"lpt"), Text(u"xnul"), Text(u""), Text(u"."),
          Text(u"nul\\x"), Text(u"\\\\server\\share\\nul"), Text(u"\\\\.\\nul"), Text(u"a.nul"), Text(u"conin")}) {
        EXPECT_EQ(device(path), "") << narrow(path);
    }
}

TEST(Path, A_device_s_full_path_is_in_the_device_namespace) {
    EXPECT_EQ(full(u"NUL"), "\\\\.\\NUL");
    EXPECT_EQ(full(u"C:\\x\\con.txt"), "\\\\.\\con");
}

TEST(Path, NT_names_of_full_paths) {
    const auto nt_name = [](Text path) {
        const NtPrefix prefix = nt_prefix(path);
        return narrow(prefix.prefix) + narrow(path.substr(prefix.skip));
    };
    EXPECT_EQ(nt_name(u"C:\\x"), "\\??\\C:\\x");
    EXPECT_EQ(nt_name(u"\\\\server\\share\\x"), "\\??\\UNC\\server\\share\\x");
    EXPECT_EQ(nt_name(u"\\\\.\\NUL"), "\\??\\NUL");
    EXPECT_TRUE(is_verbatim(u"\\\\?\\C:\\x"));
    EXPECT_TRUE(is_verbatim(u"\\??\\C:\\x"));
    EXPECT_FALSE(is_verbatim(u"//?/C:/x"));
}

TEST(Path, The_file_part_is_what_follows_the_last_backslash) {
    EXPECT_EQ(file_part(u"C:\\a\\b"), 5u);
    EXPECT_EQ(file_part(u"C:\\a\\"), Text::npos);
    EXPECT_EQ(file_part(u"C:\\"), Text::npos);
}

TEST(Path, Whatever_the_path_its_full_form_is_absolute_and_stays_within_the_bound) {
    std::mt19937 random(1);
    constexpr char16_t alphabet[] = u"\\\\\\/...::? abCDnulUNC1$";
    for (const Text current :
         {Text(u"C:\\"), Text(u"C:\\work\\here\\"), Text(u"\\\\server\\share\\"), Text(u"\\\\?\\C:\\x\\")}) {
        const Context context(current);
        for (int i = 0; i < 100000; ++i) {
            std::u16string path(random() % 24, u' ');
            for (char16_t& c : path) c = alphabet[random() % (std::size(alphabet) - 1)];
            std::u16string buffer(full_path_bound(path, context) + 16, u'#');
            const std::size_t size = full_path(path, context, buffer.data());
            ASSERT_LT(size, full_path_bound(path, context)) << narrow(path);
            for (std::size_t at = full_path_bound(path, context); at < buffer.size(); ++at)
                ASSERT_EQ(buffer[at], u'#') << narrow(path);
            if (size == 0) continue;
            const std::u16string once = buffer.substr(0, size);
            const PathType type = path_type(once);
            ASSERT_TRUE(type == PathType::DriveAbsolute || type == PathType::UncAbsolute ||
                        type == PathType::LocalDevice)
                << narrow(path);
            ASSERT_EQ(once.find(u'/'), Text::npos) << narrow(path);
        }
    }
}
