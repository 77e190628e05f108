// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/strings/format.h>

#include <gtest/gtest.h>

#include <string>

using namespace oriel::rtl;

namespace {

std::string format(const char* text, ...) {
    char to[200];
    va_list arguments;
    va_start(arguments, text);
    const std::size_t count = format_text(to, sizeof to, text, arguments);
    va_end(arguments);
    return {to, count};
}
std::u16string format(const char16_t* text, ...) {
    char16_t to[200];
    va_list arguments;
    va_start(arguments, text);
    const std::size_t count = format_text(to, 200, text, arguments);
    va_end(arguments);
    return {to, count};
}

} // namespace

TEST(Format, Integers) {
    EXPECT_EQ(format("%d %i %u", -1, 2, 3u), "-1 2 3");
    EXPECT_EQ(format("%5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42), "   42|42   |00042|+42| 42");
    EXPECT_EQ(format("%x %X %#x %o", 255, 255, 255, 8), "ff FF 0xff 10");
    EXPECT_EQ(format("%.3d %.0d|", 7, 0), "007 |");
    EXPECT_EQ(format("%I64d %lld %hu", -5000000000LL, 5000000000LL, 0x12345), "-5000000000 5000000000 9029");
    EXPECT_EQ(format("%08x %*d", 0xBEEF, 6, 1), "0000beef      1");
    EXPECT_EQ(format("%p", reinterpret_cast<void*>(0x1234)), "0000000000001234");
}

TEST(Format, Text_of_either_width) {
    EXPECT_EQ(format("%s|%5s|%-5s|%.2s", "ab", "ab", "ab", "abcd"), "ab|   ab|ab   |ab");
    EXPECT_EQ(format("%S %ls %ws", u"x\u20AC", u"y", u"z"), "x\x80 y z");
    EXPECT_EQ(format("%s", static_cast<const char*>(nullptr)), "(null)");
    EXPECT_EQ(format("%c%c %%", 'a', 'b'), "ab %");
    EXPECT_EQ(format(u"%s %S %hs %c", u"wide", "narrow", "h", u'c'), u"wide narrow h c");
    const UnicodeString counted_text = counted(u"counted");
    EXPECT_EQ(format("%wZ", &counted_text), "counted");
}

TEST(Format, What_does_not_fit_is_counted) {
    char to[3] = {'#', '#', '#'};
    va_list none{};
    EXPECT_EQ(format_text(to, 2, "abcdef", none), 6u);
    EXPECT_EQ(to[1], 'b');
    EXPECT_EQ(to[2], '#');
}
