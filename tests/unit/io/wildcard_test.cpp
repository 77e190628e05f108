// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/fold.h>
#include <ntdll-emu/io/wildcard.h>

#include <gtest/gtest.h>

namespace oriel::io {
namespace {

TEST(Wildcard, A_star_stands_for_any_run_of_units) {
    EXPECT_TRUE(matches(u"*", u""));
    EXPECT_TRUE(matches(u"*.txt", u"a.b.txt"));
    EXPECT_TRUE(matches(u"a*c", u"abbc"));
    EXPECT_TRUE(matches(u"a*b*c", u"a_b_b_c"));
    EXPECT_FALSE(matches(u"*.txt", u"a.txt2"));
    EXPECT_FALSE(matches(u"*.*", u"name")); // kernel32 makes "*" of it
}

TEST(Wildcard, A_question_mark_stands_for_exactly_one_unit) {
    EXPECT_TRUE(matches(u"a?c", u"abc"));
    EXPECT_FALSE(matches(u"a?", u"a"));
    EXPECT_FALSE(matches(u"?", u"ab"));
    EXPECT_TRUE(matches(u"a?c", u"a.c"));
}

TEST(Wildcard, Case_does_not_count) {
    EXPECT_TRUE(matches(u"README.*", u"readme.md"));
    EXPECT_TRUE(matches(u"ÄÖÜ", u"äöü"));
    EXPECT_FALSE(matches(u"ß", u"SS"));
    EXPECT_FALSE(matches(u"ß", u"ẞ"));
}

// The examples of "FsRtlIsNameInExpression function".
TEST(Wildcard, A_DOS_star_does_not_pass_the_last_period) {
    EXPECT_TRUE(matches(u"<.txt", u"a.b.txt"));
    EXPECT_FALSE(matches(u"<", u"a.b"));
    EXPECT_TRUE(matches(u"<", u"ab"));
    EXPECT_TRUE(matches(u"<.b", u"a.b"));
    EXPECT_TRUE(matches(u"<\"*", u"name"));
}

TEST(Wildcard, A_DOS_question_mark_may_stand_for_nothing_at_a_period_or_the_end) {
    EXPECT_TRUE(matches(u">>>", u"a"));
    EXPECT_TRUE(matches(u">>>.txt", u"a.txt"));
    EXPECT_FALSE(matches(u">", u"ab"));
    EXPECT_FALSE(matches(u"a>b", u"a"));
}

TEST(Wildcard, A_DOS_dot_may_stand_for_nothing_at_the_end) {
    EXPECT_TRUE(matches(u"name\"", u"name"));
    EXPECT_TRUE(matches(u"name\"", u"name."));
    EXPECT_FALSE(matches(u"na\"me", u"name"));
    EXPECT_TRUE(matches(u"na\"me", u"na.me"));
}

TEST(Wildcard, Many_stars_cost_no_more_than_the_product_of_the_lengths) {
    std::u16string pattern;
    for (int i = 0; i < 60; ++i) pattern += u"*a";
    EXPECT_FALSE(matches(pattern + u"b", std::u16string(250, u'a')));
}

} // namespace
} // namespace oriel::io
