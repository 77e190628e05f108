// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/nls.h>

#include <gtest/gtest.h>

using namespace oriel::rtl;

TEST(Nls, Upper_case_reaches_beyond_ASCII) {
    EXPECT_EQ(upcase(u'a'), u'A');
    EXPECT_EQ(upcase(u'\u00E4'), u'\u00C4');
    EXPECT_EQ(upcase(u'\u00FF'), u'\u0178');
    EXPECT_EQ(upcase(u'\u044F'), u'\u042F');
    EXPECT_EQ(downcase(u'\u0416'), u'\u0436');
}

TEST(Nls, A_letter_whose_upper_case_does_not_lead_back_stays) {
    // As in NTFS' $UpCase: dotless i, long s, micro sign, sharp s.
    for (const char16_t c : {u'\u0131', u'\u017F', u'\u00B5', u'\u00DF'}) EXPECT_EQ(upcase(c), c);
    EXPECT_EQ(downcase(u'\u0130'), u'\u0130');
    EXPECT_EQ(upcase(u'\u03C2'), u'\u03A3'); // the final sigma is the exception
}

TEST(Nls, Upper_case_is_stable) {
    for (unsigned c = 0; c < 0x10000; ++c) {
        const auto upper = upcase(static_cast<char16_t>(c));
        EXPECT_EQ(upcase(upper), upper) << std::hex << c;
    }
}

TEST(Nls, Character_types_are_those_of_GetStringType) {
    constexpr std::uint16_t upper = 1, lower = 2, digit = 4, space = 8, blank = 0x40, xdigit = 0x80, alpha = 0x100,
                            defined = 0x200;
    EXPECT_EQ(character_type(1, u'A'), upper | xdigit | alpha | defined);
    EXPECT_EQ(character_type(1, u'z'), lower | alpha | defined);
    EXPECT_EQ(character_type(1, u'7'), digit | xdigit | defined);
    EXPECT_EQ(character_type(1, u' '), space | blank | defined);
    EXPECT_EQ(character_type(1, u'\n') & space, space);
    EXPECT_EQ(character_type(2, u'a'), 1); // C2_LEFTTORIGHT
    EXPECT_EQ(character_type(2, u'1'), 3); // C2_EUROPENUMBER
    EXPECT_EQ(character_type(3, 0xD800), 0x800); // C3_HIGHSURROGATE
    EXPECT_EQ(character_type(4, u'a'), 0);
}

TEST(Nls, The_code_pages_go_there_and_back) {
    for (const CodePage* page : {&ansi_page, &oem_page}) {
        for (int byte = 0; byte < 256; ++byte) {
            EXPECT_EQ(page->encode(page->decode(static_cast<char>(byte))), static_cast<char>(byte)) << byte;
        }
    }
    EXPECT_EQ(ansi_page.decode('\x80'), u'\u20AC');
    EXPECT_EQ(ansi_page.decode('\x81'), u'\u0081'); // undefined bytes are C1 controls
    EXPECT_EQ(oem_page.decode('\x81'), u'\u00FC');
}

TEST(Nls, What_a_page_does_not_have_becomes_what_looks_like_it_or_a_question_mark) {
    EXPECT_EQ(ansi_page.encode(u'\u0100'), 'A'); // A with macron
    EXPECT_EQ(ansi_page.encode(u'\uFF21'), 'A'); // fullwidth A
    EXPECT_EQ(oem_page.encode(u'\u2019'), '\'');
    EXPECT_EQ(ansi_page.encode(u'\u4E00'), '?');
    EXPECT_EQ(ansi_page.encode(0xD800), '?');
}
