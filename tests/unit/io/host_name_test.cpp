// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/host_name.h>

#include <gtest/gtest.h>

#include <random>

namespace oriel::io {
namespace {

TEST(HostName, Plain_names_stay_as_they_are) {
    EXPECT_EQ(to_nt_name("readme.txt"), u"readme.txt");
    EXPECT_EQ(to_nt_name("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), u"é€😀");
    EXPECT_EQ(to_host_name(u"é€😀").value(), "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(HostName, What_windows_forbids_lies_in_the_private_range) {
    EXPECT_EQ(to_nt_name("a:b*c?"), u"a\xF03A"
                                    u"b\xF02A"
                                    u"c\xF03F");
    EXPECT_EQ(to_nt_name("new\nline"), u"new\xF00A"
                                       u"line");
    EXPECT_EQ(to_nt_name("back\\slash"), u"back\xF05C"
                                         u"slash");
    EXPECT_EQ(to_nt_name("dot."), u"dot\xF02E");
    EXPECT_EQ(to_nt_name("space "), u"space\xF020");
    EXPECT_EQ(to_nt_name("..."), u"..\xF02E");
}

TEST(HostName, Bytes_that_are_not_UTF_8_lie_in_the_private_range) {
    EXPECT_EQ(to_nt_name("\xFF"), u"\xF0FF");
    EXPECT_EQ(to_nt_name("a\xC3"), u"a\xF0C3");
    EXPECT_EQ(to_nt_name("\xC0\x80"), u"\xF0C0\xF080"); // overlong
}

TEST(HostName, The_private_range_itself_is_escaped_byte_by_byte) {
    EXPECT_EQ(to_nt_name("\xEF\x80\x81"), u"\xF0EF\xF080\xF081"); // U+F001
    EXPECT_EQ(to_host_name(u"\xF0EF\xF080\xF081").value(), "\xEF\x80\x81");
}

TEST(HostName, A_name_that_no_host_name_maps_to_is_refused) {
    for (const std::u16string_view name : {u"\xF041", u"\xF0C3\xF0A9", u"\xF02F", u"\xF000", u"dot.", u"space ", u"",
                                           u".", u"..", u"a/b", u"a:b", u"a*", u"a\x1F"})
        EXPECT_EQ(to_host_name(name).status(), Status::ObjectNameInvalid) << testing::PrintToString(name);
    EXPECT_EQ(to_host_name(std::u16string(256, u'a')).status(), Status::ObjectNameInvalid);
    EXPECT_TRUE(to_host_name(std::u16string(255, u'a')).ok());
}

TEST(HostName, A_lone_surrogate_comes_back) {
    const std::u16string name = {u'a', 0xD800, u'b', 0xDC00};
    EXPECT_EQ(to_nt_name(to_host_name(name).value()), name);
    EXPECT_EQ(to_host_name(to_nt_name("\xED\xA0\x80\xED\xB0\x80")).value(), "\xED\xA0\x80\xED\xB0\x80");
}

// Two names in a thousand bytes of noise would show a collision at once.
TEST(HostName, Every_name_of_the_host_comes_back_byte_for_byte) {
    std::mt19937 random(1);
    for (int i = 0; i < 200'000; ++i) {
        std::string bytes;
        const auto length = 1 + random() % 12;
        for (unsigned at = 0; at < length; ++at) {
            static constexpr unsigned char interesting[] = {0xEF, 0x80, 0x83, 0xBF, 0xED, 0xA0, 0xB0,
                                                            0xF0, 0x9F, '.',  ' ',  ':',  'a'};
            auto byte = random() % 3 == 0 ? static_cast<unsigned char>(1 + random() % 255)
                                          : interesting[random() % std::size(interesting)];
            if (byte == '/') byte = 'x';
            bytes.push_back(static_cast<char>(byte));
        }
        if (bytes == "." || bytes == "..") continue;
        const auto back = to_host_name(to_nt_name(bytes));
        ASSERT_TRUE(back.ok()) << testing::PrintToString(bytes);
        ASSERT_EQ(back.value(), bytes);
    }
}

} // namespace
} // namespace oriel::io
