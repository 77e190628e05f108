// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/strings/text.h>

#include <gtest/gtest.h>

using namespace oriel::rtl;
using nt::Status;

TEST(Text, Comparison_ignores_case_only_where_it_is_asked_to) {
    EXPECT_EQ(compare(u"File", u"FILE", Case::Insensitive), 0);
    EXPECT_NE(compare(u"File", u"FILE", Case::Sensitive), 0);
    EXPECT_LT(compare(u"a", u"b", Case::Insensitive), 0);
    EXPECT_GT(compare(u"b", u"A", Case::Insensitive), 0);
    EXPECT_LT(compare(u"ab", u"abc", Case::Insensitive), 0);
    EXPECT_TRUE(starts_with(u"C:\\Windows", u"c:\\win", Case::Insensitive));
    EXPECT_FALSE(starts_with(u"C:", u"C:\\", Case::Insensitive));
}

TEST(Text, The_hash_is_X65599) {
    EXPECT_EQ(hash_x65599(u"", Case::Sensitive), 0u);
    EXPECT_EQ(hash_x65599(u"A", Case::Sensitive), 65u);
    EXPECT_EQ(hash_x65599(u"AB", Case::Sensitive), 65u * 65599 + 66);
    EXPECT_EQ(hash_x65599(u"ab", Case::Insensitive), hash_x65599(u"AB", Case::Sensitive));
}

TEST(Text, Integers_are_read_with_sign_blanks_and_prefix) {
    const auto value = [](Text text, std::uint32_t base) { return parse_integer<char16_t>(text, base).value; };
    EXPECT_EQ(value(u"42", 10), 42u);
    EXPECT_EQ(value(u"  -42", 10), static_cast<std::uint32_t>(-42));
    EXPECT_EQ(value(u"0x1F", 0), 31u);
    EXPECT_EQ(value(u"0o17", 0), 15u);
    EXPECT_EQ(value(u"0b101", 0), 5u);
    EXPECT_EQ(value(u"017", 0), 17u);
    EXPECT_EQ(value(u"ff", 16), 255u);
    EXPECT_EQ(value(u"12z", 10), 12u);
    EXPECT_EQ(value(u"", 10), 0u);
    EXPECT_EQ(value(u"4294967296", 10), 0u); // wraps
    EXPECT_EQ(parse_integer<char16_t>(u"1", 7).status, Status::InvalidParameter);
}

TEST(Text, Integers_are_written_in_any_of_the_four_bases) {
    char digits[65];
    const auto text = [&](std::uint64_t value, unsigned base) {
        char* const begin = format_integer(value, base, digits + 65);
        return std::string(begin, digits + 65);
    };
    EXPECT_EQ(text(0, 10), "0");
    EXPECT_EQ(text(255, 16), "FF");
    EXPECT_EQ(text(8, 8), "10");
    EXPECT_EQ(text(~std::uint64_t{0}, 2), std::string(64, '1'));
}
