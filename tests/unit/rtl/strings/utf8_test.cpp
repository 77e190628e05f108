// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/nls.h>

#include <gtest/gtest.h>

#include <string>

using namespace oriel::rtl;

namespace {

std::u16string to_utf16(std::string_view text, bool* replaced = nullptr) {
    std::u16string result(text.size(), u'\0');
    const Converted done = utf8_to_utf16(text.data(), text.size(), result.data(), result.size());
    EXPECT_EQ(done.units, utf8_to_utf16(text.data(), text.size(), nullptr, 0).units);
    EXPECT_FALSE(done.truncated);
    if (replaced != nullptr) *replaced = done.replaced;
    result.resize(done.units);
    return result;
}
std::string to_utf8(std::u16string_view text) {
    std::string result(text.size() * 3, '\0');
    result.resize(utf16_to_utf8(text.data(), text.size(), result.data(), result.size()).units);
    return result;
}

} // namespace

TEST(Utf8, Well_formed_text_goes_there_and_back) {
    const std::string text = "A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF";
    EXPECT_EQ(to_utf16(text), u"A\u00E4\u20AC\U0001F600\U0010FFFF");
    EXPECT_EQ(to_utf8(to_utf16(text)), text);
}

TEST(Utf8, Each_maximal_part_of_an_ill_formed_sequence_becomes_one_replacement) {
    bool replaced = false;
    EXPECT_EQ(to_utf16("\x80", &replaced), u"\uFFFD");
    EXPECT_TRUE(replaced);
    EXPECT_EQ(to_utf16("\xC0\xAF"), u"\uFFFD\uFFFD");                 // overlong
    EXPECT_EQ(to_utf16("\xE2\x82"), u"\uFFFD");                       // cut off
    EXPECT_EQ(to_utf16("\xE2\x82""A"), u"\uFFFDA");
    EXPECT_EQ(to_utf16("\xED\xA0\x80"), u"\uFFFD\uFFFD\uFFFD");       // a surrogate
    EXPECT_EQ(to_utf16("\xF4\x90\x80\x80"), u"\uFFFD\uFFFD\uFFFD\uFFFD"); // above U+10FFFF
    EXPECT_EQ(to_utf16("\xF0\x9F\x98"), u"\uFFFD");
}

TEST(Utf8, A_lone_surrogate_becomes_a_replacement) {
    const char16_t high[] = {0xD83D, u'x'}, low[] = {0xDE00};
    EXPECT_EQ(to_utf8({high, 2}), "\xEF\xBF\xBDx");
    EXPECT_EQ(to_utf8({low, 1}), "\xEF\xBF\xBD");
}

TEST(Utf8, A_character_is_not_torn_where_the_room_ends) {
    char bytes[4];
    const Converted narrow = utf16_to_utf8(u"a\u20AC", 2, bytes, 3);
    EXPECT_TRUE(narrow.truncated);
    EXPECT_EQ(narrow.units, 1u);
    char16_t units[2];
    const Converted wide = utf8_to_utf16("a\xF0\x9F\x98\x80", 5, units, 2);
    EXPECT_TRUE(wide.truncated);
    EXPECT_EQ(wide.units, 1u);
}
