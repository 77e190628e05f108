// SPDX-License-Identifier: MIT
// crt_time.cpp: calendars, clocks and zones. Source: "gmtime", "mktime", "strftime", "_tzset", "clock".
#include "crt_test.h"

#include <time.h>

namespace {

auto* from_utc = msvcrt<tm*(const __time64_t*)>("_gmtime64");
auto* from_local = msvcrt<tm*(const __time64_t*)>("_localtime64");
auto* to_time = msvcrt<__time64_t(tm*)>("_mktime64");
auto* write = msvcrt<size_t(char*, size_t, const char*, const tm*)>("strftime");

void set_zone(const char* zone) {
    ASSERT_EQ(_putenv((std::string("TZ=") + zone).c_str()), 0);
    msvcrt<void()>("_tzset")();
}

TEST(CrtTime, Seconds_become_a_calendar) {
    __time64_t t = 0;
    tm* c = from_utc(&t);
    EXPECT_EQ(c->tm_year, 70);
    EXPECT_EQ(c->tm_wday, 4);
    EXPECT_EQ(c->tm_yday, 0);
    t = 951782400; // 29 February 2000
    c = from_utc(&t);
    EXPECT_EQ(c->tm_mon, 1);
    EXPECT_EQ(c->tm_mday, 29);
    EXPECT_EQ(c->tm_wday, 2);
    t = 32535215999; // the last second of the year 3000
    c = from_utc(&t);
    ASSERT_NE(c, nullptr);
    EXPECT_EQ(c->tm_year, 1100);
    EXPECT_EQ(c->tm_yday, 364);
    t = -100000;
    EXPECT_ERRNO(EINVAL, nullptr, from_utc(&t));
}

TEST(CrtTime, The_zone_comes_from_TZ) {
    set_zone("PST8PDT");
    __time64_t winter = 1610712000, summer = 1626350400; // 15 January and 15 July 2021, noon UTC
    tm c = *from_local(&winter);
    EXPECT_EQ(c.tm_hour, 4);
    EXPECT_EQ(c.tm_isdst, 0);
    EXPECT_EQ(to_time(&c), winter);
    c = *from_local(&summer);
    EXPECT_EQ(c.tm_hour, 5);
    EXPECT_EQ(c.tm_isdst, 1);
    EXPECT_EQ(to_time(&c), summer);
    c.tm_isdst = -1;
    EXPECT_EQ(to_time(&c), summer);
    set_zone("UTC0");
    c = *from_local(&summer);
    EXPECT_EQ(c.tm_hour, 12);
}

TEST(CrtTime, Daylight_time_begins_and_ends_on_the_second) {
    set_zone("EST5EDT");
    __time64_t begin = 1615705200, end = 1636264800; // 14 March 2021 07:00 and 7 November 2021 06:00 UTC
    __time64_t before = begin - 1;
    EXPECT_EQ(from_local(&before)->tm_isdst, 0);
    EXPECT_EQ(from_local(&begin)->tm_isdst, 1);
    EXPECT_EQ(from_local(&begin)->tm_hour, 3);
    before = end - 1;
    EXPECT_EQ(from_local(&before)->tm_isdst, 1);
    EXPECT_EQ(from_local(&end)->tm_isdst, 0);
    EXPECT_EQ(from_local(&end)->tm_hour, 1);
}

TEST(CrtTime, mktime_normalises) {
    set_zone("UTC0");
    tm c{};
    c.tm_year = 121;
    c.tm_mon = 13;
    c.tm_mday = 0;
    c.tm_sec = 3661;
    EXPECT_EQ(to_time(&c), 1643590861);
    EXPECT_EQ(c.tm_mon, 0);
    EXPECT_EQ(c.tm_mday, 31);
    EXPECT_EQ(c.tm_hour, 1);
    EXPECT_EQ(c.tm_wday, 1);
}

TEST(CrtTime, strftime_and_asctime) {
    __time64_t t = 1626350409;
    tm c = *from_utc(&t);
    char text[128];
    EXPECT_EQ(write(text, sizeof text, "%Y-%m-%d %H:%M:%S %j %U %W %w %y %I %p %a %A %b %B %%", &c), 64u);
    EXPECT_STREQ(text, "2021-07-15 12:00:09 196 28 28 4 21 12 PM Thu Thursday Jul July %");
    write(text, sizeof text, "%c|%x|%X|%#d|%#H", &c);
    EXPECT_STREQ(text, "07/15/21 12:00:09|07/15/21|12:00:09|15|12");
    write(text, sizeof text, "%#x|%#c", &c);
    EXPECT_STREQ(text, "Thursday, July 15, 2021|Thursday, July 15, 2021 12:00:09");
    EXPECT_EQ(write(text, 4, "%Y", &c), 0u);
    EXPECT_STREQ(msvcrt<char*(const tm*)>("asctime")(&c), "Thu Jul 15 12:00:09 2021\n");
}

TEST(CrtTime, Clocks_run) {
    __time64_t now = msvcrt<__time64_t(__time64_t*)>("_time64")(nullptr);
    EXPECT_GT(now, 1600000000);
    clock_t before = clock();
    Sleep(80);
    EXPECT_GE(clock() - before, 40);
    EXPECT_EQ(CLOCKS_PER_SEC, 1000);
}

} // namespace
