// SPDX-License-Identifier: MIT
// time_calendar.cpp: clocks and calendar times.
// Source: "Time Functions" (Microsoft documentation), the page of each function.
#include <gtest/gtest.h>

#include <windows.h>

namespace {

constexpr ULONGLONG second = 10'000'000;
ULONGLONG number(const FILETIME& time) { return ULONGLONG{time.dwHighDateTime} << 32 | time.dwLowDateTime; }
FILETIME file_time(ULONGLONG value) { return {static_cast<DWORD>(value), static_cast<DWORD>(value >> 32)}; }

} // namespace

TEST(Calendar, Counts_from_1601) {
    FILETIME time;
    SYSTEMTIME fields{1601, 1, 0, 1, 0, 0, 0, 0};
    EXPECT_TRUE(SystemTimeToFileTime(&fields, &time));
    EXPECT_EQ(number(time), 0u);
    fields = {1970, 1, 0, 1, 0, 0, 0, 0};
    EXPECT_TRUE(SystemTimeToFileTime(&fields, &time));
    EXPECT_EQ(number(time), 11644473600 * second);
    EXPECT_TRUE(FileTimeToSystemTime(&time, &fields));
    EXPECT_EQ(fields.wYear, 1970);
    EXPECT_EQ(fields.wDayOfWeek, 4); // a Thursday
}

TEST(Calendar, Knows_leap_years) {
    FILETIME time;
    SYSTEMTIME fields{2000, 2, 0, 29, 12, 0, 0, 500};
    EXPECT_TRUE(SystemTimeToFileTime(&fields, &time));
    EXPECT_TRUE(FileTimeToSystemTime(&time, &fields));
    EXPECT_EQ(fields.wDay, 29);
    EXPECT_EQ(fields.wMilliseconds, 500);
    fields = {1900, 2, 0, 29, 0, 0, 0, 0};
    SetLastError(0xDEAD);
    EXPECT_FALSE(SystemTimeToFileTime(&fields, &time));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    time = file_time(0x8000000000000000);
    EXPECT_FALSE(FileTimeToSystemTime(&time, &fields));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(Calendar, Compares_file_times) {
    const FILETIME a = file_time(1), b = file_time(1ull << 32);
    EXPECT_EQ(CompareFileTime(&a, &b), -1);
    EXPECT_EQ(CompareFileTime(&b, &a), 1);
    EXPECT_EQ(CompareFileTime(&a, &a), 0);
}

TEST(Calendar, Converts_MS_DOS_times) {
    FILETIME time;
    WORD date = 0, clock = 0;
    EXPECT_TRUE(DosDateTimeToFileTime(30 << 9 | 12 << 5 | 25, 13 << 11 | 37 << 5 | 21, &time));
    SYSTEMTIME fields;
    EXPECT_TRUE(FileTimeToSystemTime(&time, &fields));
    EXPECT_EQ(fields.wYear, 2010);
    EXPECT_EQ(fields.wMonth, 12);
    EXPECT_EQ(fields.wSecond, 42);
    EXPECT_TRUE(FileTimeToDosDateTime(&time, &date, &clock));
    EXPECT_EQ(date, 30 << 9 | 12 << 5 | 25);
    EXPECT_EQ(clock, 13 << 11 | 37 << 5 | 21);
    fields = {1979, 12, 0, 31, 0, 0, 0, 0};
    ASSERT_TRUE(SystemTimeToFileTime(&fields, &time));
    EXPECT_FALSE(FileTimeToDosDateTime(&time, &date, &clock)); // MS-DOS counts from 1980
}

TEST(Calendar, Local_file_times_go_there_and_back) {
    FILETIME now, local, back;
    GetSystemTimeAsFileTime(&now);
    EXPECT_TRUE(FileTimeToLocalFileTime(&now, &local));
    EXPECT_TRUE(LocalFileTimeToFileTime(&local, &back));
    EXPECT_EQ(number(now), number(back));
}

TEST(TimeZone, Rules_say_when_daylight_saving_time_holds) {
    // Central Europe: UTC+1, from the last Sunday of March at 2:00 to the last Sunday of October at 3:00.
    TIME_ZONE_INFORMATION zone{};
    zone.Bias = -60;
    zone.DaylightBias = -60;
    zone.DaylightDate = {0, 3, 0, 5, 2, 0, 0, 0};
    zone.StandardDate = {0, 10, 0, 5, 3, 0, 0, 0};
    SYSTEMTIME local;
    SYSTEMTIME utc{2024, 3, 0, 31, 0, 59, 59, 0};
    EXPECT_TRUE(SystemTimeToTzSpecificLocalTime(&zone, &utc, &local));
    EXPECT_EQ(local.wHour, 1);
    utc = {2024, 3, 0, 31, 1, 0, 0, 0};
    EXPECT_TRUE(SystemTimeToTzSpecificLocalTime(&zone, &utc, &local));
    EXPECT_EQ(local.wHour, 3);
    utc = {2024, 10, 0, 27, 0, 59, 59, 0};
    EXPECT_TRUE(SystemTimeToTzSpecificLocalTime(&zone, &utc, &local));
    EXPECT_EQ(local.wHour, 2);
    utc = {2024, 10, 0, 27, 1, 0, 0, 0};
    EXPECT_TRUE(SystemTimeToTzSpecificLocalTime(&zone, &utc, &local));
    EXPECT_EQ(local.wHour, 2);
    local = {2024, 7, 0, 1, 12, 0, 0, 0};
    EXPECT_TRUE(TzSpecificLocalTimeToSystemTime(&zone, &local, &utc));
    EXPECT_EQ(utc.wHour, 10);
}

TEST(Clock, Runs_forward) {
    const DWORD ticks = GetTickCount();
    const ULONGLONG ticks64 = GetTickCount64();
    LARGE_INTEGER frequency, before, after;
    ASSERT_TRUE(QueryPerformanceFrequency(&frequency));
    ASSERT_GT(frequency.QuadPart, 0);
    ASSERT_TRUE(QueryPerformanceCounter(&before));
    Sleep(60);
    ASSERT_TRUE(QueryPerformanceCounter(&after));
    const double elapsed =
        static_cast<double>(after.QuadPart - before.QuadPart) / static_cast<double>(frequency.QuadPart);
    EXPECT_GE(elapsed, 0.055);
    EXPECT_LT(elapsed, 60);
    EXPECT_GE(GetTickCount() - ticks, 40u);
    EXPECT_GE(GetTickCount64() - ticks64, 40u);
}

TEST(Clock, Runs_for_a_thread_that_makes_no_service_call) {
    const ULONGLONG ticks = GetTickCount64(); // a word in shared memory, which somebody else must keep up to date
    FILETIME start, now;
    GetSystemTimeAsFileTime(&start); // another
    LARGE_INTEGER frequency, before, after;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&before);
    do {
        GetSystemTimeAsFileTime(&now);
        QueryPerformanceCounter(&after);
    } while ((GetTickCount64() - ticks < 40 || number(now) == number(start)) && after.QuadPart - before.QuadPart < 60 * frequency.QuadPart);
    EXPECT_GE(GetTickCount64() - ticks, 40u);
    EXPECT_GT(number(now), number(start));
}

TEST(Clock, The_precise_time_is_near_the_other_one) {
    FILETIME precise, coarse;
    GetSystemTimePreciseAsFileTime(&precise);
    GetSystemTimeAsFileTime(&coarse);
    const auto difference = static_cast<LONGLONG>(number(coarse) - number(precise));
    EXPECT_LT(difference < 0 ? -difference : difference, static_cast<LONGLONG>(second / 4));
    SYSTEMTIME now, fields;
    GetSystemTime(&now);
    FileTimeToSystemTime(&coarse, &fields);
    EXPECT_EQ(now.wYear, fields.wYear);
    EXPECT_GT(now.wYear, 2020);
}
